import type { DeadLetter } from '../../../ports/bus.ts';
import type { Connection } from '../../sqlite-worker/connection.ts';

export function addDeadLetters(db: Connection, letters: readonly Omit<DeadLetter, 'id'>[]): void {
  const insert = db.statement('INSERT INTO dead_letters (at, code, detail, origin, body) VALUES (?, ?, ?, ?, ?)');
  const count = db.statement(
    'INSERT INTO dead_letter_counts (code, n) VALUES (?, 1) ON CONFLICT (code) DO UPDATE SET n = n + 1',
  );
  for (const { atMs, code, detail, origin, body } of letters) {
    insert.run(atMs, code, detail, origin, body);
    count.run(code);
  }
}

/** The latest first. */
export function deadLetters(db: Connection, limit: number): DeadLetter[] {
  return db
    .rows<[number, number, string, string, string, string]>(
      'SELECT id, at, code, detail, origin, body FROM dead_letters ORDER BY id DESC LIMIT ?',
      limit,
    )
    .map(([id, atMs, code, detail, origin, body]) => ({ id, atMs, code, detail, origin, body }));
}

export function deadLetterCounts(db: Connection): Record<string, number> {
  return Object.fromEntries(db.rows<[string, number]>('SELECT code, n FROM dead_letter_counts ORDER BY code'));
}
