import type { SendState } from '../../../model/message.ts';
import type { Lease } from '../../../ports/state-store.ts';
import type { Connection } from '../../sqlite-worker/connection.ts';
import { allHeld, LeasedPartitions } from './leases.ts';
import { appendMail } from './mailbox.ts';
import { SendCounts } from './send-counts.ts';
import type { ClaimedRow, SendRow } from './wire.ts';

const SEND_COLUMNS = `send_key, user, campaign, digest, class, step, channel, partition, attempt, due_at, not_before,
  not_after, planned_at, content`;

export interface ClaimArgs {
  readonly channel: string;
  readonly leases: readonly Lease[];
  readonly nowMs: number;
  readonly limit: number;
}

export type ClaimAnswer = { readonly claimed: readonly ClaimedRow[]; readonly expired: readonly SendRow[] } | 'fenced';

/** The earliest rows that may go now become `dispatching`; those whose window has passed are only reported. */
export function claimSends(db: Connection, { channel, leases, nowMs, limit }: ClaimArgs): ClaimAnswer {
  if (!allHeld(db, leases, nowMs)) return 'fenced';
  const leased = new LeasedPartitions(leases);
  const candidates = db.rows<[number, ...SendRow]>(
    `SELECT id, ${SEND_COLUMNS} FROM sends
     WHERE state = 'planned' AND channel = ? AND not_before <= ? AND partition IN (SELECT value FROM json_each(?))
     ORDER BY not_before, partition LIMIT ?`,
    ...[channel, nowMs, JSON.stringify(leased.partitions), limit],
  );
  const claim = db.statement(`UPDATE sends SET state = 'dispatching', epoch = ?, dispatched_at = ? WHERE id = ?`);
  const claimed: ClaimedRow[] = [];
  const expired: SendRow[] = [];
  for (const [id, ...row] of candidates) {
    if (row[11] <= nowMs) {
      expired.push(row);
      continue;
    }
    claim.run(leased.epoch(row[7]) ?? null, nowMs, id);
    claimed.push([...row, nowMs]);
  }
  const counts = new SendCounts();
  counts.add(channel, 'planned', -claimed.length);
  counts.add(channel, 'dispatching', claimed.length);
  counts.write(db);
  return { claimed, expired };
}

export interface OrphansArgs {
  readonly channel: string;
  readonly leases: readonly Lease[];
}

export function orphanedSends(db: Connection, args: OrphansArgs): ClaimedRow[] {
  return dispatching(db, args, (epoch, present) => epoch < present);
}

export function claimedSends(db: Connection, args: OrphansArgs): ClaimedRow[] {
  return dispatching(db, args, (epoch, present) => epoch === present);
}

function dispatching(
  db: Connection,
  { channel, leases }: OrphansArgs,
  isWanted: (epoch: number, present: number) => boolean,
): ClaimedRow[] {
  const leased = new LeasedPartitions(leases);
  return db
    .rows<[number, ...ClaimedRow]>(
      `SELECT epoch, ${SEND_COLUMNS}, dispatched_at FROM sends
       WHERE state = 'dispatching' AND channel = ? AND partition IN (SELECT value FROM json_each(?)) ORDER BY id`,
      channel,
      JSON.stringify(leased.partitions),
    )
    .filter(([epoch, ...row]) => isWanted(epoch, leased.epoch(row[7]) ?? 0))
    .map(([, ...row]) => row);
}

/** Identity of one attempt: its key, its number and the instant of its dispatch. */
export type AttemptId = readonly [
  user: string,
  sendKey: string,
  attempt: number,
  dispatchedAtMs: number,
  partition: number,
];

export interface RedispatchArgs {
  readonly attempts: readonly AttemptId[];
  readonly leases: readonly Lease[];
  readonly nowMs: number;
}

