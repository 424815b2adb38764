import { Args, Flags } from '@oclif/core';
import { pauseCampaign } from '../engine/index.ts';
import { BaseCommand, envFlag } from '../ui/base-command.ts';
import { instant } from '../ui/instant.ts';

/** `mka pause`: hold a campaign. */
export default class Pause extends BaseCommand {
  static override summary = 'Pause a campaign: nobody enters and nothing is sent until it is resumed.';
  static override description =
    'Events, exits and waits go on; what falls due waits. What is overdue at the resume beyond staleAfter is skipped visibly.';
  static override examples = ['<%= config.bin %> pause order-reminder --reason "wrong price" --until 2h'];
  static override args = { campaign: Args.string({ required: true, description: 'The campaign.' }) };
  static override flags = {
    ...envFlag,
    reason: Flags.string({ required: true, helpValue: 'TEXT', summary: 'Why, for the others.' }),
    until: Flags.string({ helpValue: 'INSTANT|DURATION', summary: 'When it ends by itself.' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Pause);
    const { reason, until } = flags;
    const place = { dir: flags.dir, environment: flags.env };
    const pause = await pauseCampaign(place, { campaign: args.campaign, reason, until });
    const untilText = pause.untilMs === null ? null : instant(pause.untilMs);
    const pausedAt = instant(pause.pausedAtMs);
    if (this.wantsJson) {
      this.printJson({ version: 1, campaign: pause.campaign, pausedAt, until: untilText, reason, actor: pause.actor });
    } else {
      this.print(
        `${pause.campaign} is paused since ${pausedAt}${untilText === null ? '' : `, until ${untilText}`}: ${reason}`,
      );
    }
  }
}
