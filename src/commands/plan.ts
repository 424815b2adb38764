import { Flags } from '@oclif/core';
import { EXIT, planRepository } from '../engine/index.ts';
import { BaseCommand, envFlag } from '../ui/base-command.ts';
import { choiceOf, planFlags } from '../ui/plan-flags.ts';
import { planJson } from '../ui/plan-formats.ts';
import { planText } from '../ui/plan-text.ts';

/** `mka plan`: what a deployment would do. */
export default class PlanCommand extends BaseCommand {
  static override summary = 'Show what deploying this commit would do, and to whom; --out writes the plan.';
  static override description =
    'Compares what is deployed with the checked-out commit: changes with their class and reason, audiences, users under way, policies, approvals needed. Policies are read from the base branch, so that a change cannot relax its own review. Changes nothing.';
  static override flags = {
    ...envFlag,
    ...planFlags,
    out: Flags.string({ char: 'o', helpValue: 'FILE', summary: 'Write the plan to this file.' }),
    against: Flags.string({
      helpValue: 'REF',
      summary: 'Compare with this ref instead of with what is deployed; such a plan cannot be deployed.',
    }),
    'detailed-exitcode': Flags.boolean({ summary: 'Exit code 2 when there are changes.' }),
  };
  static override examples = [
    '<%= config.bin %> <%= command.id %> -e prod --out plan.json',
    '<%= config.bin %> <%= command.id %> -e prod --against origin/main',
  ];

  async run(): Promise<void> {
    const { flags } = await this.parse(PlanCommand);
    const { dir, env: environment, out, against } = flags;
    const present = await planRepository({ dir, environment }, { ...choiceOf(flags), out, against });
    if (this.wantsJson) this.printJson(planJson(present));
    else this.print(planText(present, await this.colours()));
    if (out !== undefined) this.say(`written to ${out}; mka plan show ${out} prints it again`);
    if (flags['detailed-exitcode'] && present.plan.changes.length > 0) this.endWith(EXIT.changes);
  }
}
