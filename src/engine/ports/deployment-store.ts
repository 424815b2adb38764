import type { DeploymentLock, DeploymentRecord, ReconcileCondition } from '../model/deployment.ts';
import type { ReleaseBundle } from '../model/release.ts';

/** Users live in a step, by the definition they are pinned to. */
export interface Occupancy {
  readonly campaign: string;
  readonly definition: string;
  readonly step: string;
  readonly users: number;
}

/**
 * Deployments of one environment, in the same store as its users. Promises:
 * - Every method is one transaction, durable once resolved.
 * - `deploy` saves the bundle, appends the record and activates it at once or not at all: compare-and-set on
 *   `previousGeneration`; a plan digest is deployed at most once (`used`); records are never changed or removed.
 * - A lock is held by one holder until it expires by `nowMs`; renewing extends it.
 */
export interface DeploymentStore {
  deploy(bundle: ReleaseBundle, record: DeploymentRecord): Promise<'deployed' | 'stale' | 'used'>;
  /** Newest first. */
  deployments(limit: number): Promise<readonly DeploymentRecord[]>;
  /** Marks a break-glass deployment as reviewed. */
  review(generation: number, by: string, atMs: number): Promise<boolean>;
  reviews(): Promise<Readonly<Record<number, { readonly by: string; readonly atMs: number }>>>;
  acquireLock(holder: string, reason: string, ttlMs: number, nowMs: number): Promise<DeploymentLock | null>;
  lock(nowMs: number): Promise<DeploymentLock | null>;
  releaseLock(holder: string): Promise<void>;
  occupancy(): Promise<readonly Occupancy[]>;
  saveConditions(conditions: readonly ReconcileCondition[]): Promise<void>;
  conditions(): Promise<readonly ReconcileCondition[]>;
}
