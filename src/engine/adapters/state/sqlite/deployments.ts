import type { DeploymentLock } from '../../../model/deployment.ts';
import type { Connection } from '../../sqlite-worker/connection.ts';
import { activate, generation, type SaveReleaseArgs, saveRelease } from './releases.ts';

export interface DeployArgs {
  readonly release: SaveReleaseArgs;
  readonly generation: number;
  readonly previousGeneration: number;
  readonly plan: string;
  readonly atMs: number;
  readonly kind: string;
  /** JSON of the deployment record. */
  readonly record: string;
}

/** A plan that was deployed stays used, whatever is active now; so that is told first. */
export function deploy(db: Connection, args: DeployArgs): 'deployed' | 'stale' | 'used' {
  if (db.row('SELECT 1 FROM deployments WHERE plan = ?', args.plan) !== undefined) return 'used';
  if (generation(db) !== args.previousGeneration) return 'stale';
  saveRelease(db, args.release);
  const active = activate(db, { digest: args.release.digest, expected: args.previousGeneration, nowMs: args.atMs });
  if (active?.generation !== args.generation) throw new Error('a record must name the generation that it activates');
  const insert = 'INSERT INTO deployments (generation, plan, kind, record) VALUES (?, ?, ?, ?)';
  db.run(insert, args.generation, args.plan, args.kind, args.record);
  return 'deployed';
}

/** JSON of the records, newest first. */
export function deployments(db: Connection, limit: number): string[] {
  return db
    .rows<[string]>('SELECT record FROM deployments ORDER BY generation DESC LIMIT ?', limit)
    .map(([record]) => record);
}

export interface ReviewArgs {
  readonly generation: number;
  readonly by: string;
  readonly atMs: number;
}

/** The first review stays. */
export function review(db: Connection, { generation: reviewed, by, atMs }: ReviewArgs): boolean {
  const insert = `INSERT INTO deployment_reviews (generation, reviewer, at)
    SELECT generation, ?, ? FROM deployments WHERE generation = ? AND kind = 'break-glass'
    ON CONFLICT (generation) DO NOTHING`;
  return db.run(insert, by, atMs, reviewed) === 1;
}

export function reviews(db: Connection): Record<number, { readonly by: string; readonly atMs: number }> {
  const rows = db.rows<[number, string, number]>('SELECT generation, reviewer, at FROM deployment_reviews');
  return Object.fromEntries(rows.map(([reviewed, by, atMs]) => [reviewed, { by, atMs }]));
}

export interface AcquireLockArgs {
  readonly holder: string;
  readonly reason: string;
  readonly ttlMs: number;
  readonly nowMs: number;
}

export function acquireLock(db: Connection, args: AcquireLockArgs): DeploymentLock | null {
  const { holder, reason, ttlMs, nowMs } = args;
  const held = lock(db, nowMs);
  if (held !== null && held.holder !== holder) return null;
  const taken = { holder, reason, takenAtMs: held?.takenAtMs ?? nowMs, expiresAtMs: nowMs + ttlMs };
  db.run(
    'INSERT OR REPLACE INTO deployment_lock (id, holder, reason, taken_at, expires_at) VALUES (1, ?, ?, ?, ?)',
    ...[holder, reason, taken.takenAtMs, taken.expiresAtMs],
  );
  return taken;
}

/** Null when nobody holds it at `nowMs`. */
export function lock(db: Connection, nowMs: number): DeploymentLock | null {
  const row = db.row<[string, string, number, number]>(
    'SELECT holder, reason, taken_at, expires_at FROM deployment_lock WHERE expires_at > ?',
    nowMs,
  );
  if (row === undefined) return null;
  const [holder, reason, takenAtMs, expiresAtMs] = row;
  return { holder, reason, takenAtMs, expiresAtMs };
}

export function releaseLock(db: Connection, holder: string): void {
  db.run('DELETE FROM deployment_lock WHERE holder = ?', holder);
}

/** JSON of all conditions in their order: they are shown together and change together. */
export function saveConditions(db: Connection, conditions: string): void {
  db.run('INSERT OR REPLACE INTO reconcile_conditions (id, conditions) VALUES (1, ?)', conditions);
}

export function conditions(db: Connection): string | null {
  return db.row<[string]>('SELECT conditions FROM reconcile_conditions')?.[0] ?? null;
}
