import { EXIT, MkaError } from '../kernel/mka-error.ts';
import type { DeploymentRecord } from '../model/deployment.ts';
import type { Approval, Plan } from '../model/plan.ts';
import type { PolicySet } from '../model/policy.ts';
import type { ReleaseBundle } from '../model/release.ts';
import type { Clock } from '../ports/clock.ts';
import type { DeploymentStore } from '../ports/deployment-store.ts';
import type { StateStore } from '../ports/state-store.ts';
import type { CheckedApproval } from '../release/approvals.ts';
import { assertApproved } from './deploy-approvals.ts';
import {
  assertBundle,
  assertEnvironment,
  assertFresh,
  assertPolicies,
  assertSamePlan,
  assertWindow,
  type BuiltCommit,
  type Deployed,
  refused,
} from './deploy-checks.ts';
import { type LockParts, underLock } from './lock.ts';

/** A record before it is signed. */
export type UnsignedRecord = Omit<DeploymentRecord, 'signature'>;

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

/** What judges a change: from the base branch, where the change itself cannot reach. */
export interface Guard {
  readonly policies: PolicySet;
  readonly allowedSigners: string;
}

export interface DeployParts extends RecordingParts {
  /** Compiles what is to be deployed. Throws MkaError `repository/invalid`. */
  build(): Promise<BuiltCommit>;
  /** Facts of what is deployed that its bundle does not hold. */
  deployedFacts(bundle: ReleaseBundle | null): Promise<Deployed['facts']>;
  guard(plan: Plan, deployed: Deployed): Promise<Guard>;
  /** Addresses and logins of those who wrote what changes. */
  authors(plan: Plan, deployed: Deployed, built: BuiltCommit): Promise<readonly string[]>;
  /** All approvals on offer, each with what its proof is worth. */
  approvals(plan: Plan, guard: Guard): Promise<readonly CheckedApproval[]>;
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
  assertEnvironment(plan, parts.project, parts.environment);
  await assertUnused(parts, plan);
  const deployed = await readDeployed(parts);
  assertFresh(plan, deployed);
  const built = await parts.build();
  assertBundle(plan, built);
  const guard = await parts.guard(plan, deployed);
  assertSamePlan(plan, deployed, built, guard.policies);
  const nowMs = parts.clock.now();
  assertPolicies(plan, deployed, built, guard.policies, { nowMs, isBreakGlass });
  let approvals: readonly Approval[] = [];
  if (!isBreakGlass) {
    assertWindow(guard.policies, parts.environment, nowMs);
    const offered = await parts.approvals(plan, guard);
    const authors = await parts.authors(plan, deployed, built);
    approvals = assertApproved(plan, { ...guard, authors, approvals: offered });
  }
  const { commit, tree, bundle } = built;
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

async function readDeployed(parts: DeployParts): Promise<Deployed> {
  const active = await parts.store.activeRelease();
  const bundle = active && (await parts.store.loadRelease(active.digest));
  const facts = await parts.deployedFacts(bundle);
  return { active, bundle, ...(facts === undefined ? {} : { facts }) };
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
