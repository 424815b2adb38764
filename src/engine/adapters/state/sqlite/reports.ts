import type { SendState } from '../../../model/message.ts';
import type { LedgerRow, StoreStatus } from '../../../ports/state-store.ts';
import type { Connection } from '../../sqlite-worker/connection.ts';
import { counters } from './counters.ts';
import { heldLeases } from './leases.ts';
import { backlog, countsByState } from './send-counts.ts';

/** The user's rows, oldest first, each a JSON array of decision records. */
export function records(db: Connection, user: string): string[] {
  return db.rows<[string]>('SELECT body FROM records WHERE user = ? ORDER BY id', user).map(([body]) => body);
}

export function userState(db: Connection, user: string): string | null {
  return db.row<[string]>('SELECT state FROM users WHERE user = ?', user)?.[0] ?? null;
}

export interface LedgerFilter {
  readonly user: string | null;
  readonly campaign: string | null;
  readonly state: SendState | null;
}

type LedgerColumns = [
  ...[sendKey: string, user: string, campaign: string, step: string, channel: string],
  ...[state: SendState, reason: string | null, attempt: number, dueAtMs: number, plannedAtMs: number],
  ...[dispatchedAtMs: number | null, settledAtMs: number | null, providerId: string | null],
];

export function ledger(db: Connection, filter: LedgerFilter): LedgerRow[] {
  const conditions = Object.entries(filter).filter(([, value]) => value !== null) as [string, string][];
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.map(([column]) => `${column} = ?`).join(' AND ')}`;
  return db
    .rows<LedgerColumns>(
      `SELECT send_key, user, campaign, step, channel, state, reason, attempt, due_at, planned_at, dispatched_at,
         settled_at, provider_id FROM sends ${where} ORDER BY id`,
      ...conditions.map(([, value]) => value),
    )
    .map(toLedgerRow);
}

function toLedgerRow(row: LedgerColumns): LedgerRow {
  const [sendKey, user, campaign, step, channel, state, reason, attempt, dueAtMs, plannedAtMs, ...ends] = row;
  const [dispatchedAtMs, settledAtMs, providerId] = ends;
  return {
    ...{ sendKey, user, campaign, step, channel, state, reason, attempt, dueAtMs, plannedAtMs },
    ...{ dispatchedAtMs, settledAtMs, providerId },
  };
}

export function status(db: Connection, nowMs: number): StoreStatus {
  const count = (sql: string, ...values: number[]): number => db.row<[number]>(sql, ...values)?.[0] ?? 0;
  return {
    users: count('SELECT count(*) FROM users'),
    due: count('SELECT count(*) FROM users WHERE due_at <= ?', nowMs),
    mailbox: count('SELECT count(*) FROM mailbox'),
    sends: countsByState(db),
    outbox: backlog(db),
    counters: counters(db),
    leases: heldLeases(db),
  };
}
