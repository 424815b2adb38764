import { Args, Flags } from '@oclif/core';
import { deployPlan, EXIT, MkaError } from '../engine/index.ts';
import { BaseCommand, envFlag } from '../ui/base-command.ts';
import { deployedText, recordJson } from '../ui/deployment-text.ts';

/** `mka deploy`: make an approved plan active. */
export default class Deploy extends BaseCommand {
  static override summary = 'Deploy a plan that was approved; the daemons take it at once.';
  static override description =
    'Everything is checked again, under a lock: the plan is of this state, of these files, judged by the base branch, approved, within a window, not used before. Exit codes: 77 not approved, 75 locked or window closed.';
  static override examples = [
    '<%= config.bin %> deploy plan.json -e prod',
    '<%= config.bin %> deploy plan.json -e prod --approvals plan.approvals.json --signing-key deploy.pem',
    '<%= config.bin %> deploy plan.json -e prod --break-glass --reason "wrong price goes out"',
  ];
  static override args = { plan: Args.string({ required: true, description: 'The file that mka plan has written.' }) };
  static override flags = {
    ...envFlag,
    approvals: Flags.string({
      multiple: true,
      default: [],
      helpValue: 'FILE',
      summary: 'Approvals; the file beside the plan when left out.',
    }),
    'pull-request': Flags.integer({ helpValue: 'N', summary: 'Count the reviews of this pull request too.' }),
    base: Flags.string({ helpValue: 'REF', summary: 'The base branch, whose policies and signers count.' }),
    'signing-key': Flags.string({ helpValue: 'FILE', summary: 'The ed25519 key (PEM) that signs the record.' }),
    'break-glass': Flags.boolean({
      default: false,
      summary: 'Skip approvals and windows; shown until somebody else has reviewed it.',
    }),
    reason: Flags.string({ helpValue: 'TEXT', summary: 'Why the glass is broken.' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Deploy);
    const isBreakGlass = flags['break-glass'];
    if (isBreakGlass !== (flags.reason !== undefined)) {
      throw new MkaError('cli/usage', '--break-glass and --reason go together', { exitCode: EXIT.usage });
    }
    const record = await deployPlan(
      { dir: flags.dir, environment: flags.env },
      {
        ...{ plan: args.plan, approvals: flags.approvals, base: flags.base },
        ...{ pullRequest: flags['pull-request'], signingKey: flags['signing-key'], breakGlass: flags.reason },
      },
    );
    if (isBreakGlass) this.say(`WARNING deployed without its review: ${flags.reason}; mka deployment review ends this`);
    if (this.wantsJson) this.printJson({ version: 1, deployment: recordJson(record) });
    else this.print(deployedText(record));
  }
}
