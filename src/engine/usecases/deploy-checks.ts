import { EXIT, MkaError } from '../kernel/mka-error.ts';
import type { Plan } from '../model/plan.ts';
import type { PolicySet } from '../model/policy.ts';
import type { ReleaseBundle } from '../model/release.ts';
import type { FactsByObject } from '../plan/diff.ts';
import { planOf } from '../plan/plan.ts';
import type { ActiveRelease } from '../ports/state-store.ts';
import { windowAt } from '../release/change-window.ts';
import { blocking } from '../release/policy.ts';

/** A commit's files, compiled for one environment. */
export interface BuiltCommit {
  readonly commit: string | null;
  readonly tree: string | null;
  readonly bundle: ReleaseBundle;
  readonly facts?: FactsByObject;
}

/** What is active while a plan is looked at. */
export interface Deployed {
  readonly active: ActiveRelease | null;
  readonly bundle: ReleaseBundle | null;
  readonly facts?: FactsByObject;
}

/** Throws MkaError `deploy/other-environment` (77) for a plan of another project or environment. */
export function assertEnvironment(plan: Plan, project: string, environment: string): void {
  if (plan.environment === environment && plan.project === project) return;
  const [theirs, ours] = [`${plan.project}/${plan.environment}`, `${project}/${environment}`];
  throw refused('deploy/other-environment', `the plan is for ${theirs}, this is ${ours}`, `mka plan -e ${environment}`);
}

/** Throws MkaError `deploy/stale-plan` (77) once another release is active than the plan was made against. */
export function assertFresh(plan: Plan, { active }: Deployed): void {
  const generation = active?.generation ?? 0;
  if (plan.base.generation === generation && plan.base.bundle === (active?.digest ?? null)) return;
  throw refused(
    'deploy/stale-plan',
    `the plan was made against generation ${plan.base.generation}, active is generation ${generation}`,
    'make it again and have it approved: what it said no longer holds',
  );
}

/** Throws MkaError `deploy/other-bundle` (77) when the files do not build to what the plan says. */
export function assertBundle(plan: Plan, { bundle, commit }: BuiltCommit): void {
  if (bundle.digest === plan.target.bundle) return;
  const what = commit === null ? 'the files here build' : `commit ${commit.slice(0, 12)} builds`;
  const [ours, theirs] = [short(bundle.digest), short(plan.target.bundle)];
  throw refused(
    'deploy/other-bundle',
    `${what} to bundle ${ours}, the plan is for bundle ${theirs}`,
    'deploy the commit that was planned, or plan again',
  );
}

/**
 * Makes the plan anew from what is deployed, what was built and the base branch's policies, and throws MkaError
 * `deploy/policy-changed` or `plan/edited` (77) when another one comes out: a file that was edited and given a new digest.
 */
export function assertSamePlan(plan: Plan, deployed: Deployed, built: BuiltCommit, policies: PolicySet): void {
  const again = planAgain(plan, deployed, built, policies, plan.origin.createdAtMs);
  if (again.digest === plan.digest) return;
  if (plan.policy.digest !== policies.digest) {
    throw refused(
      'deploy/policy-changed',
      `the plan was judged by policies ${short(plan.policy.digest)}, the base branch has ${short(policies.digest)}`,
      'policies come from the base branch: a change cannot relax its own review',
    );
  }
  throw refused('plan/edited', 'made again, the plan is another one: it was edited', 'mka plan --out makes it');
}

/** Throws MkaError `deploy/policy` (77) for a broken rule; a break-glass deployment is stopped by mandatory ones only. */
export function assertPolicies(
  plan: Plan,
  deployed: Deployed,
  built: BuiltCommit,
  policies: PolicySet,
  { nowMs, isBreakGlass }: { readonly nowMs: number; readonly isBreakGlass: boolean },
): void {
  const { findings } = planAgain(plan, deployed, built, policies, nowMs).policy;
  const stopping = blocking(findings).filter(({ level }) => !isBreakGlass || level === 'mandatory');
  const [first] = stopping;
  if (first === undefined) return;
  const more = stopping.length > 1 ? ` (and ${stopping.length - 1} more)` : '';
  const text = `${first.object} breaks ${first.policy}/${first.rule} (${first.level}): ${first.message}${more}`;
  throw refused('deploy/policy', text, 'mka plan show lists them all');
}

/** Throws MkaError `deploy/window-closed` (75). */
export function assertWindow(policies: PolicySet, environment: string, nowMs: number): void {
  const verdict = windowAt(policies, environment, nowMs);
  if (verdict.isOpen) return;
  const { opensAtMs } = verdict;
  throw new MkaError('deploy/window-closed', `environment \`${environment}\` cannot be deployed to now`, {
    hint: opensAtMs === null ? 'its windows never open' : `the window opens at ${new Date(opensAtMs).toISOString()}`,
    exitCode: EXIT.locked,
  });
}

function planAgain(
  plan: Plan,
  { active, bundle, facts }: Deployed,
  built: BuiltCommit,
  policies: PolicySet,
  atMs: number,
): Plan {
  return planOf({
    base: {
      generation: active?.generation ?? 0,
      bundle: active?.digest ?? null,
      release: bundle?.release ?? null,
      ...(facts === undefined ? {} : { facts }),
    },
    target: {
      bundle: built.bundle.digest,
      release: built.bundle.release,
      ...(built.facts === undefined ? {} : { facts: built.facts }),
    },
    environment: plan.environment,
    policies,
    occupancy: plan.occupancy,
    audience: plan.audience,
    origin: { ...plan.origin, createdAtMs: atMs },
  });
}

/** What may not be deployed: exit code 77. */
export function refused(code: string, message: string, hint: string): MkaError {
  return new MkaError(code, message, { hint, exitCode: EXIT.notApproved });
}

function short(digest: string): string {
  return digest.replace('sha256:', '').slice(0, 12);
}
