import type { LoadRequest } from '../../../ports/state-store.ts';
import type { Connection } from '../../sqlite-worker/connection.ts';

/** Answers in the order of what was asked: null where there is no row. */
export interface LoadAnswer {
  /** JSON. */
  readonly users: readonly (string | null)[];
  /** Hex content hashes. */
  readonly seen: readonly (string | null)[];
  readonly entries: readonly (readonly [lastEntryAtMs: number, enteredAtMs: number] | null)[];
}

export function load(db: Connection, request: LoadRequest): LoadAnswer {
  const state = db.statement('SELECT state FROM users WHERE user = ?');
  const content = db.statement('SELECT lower(hex(content)) FROM inbox WHERE key = unhex(?)');
  const entry = db.statement(
    'SELECT last_entry_at, entered_at FROM entries WHERE user = ? AND campaign = ? AND key = ?',
  );
  return {
    users: request.users.map((user) => first(state.get(user))),
    seen: request.fingerprints.map((key) => first(content.get(key))),
    entries: request.entries.map(
      ({ user, campaign, key }) => (entry.get(user, campaign, key) as unknown as [number, number] | undefined) ?? null,
    ),
  };
}

function first(row: unknown): string | null {
  return row === undefined ? null : (row as readonly [string])[0];
}

export interface PartitionsArgs {
  readonly partitions: readonly number[];
}

export function dueUsers(
  db: Connection,
  { partitions, beforeMs, limit }: PartitionsArgs & { readonly beforeMs: number; readonly limit: number },
): string[] {
  return db
    .rows<[string]>(
      `SELECT user FROM users
       WHERE due_at <= ? AND partition IN (SELECT value FROM json_each(?))
       ORDER BY due_at, partition, user LIMIT ?`,
      beforeMs,
      JSON.stringify(partitions),
      limit,
    )
    .map(([user]) => user);
}

export function nextDueAt(db: Connection, { partitions }: PartitionsArgs): number | null {
  const row = db.row<[number]>(
    `SELECT due_at FROM users
     WHERE due_at IS NOT NULL AND partition IN (SELECT value FROM json_each(?))
     ORDER BY due_at LIMIT 1`,
    JSON.stringify(partitions),
  );
  return row?.[0] ?? null;
}
