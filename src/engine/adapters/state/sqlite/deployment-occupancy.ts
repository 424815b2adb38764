import type { Occupancy } from '../../../ports/deployment-store.ts';
import type { Connection } from '../../sqlite-worker/connection.ts';
import { decodeState } from './state-text.ts';

/**
 * Counts live enrollments by where they stand. One pass over all users, a row at a time: as long as that takes, this
 * connection does nothing else, so it is for commands and not for a daemon that sends.
 */
export function occupancy(db: Connection): Occupancy[] {
  const counts = new Map<string, { -readonly [Key in keyof Occupancy]: Occupancy[Key] }>();
  for (const row of db.statement('SELECT state FROM users').iterate()) {
    const [json] = row as unknown as readonly [string];
    for (const { campaign, digest: definition, position } of decodeState(json).live) {
      const key = JSON.stringify([campaign, definition, position.step]);
      const count = counts.get(key);
      if (count === undefined) counts.set(key, { campaign, definition, step: position.step, users: 1 });
      else count.users += 1;
    }
  }
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, count]) => count);
}
