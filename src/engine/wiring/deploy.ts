import { userInfo } from 'node:os';
import { EXIT, MkaError } from '../kernel/mka-error.ts';
import type { DeploymentLock, DeploymentRecord } from '../model/deployment.ts';
import type { Plan } from '../model/plan.ts';
import { deploy } from '../usecases/deploy.ts';
import type { Rechecked } from '../usecases/deploy-checks.ts';
import { type PastDeployment, readHistory } from '../usecases/history.ts';
import { releaseLock, showLock } from '../usecases/lock.ts';
import { reviewDeployment } from '../usecases/review.ts';
import { rollback } from '../usecases/rollback.ts';
import { recordingParts, trustOf } from './deploy-parts.ts';
import { type Installation, openExisting, openInstallation, type Place } from './installation.ts';
import { type RecheckedPlan, recheckPlan } from './plan.ts';
import { judgeFiles } from './plan-approvals.ts';
import { readPlanFile } from './plan-file.ts';

/** What is deployed, and on whose word. */
export interface DeployOptions {
  readonly plan: string;
  /** Files of approvals; without any those beside the plan. */
  readonly approvals: readonly string[];
  /** Pull request whose reviews count too. */
  readonly pullRequest?: number | undefined;
  /** Ref of the base branch, whose policies and signers count. */
  readonly base?: string | undefined;
  /** File of the ed25519 key that signs the record, in place of the environment's. */
  readonly signingKey?: string | undefined;
  /** Skips approvals and windows, for this reason. */
  readonly breakGlass?: string | undefined;
}

/** Deploys a plan to its environment. Exit codes: 77 not approved, 75 locked or window closed. */
export async function deployPlan(place: Place, options: DeployOptions): Promise<DeploymentRecord> {
  const plan = readUnedited(options.plan);
  if (place.environment !== undefined && place.environment !== plan.environment) {
    throw new MkaError('plan/other-environment', `the plan is for ${plan.environment}, not for ${place.environment}`, {
      hint: `mka plan -e ${place.environment}`,
      exitCode: EXIT.notApproved,
    });
  }
  const here = { ...place, environment: plan.environment };
  const judged = { files: options.approvals, pullRequest: options.pullRequest };
  return using(await openInstallation(here), async (installation) => {
    let known: RecheckedPlan | undefined;
    const recheck = async (): Promise<RecheckedPlan> =>
      (known ??= await recheckPlan(here, plan, { base: options.base }));
    const parts = {
      ...(await recordingParts(installation, options.signingKey)),
      recheck: async () => facts(await recheck()),
      judge: async () => (await judgeFiles(await recheck(), options.plan, judged)).verdict,
    };
    return deploy(parts, { plan, ...(options.breakGlass === undefined ? {} : { breakGlass: options.breakGlass }) });
  });
}

/** A plan whose digest is not its content's is refused like any other that was not approved. */
function readUnedited(path: string): Plan {
  try {
    return readPlanFile(path);
  } catch (error) {
    if (!(error instanceof MkaError) || error.code !== 'plan/edited') throw error;
    const { code, message, hint = '' } = error;
    throw new MkaError(code, message, { hint, exitCode: EXIT.notApproved, cause: error });
  }
}

function facts({ fresh, problems, sources, window }: RecheckedPlan): Rechecked {
  const { policies, origin, target } = sources;
  const { commit, tree } = origin;
  return { fresh, problems, window, policies, built: { commit, tree, bundle: target.bundle } };
}

/** Deploys the bundle of an older deployment again and holds back the commit that was active. */
export async function rollBack(
  place: Place,
  options: {
    readonly generation?: number | undefined;
    readonly reason: string;
    readonly signingKey?: string | undefined;
  },
): Promise<DeploymentRecord> {
  const { generation, reason, signingKey } = options;
  return using(await openExisting(place), async (installation) => {
    const parts = await recordingParts(installation, signingKey);
    return rollback(parts, { reason, ...(generation === undefined ? {} : { generation }) });
  });
}

/** Deployments, newest first. */
export async function deploymentHistory(place: Place, limit: number): Promise<readonly PastDeployment[]> {
  return using(await openExisting(place), async (installation) =>
    readHistory({ ...installation, trust: await trustOf(installation) }, limit),
  );
}

/** Who deploys now; null when nobody does. */
export async function deploymentLock(place: Place): Promise<DeploymentLock | null> {
  return using(await openExisting(place), (installation) => showLock(installation));
}

/** Takes the deployment lock away from its holder; the one that was held. */
export async function releaseDeploymentLock(place: Place, force: string | undefined): Promise<DeploymentLock | null> {
  return using(await openExisting(place), async (installation) => {
    const parts = await recordingParts(installation);
    const released = await releaseLock(parts, { isForced: force !== undefined });
    if (released !== null && force !== undefined) await installation.store.addCounters({ 'audit/lock_forced': 1 });
    return released;
  });
}

/** Marks a break-glass deployment as reviewed, by the user of this machine unless `by` names another. */
export async function reviewBreakGlass(
  place: Place,
  { generation, by = userInfo().username }: { readonly generation: number; readonly by?: string },
): Promise<{ readonly record: DeploymentRecord; readonly by: string }> {
  return using(await openExisting(place), async (installation) => ({
    record: await reviewDeployment(installation, { generation, by }),
    by,
  }));
}

async function using<T>(installation: Installation, act: (installation: Installation) => Promise<T>): Promise<T> {
  try {
    return await act(installation);
  } finally {
    await installation.close();
  }
}
