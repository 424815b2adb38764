import { Args, Flags } from '@oclif/core';
import { showPlan } from '../../engine/index.ts';
import { BaseCommand } from '../../ui/base-command.ts';
import { choiceOf, planFlags } from '../../ui/plan-flags.ts';
import { PLAN_FORMATS, writePlan } from '../../ui/plan-formats.ts';

/** `mka plan show`: a plan file, for reading. */
export default class PlanShow extends BaseCommand {
  static override summary = 'Print a plan file; one that no longer holds is printed too, and says so.';
  static override args = { plan: Args.string({ required: true, description: 'File that mka plan --out wrote.' }) };
  static override flags = {
    ...planFlags,
    format: Flags.option({ char: 'f', options: PLAN_FORMATS, summary: 'What to print.' })(),
  };
  static override examples = ['<%= config.bin %> <%= command.id %> plan.json -f markdown'];

  async run(): Promise<void> {
    const { args, flags } = await this.parse(PlanShow);
    const present = await showPlan({ dir: flags.dir }, args.plan, choiceOf(flags));
    const format = this.wantsJson ? 'json' : (flags.format ?? 'text');
    this.print(writePlan(format, present, this.config.version, await this.colours()));
    if (!present.isCompared) this.say('whether it still holds cannot be told here: the repository cannot be compared');
  }
}
