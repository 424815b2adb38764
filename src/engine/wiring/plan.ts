import { systemClock } from '../adapters/clock/system-clock.ts';
import { MkaError } from '../kernel/mka-error.ts';
import type { AudienceCount, ObjectChange, Plan } from '../model/plan.ts';
import { diffReleases } from '../plan/diff.ts';
import { type PlanProblem, planProblems } from '../plan/staleness.ts';
import { type WindowVerdict, windowAt } from '../release/change-window.ts';
import { makePlan } from '../usecases/plan.ts';
import { locate, type Place } from './installation.ts';
import { readPlanFile, writeWhole } from './plan-file.ts';
import { build, filesAt, filesOfFolder, openGit } from './plan-repository.ts';
import { baseOf, type PlanChoice, type PlanSources, readPlanSources } from './plan-sources.ts';
import { openTables } from './tables.ts';

/** A plan with what is known around it at this moment, outside the plan itself. */
export interface PresentPlan {
  readonly plan: Plan;
  /** Whether the environment may be deployed to now. */
  readonly window: WindowVerdict;
  /** Why it may no longer be deployed; empty for a fresh one. */
  readonly problems: readonly PlanProblem[];
}

/** Plans what the repository would change in an environment; writes the plan to `out`. */
export async function planRepository(
  place: Place,
  choice: PlanChoice & { readonly out?: string | undefined },
): Promise<PresentPlan> {
  const nowMs = systemClock().now();
  const sources = await readPlanSources(place, choice, nowMs);
  const plan = await planFrom(sources);
  requireCommit(plan);
  if (choice.out !== undefined) writeWhole(choice.out, `${JSON.stringify(plan, null, 2)}\n`);
  return { plan, window: windowAt(sources.policies, plan.environment, nowMs), problems: [] };
}

/** A plan file, whether it still holds or not; without a repository around, nothing is compared. */
export async function showPlan(
  place: Place,
  path: string,
  choice: PlanChoice,
): Promise<PresentPlan & { readonly isCompared: boolean }> {
  const plan = readPlanFile(path);
  try {
    const { problems, window } = await recheckPlan({ ...place, environment: plan.environment }, plan, choice);
    return { plan, window, problems, isCompared: true };
  } catch (error) {
    if (!(error instanceof MkaError)) throw error;
    return { plan, window: { isOpen: true }, problems: [], isCompared: false };
  }
}

/** A plan made again of the same files, and what differs. */
export interface RecheckedPlan extends PresentPlan {
  readonly sources: PlanSources;
  /** The plan as it would be made now. */
  readonly fresh: Plan;
}

/**
 * Makes a plan again as things stand now and says what differs: the base moved, the files or the policies changed, the
 * audience left its tolerance, the plan was edited. For `deploy`, which goes on only without problems.
 */
export async function recheckPlan(place: Place, plan: Plan, choice: PlanChoice = {}): Promise<RecheckedPlan> {
  const nowMs = systemClock().now();
  const workTree = choice.workTree ?? plan.origin.commit === null;
  const sources = await readPlanSources(place, { ...choice, workTree }, nowMs);
  const fresh = await planFrom(sources, plan.audience);
  requireCommit(fresh);
  const window = windowAt(sources.policies, plan.environment, nowMs);
  return { plan, fresh, sources, window, problems: planProblems(plan, fresh) };
}

/** One side of a comparison: a ref, what is deployed (the default of A), or the folder as it stands (the default of B). */
export interface Comparison {
  readonly before?: string | undefined;
  readonly after?: string | undefined;
}

/** What differs between two states of the repository. */
export async function diffRepository(place: Place, { before, after }: Comparison): Promise<readonly ObjectChange[]> {
  const { dir, environment } = locate(place);
  if (before === undefined) {
    const target =
      after === undefined ? build(filesOfFolder(dir), environment.name) : await builtAt(dir, environment.name, after);
    const { base } = await baseOf(place, environment.name, await openGit(dir), {});
    return diffReleases(base.release, target.release, { ...base.facts, ...target.facts });
  }
  const left = await builtAt(dir, environment.name, before);
  const right =
    after === undefined ? build(filesOfFolder(dir), environment.name) : await builtAt(dir, environment.name, after);
  return diffReleases(left.release, right.release, { ...left.facts, ...right.facts });
}

async function builtAt(dir: string, environment: string, ref: string) {
  const git = await openGit(dir);
  const commit = git === null ? null : await git.resolve(ref);
  if (git === null || commit === null) {
    throw new MkaError(
      'diff/no-ref',
      git === null ? `${dir} is not in a git repository` : `there is no ref \`${ref}\``,
      {
        hint: 'name a branch, a tag or a commit; without any, the files are compared with what is deployed',
      },
    );
  }
  return build(await filesAt(git, commit), environment);
}

function planFrom(sources: PlanSources, agreed: readonly AudienceCount[] = []): Promise<Plan> {
  const { dir, dataDir, target } = sources;
  return makePlan({
    ...sources,
    target: { bundle: target.bundle.digest, release: target.release, facts: target.facts },
    openTables: (tables) => openTables(tables, dir, dataDir),
    agreed,
  });
}

/** People agree to a commit; what is none can be deployed only where nobody must agree. */
function requireCommit({ origin, requires, environment }: Plan): void {
  if (origin.commit !== null || requires.length === 0) return;
  throw new MkaError('plan/needs-commit', `\`${environment}\` asks for approvals, which speak of a commit`, {
    hint: 'commit the change and plan without --work-tree',
  });
}
