import { Flags } from '@oclif/core';
import { deploymentHistory, EXIT } from '../engine/index.ts';
import { BaseCommand, envFlag } from '../ui/base-command.ts';
import { historyText, pastJson } from '../ui/deployment-text.ts';

/** `mka history`: the deployments of an environment. */
export default class History extends BaseCommand {
  static override summary = 'List the deployments of an environment, newest first.';
  static override examples = ['<%= config.bin %> history -e prod', '<%= config.bin %> history -e prod --verify'];
  static override flags = {
    ...envFlag,
    limit: Flags.integer({ default: 20, min: 1, helpValue: 'N', summary: 'How many.' }),
    verify: Flags.boolean({ default: false, summary: 'End with 77 when a record is not believed.' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(History);
    const past = await deploymentHistory({ dir: flags.dir, environment: flags.env }, flags.limit);
    if (this.wantsJson) this.printJson({ version: 1, deployments: past.map(pastJson) });
    else this.print(historyText(past));
    if (flags.verify && past.some(({ fault }) => fault !== null)) this.endWith(EXIT.notApproved);
  }
}
