import { Flags } from '@oclif/core';
import { type Diagnostic, type Started, startDaemon } from '../engine/index.ts';
import { BaseCommand, envFlag } from '../ui/base-command.ts';
import { stopOnSignals } from '../ui/stop-on-signals.ts';

/** `mka run`: the daemon. */
export default class Run extends BaseCommand {
  static override summary = 'Run the campaigns of an environment: events in, messages out.';
  static override description =
    'Listens for events, keeps timers, sends messages. SIGTERM or SIGINT finishes what is in flight. When the repository has errors, the last release that was active goes on.';
  static override examples = [
    '<%= config.bin %> run',
    '<%= config.bin %> run -e staging',
    '<%= config.bin %> run --once',
  ];
  static override flags = {
    ...envFlag,
    once: Flags.boolean({ summary: 'End once nothing is queued, due or on its way.' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Run);
    const stop = stopOnSignals((signal) =>
      this.say(`${signal}: finishing what is in flight; once more to end at once`),
    );
    await startDaemon({
      dir: flags.dir,
      environment: flags.env,
      once: flags.once,
      stop,
      log: process.stderr,
      onStarted: (started) => this.#greet(started),
    });
    this.say('stopped');
  }

  #greet(started: Started): void {
    const { environment, url, campaigns, release, tokenFile, dataDir } = started;
    if (started.diagnostics.length > 0) this.#warn(started.diagnostics, release.generation);
    this.say(`mka runs environment ${environment}, release ${short(release.digest)}, generation ${release.generation}`);
    this.say(
      `  ${campaigns.length} active ${campaigns.length === 1 ? 'campaign' : 'campaigns'}: ${campaigns.join(', ')}`,
    );
    this.say(`  listening on ${url}, state in ${dataDir}`);
    if (tokenFile !== null) this.say(`  bearer token in ${tokenFile}`);
    if (started.takenOverFrom.length > 0) this.say('  took over at once from a daemon that had died');
    if (this.wantsJson) {
      this.printJson({ version: 1, ...{ environment, url, campaigns, release, tokenFile, dataDir }, pid: process.pid });
    }
  }

  #warn(diagnostics: readonly Diagnostic[], generation: number): void {
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    this.say(
      `WARNING the repository has ${errors.length} errors and is not activated; generation ${generation} goes on`,
    );
    for (const { code, message, at } of errors.slice(0, 10)) {
      this.say(`  error[${code}] ${at === undefined ? '' : `${at.file}:${at.line}:${at.column} `}${message}`);
    }
  }
}

function short(digest: string): string {
  return digest.replace('sha256:', '').slice(0, 12);
}
