import type { AudienceCount } from '../model/plan.ts';

/** A count may move so far between plan and deployment without another look: users come and go all day. */
export const AUDIENCE_TOLERANCE = { share: 0.05, users: 50 } as const;

/** True when no count of a campaign moved further than the tolerance. */
export function isWithinTolerance(planned: AudienceCount, counted: AudienceCount): boolean {
  const isNear = (one: number | null, other: number | null): boolean => {
    if (one === null || other === null) return one === other;
    return Math.abs(one - other) <= Math.max(AUDIENCE_TOLERANCE.users, AUDIENCE_TOLERANCE.share * one);
  };
  return (
    isNear(planned.before, counted.before) &&
    isNear(planned.after, counted.after) &&
    isNear(planned.enters, counted.enters) &&
    isNear(planned.leaves, counted.leaves)
  );
}

/** Fresh counts, but those of the plan where they differ by no more than the tolerance: what was agreed to still holds. */
export function settledCounts(
  planned: readonly AudienceCount[],
  counted: readonly AudienceCount[],
): readonly AudienceCount[] {
  const before = new Map(planned.map((one) => [one.campaign, one]));
  return counted.map((one) => {
    const agreed = before.get(one.campaign);
    return agreed !== undefined && isWithinTolerance(agreed, one) ? agreed : one;
  });
}
