import { Args } from '@oclif/core';
import { graphRepository } from '../engine/index.ts';
import { BaseCommand } from '../ui/base-command.ts';

/** `mka graph`: a campaign as a picture. */
export default class GraphCommand extends BaseCommand {
  static override summary = 'Print a campaign as a Mermaid flowchart.';
  static override args = {
    campaign: Args.string({ description: 'Name of the campaign.', name: 'CAMPAIGN', required: true }),
  };
  static override examples = ['<%= config.bin %> <%= command.id %> order-reminder > order-reminder.mmd'];

  async run(): Promise<void> {
    const { args, flags } = await this.parse(GraphCommand);
    const mermaid = await graphRepository(flags.dir, args.campaign);
    if (this.wantsJson) return this.printJson({ version: 1, campaign: args.campaign, mermaid });
    this.print(mermaid);
  }
}
