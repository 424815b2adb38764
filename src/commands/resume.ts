import { Args } from '@oclif/core';
import { resumeCampaign } from '../engine/index.ts';
import { BaseCommand, envFlag } from '../ui/base-command.ts';

/** `mka resume`: end a pause. */
export default class Resume extends BaseCommand {
  static override summary = 'Resume a paused campaign.';
  static override examples = ['<%= config.bin %> resume order-reminder'];
  static override args = { campaign: Args.string({ required: true, description: 'The campaign.' }) };
  static override flags = { ...envFlag };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Resume);
    const { campaign } = args;
    const resumed = await resumeCampaign({ dir: flags.dir, environment: flags.env }, campaign);
    if (this.wantsJson) this.printJson({ version: 1, campaign, resumed });
    else this.print(resumed ? `${campaign} is resumed` : `${campaign} was not paused`);
  }
}
