import { Flags } from '@oclif/core';
import { EXIT, environmentDrift } from '../engine/index.ts';
import { BaseCommand, envFlag } from '../ui/base-command.ts';
import { driftText } from '../ui/deployment-text.ts';

/** `mka drift`: does what is deployed stand in the repository? */
export default class DriftCommand extends BaseCommand {
  static override summary = 'Compare what is deployed with its commit, with a ref and with the files on disk.';
  static override description = 'Exit code 2 when any of them differs.';
  static override examples = ['<%= config.bin %> drift -e prod', '<%= config.bin %> drift -e prod --ref origin/main'];
  static override flags = {
    ...envFlag,
    ref: Flags.string({ default: 'HEAD', helpValue: 'REF', summary: 'The ref to compare with.' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(DriftCommand);
    const drift = await environmentDrift({ dir: flags.dir, environment: flags.env }, { ref: flags.ref });
    if (this.wantsJson) this.printJson({ version: 1, ...drift });
    else this.print(driftText(drift));
    if (drift.hasDrift) this.endWith(EXIT.changes);
  }
}
