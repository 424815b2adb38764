import { EXIT, MkaError } from '../kernel/mka-error.ts';
import type { DeploymentRecord } from '../model/deployment.ts';
import type { Approval, Plan } from '../model/plan.ts';
import type { ReleaseBundle } from '../model/release.ts';
import type { Clock } from '../ports/clock.ts';
import type { DeploymentStore } from '../ports/deployment-store.ts';
import type { StateStore } from '../ports/state-store.ts';
import type { ApprovalVerdict } from '../release/approvals.ts';
import type { UnsignedRecord } from '../release/record.ts';
import { assertApproved } from './deploy-approvals.ts';
import {
  assertJudged,
  assertPlanHolds,
  assertPolicies,
  assertWindow,
  type Rechecked,
  refused,
} from './deploy-checks.ts';
import { type LockParts, underLock } from './lock.ts';

/** What making any deployment works with: forwards, back, or in an emergency. */
export interface RecordingParts extends LockParts {
  readonly store: Pick<StateStore, 'activeRelease' | 'loadRelease'>;
  readonly deployments: DeploymentStore;
  readonly clock: Clock;
  readonly project: string;
  readonly environment: string;
  /** Who deploys, as the system names them. */
  readonly actor: string;
  /** Absent: records stay unsigned. Throws MkaError when the key cannot be read. */
  readonly sign?: (record: UnsignedRecord) => DeploymentRecord['signature'] | Promise<DeploymentRecord['signature']>;
  /** True when the environment takes signed records only. */
  readonly isSignatureRequired: boolean;
}

export interface DeployParts extends RecordingParts {
  /** Makes the plan again as things stand now. */
  recheck(plan: Plan): Promise<Rechecked>;
  /** Judges the approvals on offer by the base branch's signers and teams. */
  judge(): Promise<ApprovalVerdict>;
}

export interface DeployRequest {
  readonly plan: Plan;
  /** Why approvals and windows are skipped; absent: they are not. */
  readonly breakGlass?: string;
}

/**
 * Deploys a plan: everything it was approved for is checked again, under the lock; then bundle, record and activation are one
 * transaction. Throws MkaError, `deploy/…`, `plan/…`, `approval/…`, with 77 for what may not be and 75 for what may not be now.
 */
export function deploy(parts: DeployParts, request: DeployRequest): Promise<DeploymentRecord> {
  assertKey(parts);
  const reason = request.breakGlass === undefined ? 'deploy' : 'deploy --break-glass';
  return underLock(parts, reason, () => deployLocked(parts, request));
}

async function deployLocked(parts: DeployParts, { plan, breakGlass }: DeployRequest): Promise<DeploymentRecord> {
  const isBreakGlass = breakGlass !== undefined;
  await assertUnused(parts, plan);
  const rechecked = await parts.recheck(plan);
  assertPlanHolds(rechecked);
  assertJudged(rechecked, await deployedBundle(parts));
  assertPolicies(rechecked, isBreakGlass);
  if (!isBreakGlass) assertWindow(rechecked, parts.environment);
  const approvals: readonly Approval[] = isBreakGlass ? [] : assertApproved(await parts.judge());
  const { commit, tree, bundle } = rechecked.built;
  return recordDeployment(parts, commit === null ? bundle : { ...bundle, commit }, {
    ...{ commit, tree, plan: plan.digest, policy: plan.policy.digest, approvals },
    ...{ previousGeneration: plan.base.generation, kind: isBreakGlass ? 'break-glass' : 'deploy' },
    ...(isBreakGlass ? { reason: breakGlass } : {}),
  });
}

async function assertUnused({ deployments }: RecordingParts, { digest }: Plan): Promise<void> {
  const used = (await deployments.deployments(Number.MAX_SAFE_INTEGER)).find(({ plan }) => plan === digest);
  if (used !== undefined) throw planUsed(used.generation);
}

function planUsed(generation?: number): MkaError {
  const which = generation === undefined ? '' : `, as generation ${generation}`;
  return refused('deploy/plan-used', `the plan was deployed already${which}: it holds once`, 'mka plan makes another');
}

async function deployedBundle({ store }: DeployParts): Promise<ReleaseBundle | null> {
  const active = await store.activeRelease();
  return active && store.loadRelease(active.digest);
}

/** Throws MkaError `deploy/no-key` (77) where records must be signed and nothing to sign with was given. */
export function assertKey({ sign, isSignatureRequired, environment }: RecordingParts): void {
  if (sign !== undefined || !isSignatureRequired) return;
  const text = `environment \`${environment}\` takes signed records only, and there is no key to sign with`;
  throw refused('deploy/no-key', text, '--signing-key names the file of the key');
}

/** Signs the record of a deployment, and saves, records and activates it at once. */
export async function recordDeployment(
  parts: RecordingParts,
  bundle: ReleaseBundle,
  facts: Omit<UnsignedRecord, 'formatVersion' | 'project' | 'environment' | 'generation' | 'bundle' | 'actor' | 'atMs'>,
): Promise<DeploymentRecord> {
  const unsigned: UnsignedRecord = {
    ...{ formatVersion: 1, project: parts.project, environment: parts.environment },
    ...{ generation: facts.previousGeneration + 1, bundle: bundle.digest, actor: parts.actor, atMs: parts.clock.now() },
    ...facts,
  };
  const signature = (await parts.sign?.(unsigned)) ?? { keyId: '', value: '' };
  const record = { ...unsigned, signature };
  const outcome = await parts.deployments.deploy(bundle, record);
  if (outcome === 'deployed') return record;
  if (outcome === 'used') throw planUsed();
  throw new MkaError('deploy/overtaken', 'another release was activated while this one was being deployed', {
    hint: 'nothing was deployed; plan again',
    exitCode: EXIT.notApproved,
  });
}
