import { Args, Flags } from '@oclif/core';
import { approvePlan } from '../engine/index.ts';
import { BaseCommand } from '../ui/base-command.ts';
import { planFlags } from '../ui/plan-flags.ts';

/** `mka approve`: agree to exactly one plan. */
export default class ApproveCommand extends BaseCommand {
  static override summary = 'Agree to exactly this plan: sign its digest with your SSH key.';
  static override description =
    'The plan is made again first: one that no longer holds is not signed. The key must stand in policies/allowed-signers of the base branch, and its owner must not have written part of the change. The signature is added to a file beside the plan.';
  static override args = { plan: Args.string({ required: true, description: 'File that mka plan --out wrote.' }) };
  static override flags = {
    base: planFlags.base,
    key: Flags.string({ char: 'k', required: true, helpValue: 'FILE', summary: 'Your SSH key.' }),
    out: Flags.string({
      char: 'o',
      helpValue: 'FILE',
      summary: 'File to add the approval to. Default: plan.approvals.json for plan.json.',
    }),
  };
  static override examples = ['<%= config.bin %> <%= command.id %> plan.json --key ~/.ssh/id_ed25519'];

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ApproveCommand);
    const { base, key, out } = flags;
    const isInteractive = process.stdin.isTTY && !flags['no-input'];
    const { approval, file } = await approvePlan({ dir: flags.dir }, args.plan, { base, key, out, isInteractive });
    if (this.wantsJson) return this.printJson({ version: 1, plan: approval.plan, by: approval.by, file });
    this.print(`${approval.by} agrees to ${approval.plan}`);
    this.say(`written to ${file}`);
  }
}
