import { Args, Flags } from '@oclif/core';
import { checkApprovals, EXIT } from '../../engine/index.ts';
import { approvalLines, refusalLines } from '../../ui/approval-text.ts';
import { BaseCommand } from '../../ui/base-command.ts';
import { choiceOf, planFlags } from '../../ui/plan-flags.ts';

/** `mka approvals check`: whether those who must agree to a plan did. */
export default class ApprovalsCheck extends BaseCommand {
  static override summary = 'Tell whether a plan still holds and whether those who must agree to it did.';
  static override description =
    'Everything is checked again: plan, policies, signatures, reviews, authors. Exit code 77 with each reason when it may not be deployed.';
  static override args = { plan: Args.string({ required: true, description: 'File that mka plan --out wrote.' }) };
  static override flags = {
    ...planFlags,
    approvals: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'FILE',
      summary: 'File of approvals; may be given again. Default: the one beside the plan.',
    }),
    'pull-request': Flags.integer({ min: 1, helpValue: 'NUMBER', summary: 'Count the approving reviews of this one.' }),
  };
  static override examples = ['<%= config.bin %> <%= command.id %> plan.json --pull-request 12'];

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ApprovalsCheck);
    const { approvals: files = [], 'pull-request': pullRequest } = flags;
    const report = await checkApprovals({ dir: flags.dir }, args.plan, { ...choiceOf(flags), files, pullRequest });
    const reasons = refusalLines(report);
    const isApproved = reasons.length === 0;
    if (this.wantsJson) {
      const { requirements, refused, strangers, problems } = report;
      this.printJson({
        version: 1,
        plan: report.plan.digest,
        isApproved,
        reasons,
        requirements,
        refused,
        strangers,
        problems,
      });
    } else {
      this.print(approvalLines(report, await this.colours()));
      for (const reason of reasons) this.say(reason);
    }
    if (!isApproved) this.endWith(EXIT.notApproved);
  }
}