/** Indices of the attempts that were taken into the present epoch. */
export function redispatch(db: Connection, { attempts, leases, nowMs }: RedispatchArgs): number[] {
  if (!allHeld(db, leases, nowMs)) return [];
  const leased = new LeasedPartitions(leases);
  const taken: number[] = [];
  for (const [index, [user, sendKey, attempt, dispatchedAtMs, partition]] of attempts.entries()) {
    const epoch = leased.epoch(partition);
    if (epoch === undefined) continue;
    const changed = db.run(
      `UPDATE sends SET epoch = ?1 WHERE user = ?2 AND send_key = ?3 AND state = 'dispatching' AND attempt = ?4
         AND dispatched_at = ?5 AND partition = ?6 AND epoch < ?1`,
      ...[epoch, user, sendKey, attempt, dispatchedAtMs, partition],
    );
    if (changed === 1) taken.push(index);
  }
  return taken;
}

/** An outcome; `input` is the JSON that its user is fed. */
export type SettlementRow = readonly [
  attempt: AttemptId,
  state: SendState,
  reason: string | null,
  providerId: string | null,
  input: string,
];

export interface SettleArgs {
  readonly settlements: readonly SettlementRow[];
  readonly leases: readonly Lease[];
  readonly nowMs: number;
}

export function settle(db: Connection, { settlements, leases, nowMs }: SettleArgs): 'settled' | 'fenced' {
  const leased = new LeasedPartitions(leases);
  const owned = settlements.every(([[, , , , partition]]) => leased.epoch(partition) !== undefined);
  if (!owned || !allHeld(db, leases, nowMs)) return 'fenced';
  const update = db.statement(
    `UPDATE sends SET state = ?1, reason = ?2, provider_id = ?3, settled_at = ?4,
       content = CASE WHEN ?1 IN ('retry', 'unknown') THEN content END
     WHERE user = ?5 AND send_key = ?6 AND state = 'dispatching' AND attempt = ?7 AND dispatched_at = ?8
       AND partition = ?9 RETURNING channel`,
  );
  const counts = new SendCounts();
  for (const [attempt, state, reason, providerId, input] of settlements) {
    const row = update.get(state, reason, providerId, nowMs, ...attempt) as unknown as [string] | undefined;
    if (row === undefined) continue;
    counts.move(row[0], 'dispatching', state);
    appendMail(db, [[attempt[4], input]]);
  }
  counts.write(db);
  return 'settled';
}

export type ReturnRow = readonly [
  user: string,
  sendKey: string,
  attempt: number,
  partition: number,
  reason: string,
  atMs: number,
  input: string,
];

export function returnSends(db: Connection, returns: readonly ReturnRow[]): void {
  const cancel = db.statement(
    `UPDATE sends SET state = 'cancelled', reason = ?, settled_at = ?, content = NULL
     WHERE user = ? AND send_key = ? AND attempt = ? AND state = 'planned' RETURNING channel`,
  );
  const counts = new SendCounts();
  for (const [user, sendKey, attempt, partition, reason, atMs, input] of returns) {
    const row = cancel.get(reason, atMs, user, sendKey, attempt) as unknown as [string] | undefined;
    if (row === undefined) continue;
    counts.move(row[0], 'planned', 'cancelled');
    appendMail(db, [[partition, input]]);
  }
  counts.write(db);
}

/** Channel by channel, for the index of planned rows begins with it. */
export function nextSendAt(db: Connection, { partitions }: { readonly partitions: readonly number[] }): number | null {
  let next: number | null = null;
  const owned = JSON.stringify(partitions);
  for (const [channel] of db.rows<[string]>(`SELECT channel FROM send_counts WHERE state = 'planned' AND n > 0`)) {
    const row = db.row<[number]>(
      `SELECT not_before FROM sends
       WHERE state = 'planned' AND channel = ? AND partition IN (SELECT value FROM json_each(?))
       ORDER BY not_before LIMIT 1`,
      channel,
      owned,
    );
    if (row !== undefined && (next === null || row[0] < next)) next = row[0];
  }
  return next;
}
