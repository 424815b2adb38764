import type { Approval, Plan } from '../model/plan.ts';
import type { PolicySet } from '../model/policy.ts';
import type { ForgePort } from '../ports/forge.ts';
import type { PlanSigner } from '../ports/signing.ts';
import { type ApprovalVerdict, type CheckedApproval, judgeApprovals, teamsOf } from '../release/approvals.ts';
import { approvalsOfReviews } from '../release/forge-approvals.ts';
import { readPeople } from '../release/people.ts';

/** What approvals are judged by; all of it from the base branch and from git, nothing from the plan. */
export interface ApprovalFacts {
  readonly policies: PolicySet;
  readonly allowedSigners: string;
  readonly authors: readonly string[];
}

/**
 * Checks the signatures of approvals from files, at this instant: a key that is no longer allowed approves nothing any more.
 * What a file says of a forge proves nothing and is left to the forge.
 */
export async function checkSignatures(
  signer: Pick<PlanSigner, 'verify'>,
  approvals: readonly Approval[],
  allowedSigners: string,
  nowMs: number,
): Promise<CheckedApproval[]> {
  const checked: CheckedApproval[] = [];
  for (const approval of approvals) {
    if (approval.via === 'forge') checked.push({ approval, check: { ok: false, reason: 'unsigned' } });
    else checked.push({ approval, check: await signer.verify(approval.plan, approval.proof, allowedSigners, nowMs) });
  }
  return checked;
}

/** Approving reviews of a pull request, and who wrote it as the forge knows them. */
export async function readReviews(
  forge: Pick<ForgePort, 'reviews' | 'authors'>,
  pullRequest: number,
): Promise<{ readonly approvals: readonly CheckedApproval[]; readonly authors: readonly string[] }> {
  const [reviews, authors] = await Promise.all([forge.reviews(pullRequest), forge.authors(pullRequest)]);
  return { approvals: approvalsOfReviews(reviews), authors };
}

/** Whether these approvals satisfy what the plan requires. */
export function approvalVerdict(
  plan: Plan,
  facts: ApprovalFacts,
  approvals: readonly CheckedApproval[],
): ApprovalVerdict {
  const teams = teamsOf(facts.policies);
  return judgeApprovals({
    digest: plan.digest,
    requires: plan.requires,
    approvals,
    authors: facts.authors,
    people: readPeople(facts.allowedSigners, Object.values(teams).flat()),
    teams,
  });
}
