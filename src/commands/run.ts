import { Flags } from '@oclif/core';
import { type Diagnostic, EXIT, MkaError, replayEvents, type Started, startDaemon } from '../engine/index.ts';
import { BaseCommand, envFlag } from '../ui/base-command.ts';
import { instant } from '../ui/instant.ts';
import { createProgress } from '../ui/progress.ts';
import { replaySummaryText } from '../ui/replay-summary-text.ts';
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
    follow: Flags.string({
      helpValue: 'REPOSITORY#REF',
      summary: 'Follow this git ref, in place of what the environment says.',
    }),
    clock: Flags.string({
      default: 'system',
      options: ['system', 'virtual'],
      summary: 'With `virtual` recorded history is replayed at full speed.',
    }),
    events: Flags.string({ helpValue: 'FILE', summary: 'The history to replay: NDJSON of CloudEvents.' }),
    until: Flags.string({ helpValue: 'INSTANT', summary: 'Where the replay ends; at its last event when left out.' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Run);
    const { dir, env: environment, once, events, until } = flags;
    const stop = stopOnSignals((signal) =>
      this.say(`${signal}: finishing what is in flight; once more to end at once`),
    );
    if (flags.clock === 'virtual') return this.#replay({ dir, environment }, { events, until, stop });
    if (events !== undefined || until !== undefined) throw needsVirtualClock();
    const onStarted = (started: Started) => this.#greet(started);
    await startDaemon({ dir, environment, once, follow: flags.follow, stop, log: process.stderr, onStarted });
    this.say('stopped');
  }

  async #replay(
    place: { readonly dir: string; readonly environment: string | undefined },
    { events, until, stop }: { events: string | undefined; until: string | undefined; stop: AbortSignal },
  ): Promise<void> {
    if (events === undefined)
      throw new MkaError('cli/usage', '--clock virtual needs --events', { exitCode: EXIT.usage });
    const progress = createProgress(process.stderr);
    const onProgress = ({ lines, total, atMs }: { lines: number; total: number; atMs: number }) =>
      progress.show(lines, total, instant(atMs).slice(0, 10));
    const summary = await replayEvents({ ...place, file: events, until, stop, log: process.stderr, onProgress });
    progress.end();
    if (this.wantsJson) {
      const { fromMs, toMs, ...rest } = summary;
      this.printJson({ version: 1, from: instant(fromMs), to: instant(toMs), ...rest });
    } else this.print(replaySummaryText(summary));
    if (stop.aborted) this.endWith(130);
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
    if (started.isFolderOther) this.say('  the files here are others than what was deployed: mka drift, mka plan');
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

function needsVirtualClock(): MkaError {
  return new MkaError('cli/usage', '--events and --until belong to --clock virtual', {
    hint: 'mka events import puts a file of events on the queue of a running daemon',
    exitCode: EXIT.usage,
  });
}
