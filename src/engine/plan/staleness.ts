import { canonicalJson } from '../kernel/hash.ts';
import type { Plan } from '../model/plan.ts';

/** Why a plan may no longer be deployed. `code` has a page in docs/errors. */
export interface PlanProblem {
  readonly code:
    | 'plan/other-environment'
    | 'plan/stale'
    | 'plan/other-content'
    | 'plan/policy-changed'
    | 'plan/audience-moved'
    | 'plan/edited';
  readonly message: string;
}

/**
 * Compares a plan with one made afresh of the same files under the same policies, now; none: it still says what a deployment
 * would do. The fresh one takes the plan's own audience counts where they are within tolerance.
 */
export function planProblems(plan: Plan, fresh: Plan): PlanProblem[] {
  if (plan.project !== fresh.project || plan.environment !== fresh.environment) {
    const [here, there] = [placeOf(fresh), placeOf(plan)];
    return [{ code: 'plan/other-environment', message: `the plan is for ${there}, not for ${here}` }];
  }
  const problems: PlanProblem[] = [];
  if (plan.base.generation !== fresh.base.generation || plan.base.bundle !== fresh.base.bundle) {
    problems.push({
      code: 'plan/stale',
      message: `the plan was made on ${generationText(plan)}, but ${generationText(fresh)} is deployed`,
    });
  }
  if (plan.target.bundle !== fresh.target.bundle) {
    problems.push({
      code: 'plan/other-content',
      message: `the plan is of bundle ${short(plan.target.bundle)}, but the files build to ${short(fresh.target.bundle)}`,
    });
  }
  if (plan.policy.digest !== fresh.policy.digest) {
    problems.push({
      code: 'plan/policy-changed',
      message: 'the policies of the base branch are no longer those it was judged by',
    });
  }
  if (problems.length > 0 || plan.digest === fresh.digest) return problems;
  return [differing(plan, fresh)];
}

/** What differs though base, target and policies are the same: a verdict that time or users moved, or a plan that somebody changed. */
function differing(plan: Plan, fresh: Plan): PlanProblem {
  const isSame = (one: unknown, other: unknown): boolean => canonicalJson(one) === canonicalJson(other);
  const isVerdictAlone = isSame(plan.changes, fresh.changes) && plan.class === fresh.class;
  if (isVerdictAlone && !isSame(plan.audience, fresh.audience)) {
    const message = 'the audience has moved so far that the policies ask for something else';
    return { code: 'plan/audience-moved', message };
  }
  const isWaiverGone = isVerdictAlone && isSame(plan.requires, fresh.requires);
  return isWaiverGone
    ? { code: 'plan/policy-changed', message: 'the policies say something else now, as when a waiver has ended' }
    : {
        code: 'plan/edited',
        message: 'the plan does not say what these files change: it was edited, or made by another mka',
      };
}

function placeOf({ project, environment }: Plan): string {
  return `${project}/${environment}`;
}

function generationText({ base }: Plan): string {
  return base.bundle === null ? 'nothing' : `generation ${base.generation} (${short(base.bundle)})`;
}

function short(digest: string): string {
  return digest.replace('sha256:', '').slice(0, 12);
}
