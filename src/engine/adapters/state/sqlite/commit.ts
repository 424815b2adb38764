import type { CommitResult } from '../../../ports/state-store.ts';
import type { Connection } from '../../sqlite-worker/connection.ts';
import { Undo } from '../../sqlite-worker/procedure.ts';
import { applyCancels, applySends, applySettles } from './commit-sends.ts';
import { addCounters } from './counters.ts';
import { allHeld, LeasedPartitions } from './leases.ts';
import { appendMail } from './mailbox.ts';
import { addHolds } from './pauses.ts';
import { generation } from './releases.ts';
import { SendCounts } from './send-counts.ts';
import type { CommitArgs } from './wire.ts';

/**
 * All of one fold or nothing of it. Nothing is ever applied twice: the fold's own number answers a request that is sent
 * again, the fingerprints and the mailbox rows show a batch that was folded from what had changed meanwhile.
 */
export function commit(db: Connection, args: CommitArgs): CommitResult {
  if (wasCommitted(db, args.fold)) return { kind: 'committed' };
  requireLeases(args);
  if (!allHeld(db, args.leases, args.atMs)) return { kind: 'fenced' };
  if (generation(db) !== args.generation) return { kind: 'generation' };
  if (!takeInputs(db, args)) throw new Undo({ kind: 'stale' } satisfies CommitResult);
  writeUsers(db, args);
  writeEntries(db, args);
  const counts = new SendCounts();
  applyCancels(db, args, counts);
  applySettles(db, args, counts);
  const keys = applySends(db, args, counts);
  if (keys.length > 0) throw new Undo({ kind: 'duplicateSendKeys', keys } satisfies CommitResult);
  counts.write(db);
  addHolds(db, args.holds, args.atMs);
  appendMail(db, args.mail);
  addCounters(db, args.counters);
  rememberFold(db, args);
  return { kind: 'committed' };
}

function wasCommitted(db: Connection, fold: CommitArgs['fold']): boolean {
  if (fold === null) return false;
  const last = db.row<[number]>('SELECT number FROM folds WHERE stream = ?', fold[0]);
  return last !== undefined && last[0] >= fold[1];
}

function rememberFold(db: Connection, { fold, atMs }: CommitArgs): void {
  if (fold === null) return;
  const sql = `INSERT INTO folds (stream, number, at) VALUES (?, ?, ?)
    ON CONFLICT (stream) DO UPDATE SET number = excluded.number, at = excluded.at`;
  db.run(sql, fold[0], fold[1], atMs);
}

function requireLeases({ leases, partitions }: CommitArgs): void {
  const leased = new LeasedPartitions(leases);
  for (const partition of new Set(partitions)) {
    if (leased.epoch(partition) === undefined) throw new Error(`a commit has no lease of partition ${partition}`);
  }
}

/** False when an event or a mailbox row of the batch was taken before. */
function takeInputs(db: Connection, { fingerprints, consumed, atMs }: CommitArgs): boolean {
  const remove = db.statement('DELETE FROM mailbox WHERE id = ?');
  for (const id of consumed) if (remove.run(id).changes !== 1) return false;
  const insert = db.statement(
    'INSERT INTO inbox (key, content, at) VALUES (unhex(?), unhex(?), ?) ON CONFLICT (key) DO NOTHING',
  );
  const sorted = [...fingerprints].sort((a, b) => byText(a[0], b[0]));
  return sorted.every(([key, content]) => insert.run(key, content, atMs).changes === 1);
}

function writeUsers(db: Connection, args: CommitArgs): void {
  const remove = db.statement('DELETE FROM users WHERE user = ?');
  const write = db.statement(
    `INSERT INTO users (user, slot, partition, due_at, state) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (user) DO UPDATE SET
       slot = excluded.slot, partition = excluded.partition, due_at = excluded.due_at, state = excluded.state`,
  );
  const record = db.statement('INSERT INTO records (user, at, body) VALUES (?, ?, ?)');
  const { users, slots, partitions, dues, states, records } = args;
  const order = [...users.keys()].sort((a, b) => byText(users[a] ?? '', users[b] ?? ''));
  for (const i of order) {
    const user = users[i] as string;
    const state = states[i] ?? null;
    if (state === null) remove.run(user);
    else write.run(user, slots[i] as number, partitions[i] as number, dues[i] ?? null, state);
    const body = records[i] ?? null;
    if (body !== null) record.run(user, args.atMs, body);
  }
}

function writeEntries(db: Connection, { entries }: CommitArgs): void {
  const write = db.statement(
    `INSERT INTO entries (user, campaign, key, last_entry_at, entered_at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (user, campaign, key) DO UPDATE SET
       last_entry_at = excluded.last_entry_at, entered_at = excluded.entered_at`,
  );
  for (const entry of [...entries].sort((a, b) => byText(a[0], b[0]))) write.run(...entry);
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
