import { EXIT, MkaError } from '../kernel/mka-error.ts';
import type { Plan } from '../model/plan.ts';
import type { PolicySet } from '../model/policy.ts';
import type { ReleaseBundle } from '../model/release.ts';
import type { PlanProblem } from '../plan/staleness.ts';
import type { WindowVerdict } from '../release/change-window.ts';
import { blocking } from '../release/policy.ts';

/** A plan made again, as things stand now, and what is to be deployed. */
export interface Rechecked {
  /** Why the plan no longer says what a deployment would do. */
  readonly problems: readonly PlanProblem[];
  readonly fresh: Plan;
  readonly window: WindowVerdict;
  readonly built: { readonly commit: string | null; readonly tree: string | null; readonly bundle: ReleaseBundle };
  /** Of the base branch: a change cannot relax its own review. */
  readonly policies: PolicySet;
}

/** Throws MkaError `plan/…` (77): stale, of another environment, of other files, judged by other policies, or edited. */
export function assertPlanHolds({ problems }: Rechecked): void {
  const [first] = problems;
  if (first === undefined) return;
  const more = problems.slice(1).map(({ message }) => `; ${message}`);
  throw refused(first.code, first.message + more.join(''), 'plan again, and have that plan approved');
}

/**
 * Throws MkaError `deploy/no-commit` (77) for files without a commit where a commit is deployed: their policies would be their
 * own.
 */
export function assertJudged({ policies }: Rechecked, deployed: ReleaseBundle | null): void {
  if (policies.commit !== undefined || deployed?.commit === undefined) return;
  const text = `commit ${deployed.commit.slice(0, 12)} is deployed, and these files are in no git repository that holds it`;
  throw refused('deploy/no-commit', text, 'deploy from a clone with its whole history');
}

/** Throws MkaError `deploy/policy` (77) for a broken rule; a break-glass deployment is stopped by mandatory ones only. */
export function assertPolicies({ fresh }: Rechecked, isBreakGlass: boolean): void {
  const stopping = blocking(fresh.policy.findings).filter(({ level }) => !isBreakGlass || level === 'mandatory');
  const [first] = stopping;
  if (first === undefined) return;
  const more = stopping.length > 1 ? ` (and ${stopping.length - 1} more)` : '';
  const text = `${first.object} breaks ${first.policy}/${first.rule} (${first.level}): ${first.message}${more}`;
  throw refused('deploy/policy', text, 'mka plan show lists them all');
}

/** Throws MkaError `deploy/window-closed` (75). */
export function assertWindow({ window }: Rechecked, environment: string): void {
  if (window.isOpen) return;
  const { opensAtMs } = window;
  throw new MkaError('deploy/window-closed', `environment \`${environment}\` cannot be deployed to now`, {
    hint: opensAtMs === null ? 'its windows never open' : `the window opens at ${new Date(opensAtMs).toISOString()}`,
    exitCode: EXIT.locked,
  });
}

/** What may not be deployed: exit code 77. */
export function refused(code: string, message: string, hint: string): MkaError {
  return new MkaError(code, message, { hint, exitCode: EXIT.notApproved });
}
