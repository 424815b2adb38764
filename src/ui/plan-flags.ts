import { Flags } from '@oclif/core';

/** Flags of the commands that make a plan or make one again. */
export const planFlags = {
  base: Flags.string({
    helpValue: 'REF',
    summary: 'The base branch: its policies and allowed signers count. Default: the remote’s main branch.',
  }),
  'work-tree': Flags.boolean({
    summary: 'Plan the files as they stand, committed or not; only where nobody has to approve.',
  }),
};

/** `undefined` leaves the choice to the plan. */
export function choiceOf(flags: { readonly base?: string | undefined; readonly 'work-tree': boolean }) {
  return { base: flags.base, workTree: flags['work-tree'] || undefined };
}
