import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const BATCH = 1_000;

/** The bare limit: rows of the ledger (a unique key and little more) into SQLite with synchronous=FULL, rows a second. */
export function bareLedgerInserts(folder: string, keys: Iterable<string>): number {
  const db = new DatabaseSync(join(folder, 'limit.db'));
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    CREATE TABLE ledger (send_key TEXT PRIMARY KEY, state INTEGER NOT NULL, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;`);
  const insert = db.prepare('INSERT INTO ledger VALUES (?, 1, ?)');
  const all = [...keys];
  const startedMs = performance.now();
  for (let first = 0; first < all.length; first += BATCH) {
    db.exec('BEGIN IMMEDIATE');
    for (const key of all.slice(first, first + BATCH).sort()) insert.run(key, first);
    db.exec('COMMIT');
  }
  const seconds = (performance.now() - startedMs) / 1000;
  db.close();
  return all.length / seconds;
}
