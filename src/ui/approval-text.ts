import type { ChalkInstance } from 'chalk';
import type { ApprovalReport } from '../engine/index.ts';
import { columns } from './columns.ts';
import { oneLine, requirementText } from './plan-words.ts';

/** Why an approval does not count, as people read it. */
const REASONS: Readonly<Record<ApprovalReport['refused'][number]['reason'], string>> = {
  'another-plan': 'is for another plan',
  unsigned: 'carries no proof',
  'unknown-key': 'is signed with a key that the allowed signers of the base branch do not name',
  'bad-signature': 'has a signature that does not fit this plan',
  'not-the-signer': 'is signed by somebody else',
  withdrawn: 'was taken back',
  author: 'is by an author of the change',
  repeated: 'is by somebody who is counted already',
};

/** Each requirement with who has agreed. */
export function approvalLines({ requirements }: ApprovalReport, colours: ChalkInstance): string {
  if (requirements.length === 0) return 'no approval is needed';
  return columns(
    requirements.map((one) => [
      one.missing === 0 ? colours.green('given') : colours.red(`${one.missing} missing`),
      requirementText(one),
      `${oneLine(one.policy)}/${oneLine(one.rule)}`,
      one.given.map(oneLine).join(', '),
    ]),
  );
}

/** Every reason for which the plan may not be deployed; empty when it may. */
export function refusalLines({
  problems,
  blocking,
  strangers,
  requirements,
  refused,
  isSatisfied,
}: ApprovalReport): string[] {
  const open = requirements.filter(({ missing }) => missing > 0);
  return [
    ...problems.map(({ code, message }) => `${code}: ${oneLine(message)}`),
    ...blocking.map(
      (one) =>
        `policy/broken: ${oneLine(one.policy)}/${oneLine(one.rule)} on ${oneLine(one.object)}: ${oneLine(one.message)}`,
    ),
    ...strangers.map(
      (name) =>
        `approval/stranger-author: nobody knows whether ${oneLine(name)}, who wrote part of the change, is the approver; name the address in policies/allowed-signers`,
    ),
    ...open.map(
      (one) =>
        `approval/missing: ${one.missing} more of ${requirementText(one)} (${oneLine(one.policy)}/${oneLine(one.rule)})`,
    ),
    // What does not count matters only while something is missing.
    ...(isSatisfied
      ? []
      : refused.map(({ by, reason }) => `approval/${reason}: the approval of ${oneLine(by)} ${REASONS[reason]}`)),
  ];
}
