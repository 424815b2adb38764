import type { Input } from '../../../model/input.ts';
import type { CampaignPause } from '../../../ports/state-store.ts';
import type { Connection } from '../../sqlite-worker/connection.ts';
import { appendMail } from './mailbox.ts';
import type { CommitArgs } from './wire.ts';

/**
 * Remembers whom a pause holds. The fold may have read a pause that has ended since: nobody would ever wake its user, so
 * a resume is posted instead. A hold whose user has moved on is harmless: its resume changes nothing.
 */
export function addHolds(db: Connection, holds: CommitArgs['holds'], atMs: number): void {
  for (const [campaign, user, partition] of holds) {
    const sql = 'SELECT 1 FROM pauses WHERE campaign = ? AND (until IS NULL OR until > ?)';
    if (db.row(sql, campaign, atMs) === undefined) {
      const input: Input = { kind: 'resume', user, campaign, atMs };
      appendMail(db, [[partition, JSON.stringify(input)]]);
    } else {
      const insert = `INSERT INTO pause_holds (campaign, user, partition) VALUES (?, ?, ?)
        ON CONFLICT (campaign, user) DO UPDATE SET partition = excluded.partition`;
      db.run(insert, campaign, user, partition);
    }
  }
}

export function pause(db: Connection, { campaign, pausedAtMs, reason, actor, untilMs }: CampaignPause): void {
  db.run(
    `INSERT INTO pauses (campaign, paused_at, reason, actor, until) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (campaign) DO UPDATE SET
       paused_at = excluded.paused_at, reason = excluded.reason, actor = excluded.actor, until = excluded.until`,
    ...[campaign, pausedAtMs, reason, actor, untilMs],
  );
}

export interface ResumeArgs {
  readonly campaign: string;
  readonly nowMs: number;
  /** Ends only the pause that ends by itself at this instant; null: whichever there is. */
  readonly untilMs: number | null;
}

/** Ends the pause and wakes everybody it holds, in one transaction. */
export function resume(db: Connection, { campaign, nowMs, untilMs }: ResumeArgs): boolean {
  const sql = 'DELETE FROM pauses WHERE campaign = ?1 AND (?2 IS NULL OR until = ?2)';
  if (db.run(sql, campaign, untilMs) === 0) return false;
  db.run(
    `INSERT INTO mailbox (partition, input)
     SELECT partition, json_object('kind', 'resume', 'user', user, 'campaign', campaign, 'atMs', CAST(? AS INTEGER))
     FROM pause_holds WHERE campaign = ? ORDER BY user`,
    nowMs,
    campaign,
  );
  db.run('DELETE FROM pause_holds WHERE campaign = ?', campaign);
  return true;
}

export function pauses(db: Connection): CampaignPause[] {
  return db
    .rows<[string, number, string, string, number | null]>(
      'SELECT campaign, paused_at, reason, actor, until FROM pauses ORDER BY campaign',
    )
    .map(([campaign, pausedAtMs, reason, actor, untilMs]) => ({ campaign, pausedAtMs, reason, actor, untilMs }));
}
