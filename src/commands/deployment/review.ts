import { Args, Flags } from '@oclif/core';
import { reviewBreakGlass } from '../../engine/index.ts';
import { BaseCommand, envFlag } from '../../ui/base-command.ts';

/** `mka deployment review`: look at a break-glass deployment afterwards. */
export default class DeploymentReview extends BaseCommand {
  static override summary = 'Mark a break-glass deployment as reviewed, by somebody else than who made it.';
  static override examples = ['<%= config.bin %> deployment review 12 -e prod'];
  static override args = { generation: Args.integer({ required: true, min: 1, description: 'The generation.' }) };
  static override flags = {
    ...envFlag,
    by: Flags.string({ helpValue: 'NAME', summary: 'Who has reviewed it; the user of this machine when left out.' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(DeploymentReview);
    const place = { dir: flags.dir, environment: flags.env };
    const request = { generation: args.generation, ...(flags.by === undefined ? {} : { by: flags.by }) };
    const { record, by } = await reviewBreakGlass(place, request);
    const { generation, reason } = record;
    if (this.wantsJson) this.printJson({ version: 1, generation, by });
    else this.print(`generation ${generation} is reviewed by ${by}: ${reason ?? ''}`);
  }
}
