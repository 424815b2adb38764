import type { CheckedApproval } from './approvals.ts';

/** A review as far as it counts as an approval; the forge has proved who wrote it. */
export interface Review {
  readonly id: string;
  readonly login: string;
  readonly state: 'approved' | 'changes-requested' | 'dismissed' | 'commented';
  readonly body: string;
  readonly atMs: number;
}

const DIGEST = /sha256:[0-9a-f]{64}/g;

/**
 * Reviews of a pull request as approvals. A review approves the plan whose whole digest its text names: the commit alone would
 * not do, for the same commit has another plan once something else was deployed. Only the last approval or objection of a
 * person stands; a comment takes nothing back.
 */
export function approvalsOfReviews(reviews: readonly Review[]): CheckedApproval[] {
  const last = new Map<string, Review>();
  for (const review of [...reviews].sort((a, b) => a.atMs - b.atMs)) {
    if (review.state !== 'commented') last.set(review.login.toLowerCase(), review);
  }
  const isStanding = ({ login }: Review): boolean => last.get(login.toLowerCase())?.state === 'approved';
  return [
    ...[...last.values()].filter(isStanding).flatMap((one) => checkedOf(one, { ok: true, principal: one.login })),
    ...reviews
      .filter((one) => one.state === 'approved' && !isStanding(one))
      .flatMap((one) => checkedOf(one, { ok: false, reason: 'withdrawn' })),
  ];
}

function checkedOf({ id, login, body, atMs }: Review, check: CheckedApproval['check']): CheckedApproval[] {
  const digests = [...new Set(body.match(DIGEST) ?? ['none'])];
  return digests.map((plan) => ({ approval: { plan, by: login, via: 'forge', proof: id, atMs }, check }));
}
