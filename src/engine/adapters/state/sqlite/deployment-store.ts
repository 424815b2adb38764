import type { DeploymentLock, DeploymentRecord, ReconcileCondition } from '../../../model/deployment.ts';
import type { ReleaseBundle } from '../../../model/release.ts';
import type { DeploymentStore, Occupancy } from '../../../ports/deployment-store.ts';
import type { Client } from '../../sqlite-worker/procedure.ts';
import type { StateProcedures } from './procedures.ts';
import { encodeRelease } from './releases.ts';

/** Deployments in the state store's own file, by its own connection: a deployment and its activation are one transaction. */
export class SqliteDeploymentStore implements DeploymentStore {
  readonly #client: Client<StateProcedures>;

  constructor(client: Client<StateProcedures>) {
    this.#client = client;
  }

  async deploy(bundle: ReleaseBundle, record: DeploymentRecord): Promise<'deployed' | 'stale' | 'used'> {
    const { generation, previousGeneration, plan, atMs, kind } = record;
    if (record.bundle !== bundle.digest) throw new Error('a record must name the bundle that it deploys');
    if (generation !== previousGeneration + 1) throw new Error('a generation follows its previous one');
    const release = encodeRelease(bundle);
    const args = { release, generation, previousGeneration, plan, atMs, kind, record: JSON.stringify(record) };
    return this.#client.call('deploy', args);
  }

  async deployments(limit: number): Promise<readonly DeploymentRecord[]> {
    return (await this.#client.call('deployments', limit)).map((record) => JSON.parse(record) as DeploymentRecord);
  }

  review(generation: number, by: string, atMs: number): Promise<boolean> {
    return this.#client.call('review', { generation, by, atMs });
  }

  reviews(): Promise<Readonly<Record<number, { readonly by: string; readonly atMs: number }>>> {
    return this.#client.call('reviews', undefined);
  }

  acquireLock(holder: string, reason: string, ttlMs: number, nowMs: number): Promise<DeploymentLock | null> {
    return this.#client.call('acquireLock', { holder, reason, ttlMs, nowMs });
  }

  lock(nowMs: number): Promise<DeploymentLock | null> {
    return this.#client.call('lock', nowMs);
  }

  async releaseLock(holder: string): Promise<void> {
    await this.#client.call('releaseLock', holder);
  }

  occupancy(): Promise<readonly Occupancy[]> {
    return this.#client.call('occupancy', undefined);
  }

  async saveConditions(conditions: readonly ReconcileCondition[]): Promise<void> {
    await this.#client.call('saveConditions', JSON.stringify(conditions));
  }

  async conditions(): Promise<readonly ReconcileCondition[]> {
    return JSON.parse((await this.#client.call('conditions', undefined)) ?? '[]') as ReconcileCondition[];
  }
}
