import { EXIT, MkaError } from '../kernel/mka-error.ts';
import type { Approval, Plan } from '../model/plan.ts';
import type { PlanSigner } from '../ports/signing.ts';
import { type ApprovalFacts, approvalVerdict } from './approvals.ts';

/**
 * Signs the digest of a plan. Throws MkaError `approval/unknown-key` (77) when the base branch does not name the key, and
 * `approval/author` (77) when its owner wrote part of the change: what would not count is not written.
 */
export async function approve(
  signer: PlanSigner,
  plan: Plan,
  facts: ApprovalFacts,
  request: { readonly keyFile: string; readonly nowMs: number },
): Promise<Approval> {
  const { keyFile, nowMs } = request;
  const proof = await signer.sign(plan.digest, keyFile);
  const check = await signer.verify(plan.digest, proof, facts.allowedSigners, nowMs);
  if (!check.ok) {
    throw new MkaError('approval/unknown-key', 'the allowed signers of the base branch do not name this key', {
      hint: 'have a line for it merged into policies/allowed-signers first',
      exitCode: EXIT.notApproved,
    });
  }
  const approval: Approval = { plan: plan.digest, by: check.principal, via: 'ssh', proof, atMs: nowMs };
  const [refused] = approvalVerdict(plan, facts, [{ approval, check }]).refused;
  if (refused?.reason === 'author') {
    throw new MkaError('approval/author', `${check.principal} wrote part of the change and cannot approve it`, {
      hint: 'ask somebody else',
      exitCode: EXIT.notApproved,
    });
  }
  return approval;
}
