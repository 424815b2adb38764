import type { AudienceCount, Plan, PlanOrigin } from '../model/plan.ts';
import type { PolicySet } from '../model/policy.ts';
import { diffReleases } from '../plan/diff.ts';
import { occupancyOf } from '../plan/occupancy.ts';
import { type PlanBase, type PlanRequest, planOf } from '../plan/plan.ts';
import { settledCounts } from '../plan/tolerance.ts';
import type { Occupancy } from '../ports/deployment-store.ts';
import { type AudienceParts, countAudiences } from './plan-audience.ts';

export interface MakePlanParts extends Pick<AudienceParts, 'openTables'> {
  readonly environment: string;
  readonly base: PlanBase;
  readonly target: PlanRequest['target'];
  readonly policies: PolicySet;
  /** Users live in each step now. */
  readonly standing: readonly Occupancy[];
  readonly origin: PlanOrigin;
  /** Counts of the plan that is checked: they hold where the fresh ones differ by no more than the tolerance. */
  readonly agreed?: readonly AudienceCount[];
}

/** Compares what is deployed with what shall be: changes, audiences, users under way, policies. Changes nothing. */
export async function makePlan(parts: MakePlanParts): Promise<Plan> {
  const { base, target, environment, policies, standing, origin, agreed = [], openTables } = parts;
  const changes = diffReleases(base.release, target.release);
  const counted = await countAudiences(changes, {
    base: base.release,
    target: target.release,
    nowMs: origin.createdAtMs,
    openTables,
  });
  return planOf({
    base,
    target,
    environment,
    policies,
    origin,
    audience: settledCounts(agreed, counted),
    occupancy: occupancyOf(standing, base.release, target.release, changes),
  });
}
