import { Args } from '@oclif/core';
import { checkPolicies, EXIT } from '../../engine/index.ts';
import { BaseCommand } from '../../ui/base-command.ts';
import { choiceOf, planFlags } from '../../ui/plan-flags.ts';
import { findingLines } from '../../ui/plan-text.ts';
import { windowText } from '../../ui/plan-words.ts';

/** `mka policy check`: what the policies of the base branch say of a plan. */
export default class PolicyCheck extends BaseCommand {
  static override summary = 'Judge a plan by the policies of the base branch.';
  static override description =
    'The policies are evaluated again, whatever the plan says of them. Exit code 1 when a rule that stops a deployment is broken.';
  static override args = { plan: Args.string({ required: true, description: 'File that mka plan --out wrote.' }) };
  static override flags = { ...planFlags };
  static override examples = ['<%= config.bin %> <%= command.id %> plan.json --base origin/main'];

  async run(): Promise<void> {
    const { args, flags } = await this.parse(PolicyCheck);
    const report = await checkPolicies({ dir: flags.dir }, args.plan, choiceOf(flags));
    const { findings, blocking, problems, window, plan } = report;
    if (this.wantsJson) {
      this.printJson({ version: 1, plan: plan.digest, findings, blocking: blocking.length, problems, window });
    } else {
      if (findings.length > 0) this.print(findingLines(findings, await this.colours()));
      for (const { message } of problems) this.say(`the plan no longer holds: ${message}`);
      const shut = windowText(report);
      if (shut !== undefined) this.say(shut);
      this.say(blocking.length === 0 ? 'no rule stops it' : `${blocking.length} broken rules stop it`);
    }
    if (blocking.length > 0) this.endWith(EXIT.findings);
  }
}
