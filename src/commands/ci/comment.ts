import { Args, Flags } from '@oclif/core';
import { commentOnPullRequest, MkaError, showPlan } from '../../engine/index.ts';
import { BaseCommand } from '../../ui/base-command.ts';
import { choiceOf, planFlags } from '../../ui/plan-flags.ts';
import { planMarkdown, planMarker } from '../../ui/plan-markdown.ts';

/** `mka ci comment`: the one comment of a plan on a pull request. */
export default class CiComment extends BaseCommand {
  static override summary = 'Write a plan as one comment on a pull request; the next one takes its place.';
  static override description =
    'GITHUB_REPOSITORY, GITHUB_TOKEN and, for another server, GITHUB_API_URL name the forge. --print writes to stdout instead and needs none of them.';
  static override args = { plan: Args.string({ required: true, description: 'File that mka plan --out wrote.' }) };
  static override flags = {
    ...planFlags,
    'pull-request': Flags.integer({ min: 1, helpValue: 'NUMBER', summary: 'The pull request.' }),
    print: Flags.boolean({ summary: 'Print the comment instead.' }),
  };
  static override examples = ['<%= config.bin %> <%= command.id %> plan.json --pull-request 12'];

  async run(): Promise<void> {
    const { args, flags } = await this.parse(CiComment);
    const present = await showPlan({ dir: flags.dir }, args.plan, choiceOf(flags));
    const markdown = planMarkdown(present);
    if (flags.print) return this.print(markdown);
    const pullRequest = flags['pull-request'];
    if (pullRequest === undefined)
      throw new MkaError('cli/usage', 'name the pull request: --pull-request NUMBER', { exitCode: 64 });
    const done = await commentOnPullRequest(pullRequest, { marker: planMarker(present.plan), markdown });
    if (this.wantsJson) this.printJson({ version: 1, pullRequest, comment: done });
    else this.say(`comment ${done}`);
  }
}
