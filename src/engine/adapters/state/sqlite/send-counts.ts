import type { SendState } from '../../../model/message.ts';
import type { Connection } from '../../sqlite-worker/connection.ts';

/** Collects how one transaction changes the number of sends by channel and state, and writes it in a few rows. */
export class SendCounts {
  readonly #changes = new Map<string, Map<string, number>>();

  add(channel: string, state: SendState, by: number): void {
    const states = this.#changes.get(channel) ?? new Map<string, number>();
    states.set(state, (states.get(state) ?? 0) + by);
    this.#changes.set(channel, states);
  }

  move(channel: string, from: SendState, to: SendState): void {
    this.add(channel, from, -1);
    this.add(channel, to, 1);
  }

  write(db: Connection): void {
    for (const [channel, states] of this.#changes) {
      for (const [state, by] of states) {
        if (by === 0) continue;
        db.run(
          `INSERT INTO send_counts (channel, state, n) VALUES (?, ?, ?)
           ON CONFLICT (channel, state) DO UPDATE SET n = n + excluded.n`,
          channel,
          state,
          by,
        );
      }
    }
  }
}

export function countsByState(db: Connection): Record<string, number> {
  return Object.fromEntries(
    db.rows<[string, number]>('SELECT state, sum(n) FROM send_counts GROUP BY state HAVING sum(n) > 0 ORDER BY state'),
  );
}

/** Planned and dispatching rows by channel. */
export function backlog(db: Connection): Record<string, number> {
  return Object.fromEntries(
    db.rows<[string, number]>(
      `SELECT channel, sum(n) FROM send_counts WHERE state IN ('planned', 'dispatching')
       GROUP BY channel HAVING sum(n) > 0 ORDER BY channel`,
    ),
  );
}
