import { Args, Flags } from '@oclif/core';
import { rollBack } from '../engine/index.ts';
import { BaseCommand, envFlag } from '../ui/base-command.ts';
import { deployedText, recordJson } from '../ui/deployment-text.ts';

/** `mka rollback`: an older release again. */
export default class Rollback extends BaseCommand {
  static override summary = 'Deploy an older release again and hold back the commit that was active.';
  static override description =
    'No daemon takes the held commit by itself again; deploying a plan of it does. Users under way stay on the version they entered with (R13).';
  static override examples = [
    '<%= config.bin %> rollback -e prod --reason "wrong price"',
    '<%= config.bin %> rollback 12 -e prod --reason "wrong price"',
  ];
  static override args = {
    generation: Args.integer({
      min: 1,
      description: 'The generation to return to; the deployment before when left out.',
    }),
  };
  static override flags = {
    ...envFlag,
    reason: Flags.string({ required: true, helpValue: 'TEXT', summary: 'Why, for the others.' }),
    'signing-key': Flags.string({ helpValue: 'FILE', summary: 'The ed25519 key (PEM) that signs the record.' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Rollback);
    const record = await rollBack(
      { dir: flags.dir, environment: flags.env },
      { generation: args.generation, reason: flags.reason, signingKey: flags['signing-key'] },
    );
    if (this.wantsJson) this.printJson({ version: 1, deployment: recordJson(record) });
    else this.print(`${deployedText(record)}; held back: ${(record.holds ?? '').replace('sha256:', '').slice(0, 12)}`);
  }
}
