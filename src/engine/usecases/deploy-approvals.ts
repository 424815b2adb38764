import type { MkaError } from '../kernel/mka-error.ts';
import type { ApprovalRefusal, ApprovalVerdict } from '../release/approvals.ts';
import { refused } from './deploy-checks.ts';

/** Why an approval does not count, in words. */
const WHY: Readonly<Record<ApprovalRefusal, string>> = {
  'another-plan': 'it is for another plan',
  unsigned: 'it is not signed',
  'unknown-key': 'its key is not in the allowed signers of the base branch',
  'bad-signature': 'its signature does not fit the plan',
  'not-the-signer': 'somebody else signed it',
  withdrawn: 'it was taken back',
  author: 'an author of the change cannot approve it',
  repeated: 'one person counts once',
};

/**
 * The approvals that count, for the record. Throws MkaError `approval/…` (77) when they do not satisfy what the plan requires:
 * `approval/stranger-author`, why the first one does not count (`approval/another-plan`, `approval/unsigned`,
 * `approval/unknown-key`, `approval/bad-signature`, `approval/not-the-signer`, `approval/withdrawn`, `approval/author`,
 * `approval/repeated`), or `approval/missing`.
 */
export function assertApproved(verdict: ApprovalVerdict): ApprovalVerdict['counted'] {
  if (verdict.isSatisfied) return verdict.counted;
  throw notApproved(verdict);
}

function notApproved({ strangers, refused: refusals, requirements }: ApprovalVerdict): MkaError {
  const missing = requirements
    .filter((one) => one.missing > 0)
    .map(
      (one) =>
        `${one.missing} of ${one.count}${one.team === undefined ? '' : ` of team ${one.team}`} (${one.policy}/${one.rule})`,
    );
  const needed = missing.length === 0 ? '' : `; approvals missing: ${missing.join(', ')}`;
  const [stranger] = strangers;
  if (stranger !== undefined) {
    const text = `${stranger} wrote part of the change and is nobody known: it cannot be told who may approve${needed}`;
    return refused('approval/stranger-author', text, 'name the address in policies/allowed-signers of the base branch');
  }
  const [first] = refusals;
  if (first !== undefined) {
    const all = refusals.map(({ by, reason }) => `the approval by ${by} does not count: ${WHY[reason]}`).join('; ');
    return refused(
      `approval/${first.reason}`,
      `${all}${needed}`,
      'mka approve plan.json, by somebody else than the authors',
    );
  }
  return refused(
    'approval/missing',
    `the plan is not approved${needed}`,
    'mka approve plan.json, then --approvals FILE',
  );
}
