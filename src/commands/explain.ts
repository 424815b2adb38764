import { Args, Flags } from '@oclif/core';
import { explainUser } from '../engine/index.ts';
import { BaseCommand, envFlag } from '../ui/base-command.ts';
import { explanationJson, explanationText } from '../ui/explanation-text.ts';

/** `mka explain`: one user's story. */
export default class Explain extends BaseCommand {
  static override summary = 'Tell why a user got, or did not get, what.';
  static override description =
    'Every entry, refusal, wait, hold, redirect, message, outcome and exit with its rule and where the campaign says so; and for campaigns the user never entered, why not. Personal data is masked as its field declares.';
  static override examples = [
    '<%= config.bin %> explain u1',
    '<%= config.bin %> explain u1 --campaign order-reminder --json',
  ];
  static override args = { user: Args.string({ required: true, description: 'The user.' }) };
  static override flags = {
    ...envFlag,
    campaign: Flags.string({ helpValue: 'NAME', summary: 'Only this campaign.' }),
    'show-personal-data': Flags.boolean({ summary: 'Do not mask; that it was asked for is counted.' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Explain);
    const explanation = await explainUser(
      { dir: flags.dir, environment: flags.env },
      { user: args.user, campaign: flags.campaign, showPersonalData: flags['show-personal-data'] },
    );
    if (this.wantsJson) this.printJson(explanationJson(explanation));
    else this.print(explanationText(explanation, await this.colours()));
  }
}
