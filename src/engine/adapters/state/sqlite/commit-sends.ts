import type { SendState } from '../../../model/message.ts';
import type { Connection } from '../../sqlite-worker/connection.ts';
import type { SendCounts } from './send-counts.ts';
import type { CommitArgs, SendRow } from './wire.ts';

/** States in which a key may get a further attempt. */
const REPLANNABLE: ReadonlySet<SendState> = new Set(['retry', 'rejected', 'unknown', 'cancelled']);

/** What the machine says nothing of: a message that has not left, one under way, one that a provider has taken. */
const SETTLED_ELSEWHERE: ReadonlySet<SendState> = new Set(['planned', 'dispatching', 'accepted']);

/** Compare-and-set planned → cancelled. */
export function applyCancels(db: Connection, { cancels, atMs }: CommitArgs, counts: SendCounts): void {
  const cancel = db.statement(
    `UPDATE sends SET state = 'cancelled', reason = ?, settled_at = ?, content = NULL
     WHERE user = ? AND send_key = ? AND state = 'planned' RETURNING channel`,
  );
  for (const [user, sendKey, reason] of cancels) {
    const row = cancel.get(reason, atMs, user, sendKey) as unknown as [string] | undefined;
    if (row !== undefined) counts.move(row[0], 'planned', 'cancelled');
  }
}

/** What the machine says of a message. One that a provider may have taken is never called cancelled. */
export function applySettles(db: Connection, { settles, atMs }: CommitArgs, counts: SendCounts): void {
  for (const [user, sendKey, state, reason] of settles) {
    const row = sendState(db, user, sendKey);
    if (row === undefined || SETTLED_ELSEWHERE.has(row[1])) continue;
    if (row[1] === 'unknown' && state === 'cancelled') continue;
    db.run(
      `UPDATE sends SET state = ?1, reason = ?2, settled_at = ?3,
         content = CASE WHEN ?1 IN ('retry', 'unknown') THEN content END
       WHERE user = ?4 AND send_key = ?5`,
      state,
      reason,
      atMs,
      user,
      sendKey,
    );
    counts.move(row[0], row[1], state);
  }
}

/** The keys that exist in a state that allows no further attempt. */
export function applySends(db: Connection, { sends }: CommitArgs, counts: SendCounts): string[] {
  const insert = db.statement(
    `INSERT INTO sends (send_key, user, campaign, digest, class, step, channel, partition, attempt, due_at, not_before,
       not_after, planned_at, content, state)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'planned')
     ON CONFLICT (user, send_key) DO NOTHING`,
  );
  const duplicates: string[] = [];
  for (const send of sends) {
    if (insert.run(...send).changes === 1) counts.add(send[6], 'planned', 1);
    else if (!planAgain(db, send, counts)) duplicates.push(send[0]);
  }
  return duplicates;
}

function planAgain(db: Connection, send: SendRow, counts: SendCounts): boolean {
  const [sendKey, user, campaign, digest, messageClass, step, channel, ...rest] = send;
  const present = sendState(db, user, sendKey);
  if (present === undefined || !REPLANNABLE.has(present[1])) return false;
  db.run(
    `UPDATE sends SET campaign = ?, digest = ?, class = ?, step = ?, channel = ?, partition = ?, attempt = ?, due_at = ?,
       not_before = ?, not_after = ?, planned_at = ?, content = ?, state = 'planned', reason = NULL, epoch = NULL,
       dispatched_at = NULL, settled_at = NULL, provider_id = NULL
     WHERE user = ? AND send_key = ?`,
    ...[campaign, digest, messageClass, step, channel, ...rest, user, sendKey],
  );
  counts.add(present[0], present[1], -1);
  counts.add(channel, 'planned', 1);
  return true;
}

function sendState(db: Connection, user: string, sendKey: string): [channel: string, state: SendState] | undefined {
  return db.row<[string, SendState]>('SELECT channel, state FROM sends WHERE user = ? AND send_key = ?', user, sendKey);
}
