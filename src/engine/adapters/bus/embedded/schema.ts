import { MkaError } from '../../../kernel/mka-error.ts';
import type { Connection } from '../../sqlite-worker/connection.ts';

const VERSION = 1;

/**
 * Tags are one sequence over all partitions: the order of publishing, which also rises within each of them. The sequence
 * and the depth are kept beside the queue, so that a tag is never given twice and nobody has to count.
 */
const SCHEMA = `
CREATE TABLE queue (
  tag INTEGER PRIMARY KEY,
  partition INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE TABLE position (id INTEGER PRIMARY KEY CHECK (id = 1), last_tag INTEGER NOT NULL, depth INTEGER NOT NULL) STRICT;
INSERT INTO position (id, last_tag, depth) VALUES (1, 0, 0);
CREATE TABLE high_water (partition INTEGER PRIMARY KEY, tag INTEGER NOT NULL) STRICT;
CREATE TABLE dead_letters (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  code TEXT NOT NULL,
  detail TEXT NOT NULL,
  origin TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE TABLE dead_letter_counts (code TEXT PRIMARY KEY, n INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`;

/** Prepares a new file; refuses one that a newer version has written. */
export function open(db: Connection): void {
  const [version] = db.row<[number]>('PRAGMA user_version') ?? [0];
  if (version === VERSION) return;
  if (version > VERSION) {
    throw new MkaError('bus/newer-schema', `the queues have schema ${version}, this version knows ${VERSION}`, {
      hint: 'run a version of mka that is at least as new as the one that wrote them',
    });
  }
  db.exec(SCHEMA);
  db.exec(`PRAGMA user_version = ${VERSION}`);
}
