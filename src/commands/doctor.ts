import type { ChalkInstance } from 'chalk';
import { type CheckResult, doctor, EXIT } from '../engine/index.ts';
import { BaseCommand, envFlag } from '../ui/base-command.ts';

/** `mka doctor`: is everything there that an environment depends on? */
export default class Doctor extends BaseCommand {
  static override summary = 'Check what an environment depends on: repository, disk, store, channels, tables, secrets.';
  static override examples = ['<%= config.bin %> doctor', '<%= config.bin %> doctor -e prod --json'];
  static override flags = { ...envFlag };

  async run(): Promise<void> {
    const { flags } = await this.parse(Doctor);
    const { environment, checks } = await doctor({ dir: flags.dir, environment: flags.env });
    if (this.wantsJson) this.printJson({ version: 1, environment, checks });
    else {
      const colours = await this.colours();
      for (const check of checks) this.print(lineOf(check, colours));
    }
    if (checks.some(({ state }) => state === 'unreachable')) this.endWith(EXIT.unavailable);
    else if (checks.some(({ state }) => state === 'fail')) this.endWith(EXIT.findings);
  }
}

function lineOf({ name, state, detail, hint }: CheckResult, colours: ChalkInstance): string {
  const paint = { ok: colours.green, warn: colours.yellow, fail: colours.red, unreachable: colours.red }[state];
  const tail = hint === undefined ? '' : `\n${' '.repeat(14)}= hint: ${hint}`;
  return `${paint(state.padEnd(12))}  ${name}: ${detail}${tail}`;
}
