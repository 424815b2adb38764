import { Args, Flags } from '@oclif/core';
import { enrollUser } from '../engine/index.ts';
import { BaseCommand, envFlag } from '../ui/base-command.ts';
import { parseData } from '../ui/parse-data.ts';

/** `mka enroll`: one user into a campaign by hand. */
export default class Enroll extends BaseCommand {
  static override summary = 'Enter a user into a campaign whose trigger is manual.';
  static override examples = ['<%= config.bin %> enroll welcome-back --user u1'];
  static override args = { campaign: Args.string({ required: true, description: 'The campaign.' }) };
  static override flags = {
    ...envFlag,
    user: Flags.string({ required: true, helpValue: 'ID', summary: 'Who enters.' }),
    data: Flags.string({ default: '{}', helpValue: 'JSON', summary: 'Parameters of the entry: `entry.data`.' }),
    'request-id': Flags.string({ helpValue: 'ID', summary: 'The same request twice is one entry.' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Enroll);
    const { campaign } = args;
    const { user } = flags;
    const place = { dir: flags.dir, environment: flags.env };
    const data = parseData(flags.data);
    const requestId = await enrollUser(place, { campaign, user, data, requestId: flags['request-id'] });
    if (this.wantsJson) this.printJson({ version: 1, campaign, user, requestId });
    else this.print(`queued an entry into ${campaign}, request ${requestId}`);
  }
}
