import type { Connection } from '../../sqlite-worker/connection.ts';

export interface SweepArgs {
  readonly nowMs: number;
  readonly horizonMs: number;
  readonly limit: number;
}

/**
 * Walks the fingerprints in the order of their keys, `limit` rows a call, beginning anew at the end. The keys are hashes,
 * so each stretch holds old and new ones in the same mixture, and no index over time has to be kept for it.
 */
export function sweep(db: Connection, { nowMs, horizonMs, limit }: SweepArgs): number {
  const beforeMs = nowMs - horizonMs;
  const cursor = db.row<[Uint8Array]>('SELECT key FROM sweep_cursor')?.[0] ?? new Uint8Array();
  const stretch = db.row<[Uint8Array | null, number]>(
    'SELECT max(key), count(*) FROM (SELECT key FROM inbox WHERE key > ? ORDER BY key LIMIT ?)',
    cursor,
    limit,
  );
  const [last, looked] = stretch ?? [null, 0];
  const removed =
    last === null ? 0 : db.run('DELETE FROM inbox WHERE key > ? AND key <= ? AND at < ?', cursor, last, beforeMs);
  const next = last === null || looked < limit ? new Uint8Array() : last;
  db.run('INSERT INTO sweep_cursor (id, key) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET key = excluded.key', next);
  db.run('DELETE FROM folds WHERE at < ?', beforeMs);
  return removed;
}
