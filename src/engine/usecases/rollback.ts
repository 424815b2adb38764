import { digestOf } from '../kernel/hash.ts';
import { EXIT, MkaError } from '../kernel/mka-error.ts';
import type { DeploymentRecord } from '../model/deployment.ts';
import type { ReleaseBundle } from '../model/release.ts';
import type { ActiveRelease } from '../ports/state-store.ts';
import { assertKey, type RecordingParts, recordDeployment } from './deploy.ts';
import { underLock } from './lock.ts';

export interface RollbackRequest {
  /** Generation whose bundle is deployed again; absent: the deployment before the active one. */
  readonly generation?: number;
  readonly reason: string;
}

/**
 * Deploys the bundle of an older deployment again, as a new generation, and holds back the commit that was active, so that no
 * daemon takes it again by itself. Users under way stay on the definition they entered with (R13). Needs no plan and no
 * approval, for that bundle had them. Throws MkaError `rollback/…`, `deploy/locked`, `deploy/no-key`.
 */
export function rollback(parts: RecordingParts, request: RollbackRequest): Promise<DeploymentRecord> {
  assertKey(parts);
  return underLock(parts, 'rollback', () => rollBackLocked(parts, request));
}

async function rollBackLocked(parts: RecordingParts, request: RollbackRequest): Promise<DeploymentRecord> {
  const active = await parts.store.activeRelease();
  if (active === null) throw nowhere('nothing was ever deployed here');
  const bad = await parts.store.loadRelease(active.digest);
  const target = await targetOf(parts, active, request.generation);
  const bundle = await parts.store.loadRelease(target.bundle);
  if (bundle === null) throw nowhere(`the bundle of generation ${target.generation} is no longer in the store`);
  if (digestOf(bundle.release) !== bundle.digest) {
    throw new MkaError('bundle/edited', `the stored bundle of generation ${target.generation} was changed`, {
      hint: 'deploy its commit by a plan',
      exitCode: EXIT.notApproved,
    });
  }
  return recordDeployment(parts, withCommit(bundle, target), {
    ...{ commit: target.commit, tree: target.tree, policy: target.policy, approvals: target.approvals },
    // A rollback has no plan of its own; this names it, and lets it happen once.
    plan: digestOf({ rollback: target.generation, over: active.generation, environment: parts.environment }),
    ...{ previousGeneration: active.generation, kind: 'rollback', reason: request.reason },
    holds: bad?.commit ?? active.digest,
  });
}

async function targetOf(parts: RecordingParts, active: ActiveRelease, wanted?: number): Promise<DeploymentRecord> {
  const records = await parts.deployments.deployments(Number.MAX_SAFE_INTEGER);
  if (wanted === undefined) {
    const before = records.find((one) => one.generation < active.generation && one.bundle !== active.digest);
    if (before !== undefined) return before;
    throw nowhere('there is no deployment before the active one');
  }
  const target = records.find(({ generation }) => generation === wanted);
  if (target === undefined) throw nowhere(`generation ${wanted} is no deployment of this environment`);
  if (target.bundle !== active.digest) return target;
  throw nowhere(`the bundle of generation ${wanted} is what is active now`);
}

function withCommit(bundle: ReleaseBundle, { commit }: DeploymentRecord): ReleaseBundle {
  return commit === null ? bundle : { ...bundle, commit };
}

function nowhere(why: string): MkaError {
  return new MkaError('rollback/no-target', why, { hint: 'mka history lists the deployments', exitCode: EXIT.usage });
}
