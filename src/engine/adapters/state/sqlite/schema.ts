import { MkaError } from '../../../kernel/mka-error.ts';
import type { Connection } from '../../sqlite-worker/connection.ts';

/**
 * Text compares by bytes (BINARY is SQLite's default collation; architecture rule 16). Rows that are large or live
 * shortly stand in the order of their arrival, with a narrow unique index; small ones that are only looked up by key are
 * WITHOUT ROWID. An index for a queue (due times, planned sends) begins with the time, so that inserts fall together.
 */
const FIRST = `
CREATE TABLE users (
  id INTEGER PRIMARY KEY,
  user TEXT NOT NULL UNIQUE,
  slot INTEGER NOT NULL,
  partition INTEGER NOT NULL,
  due_at INTEGER,
  state TEXT NOT NULL
) STRICT;
CREATE INDEX users_due ON users (due_at, partition, user) WHERE due_at IS NOT NULL;

CREATE TABLE inbox (
  key BLOB PRIMARY KEY,
  content BLOB NOT NULL,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE entries (
  user TEXT NOT NULL,
  campaign TEXT NOT NULL,
  key TEXT NOT NULL,
  last_entry_at INTEGER NOT NULL,
  entered_at INTEGER NOT NULL,
  PRIMARY KEY (user, campaign, key)
) STRICT, WITHOUT ROWID;

-- Ledger and outbox. The key is a hash over its user among others, so it is unique if it is unique with its user.
CREATE TABLE sends (
  id INTEGER PRIMARY KEY,
  send_key TEXT NOT NULL,
  user TEXT NOT NULL,
  campaign TEXT NOT NULL,
  digest TEXT NOT NULL,
  class TEXT NOT NULL,
  step TEXT NOT NULL,
  channel TEXT NOT NULL,
  partition INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  not_before INTEGER NOT NULL,
  not_after INTEGER NOT NULL,
  planned_at INTEGER NOT NULL,
  state TEXT NOT NULL,
  reason TEXT,
  epoch INTEGER,
  dispatched_at INTEGER,
  settled_at INTEGER,
  provider_id TEXT,
  content TEXT,
  UNIQUE (user, send_key)
) STRICT;
CREATE INDEX sends_planned ON sends (channel, not_before, partition, not_after) WHERE state = 'planned';
CREATE INDEX sends_dispatching ON sends (channel, partition) WHERE state = 'dispatching';

-- Rows of sends by channel and state, kept in the same transactions: nobody has to count them.
CREATE TABLE send_counts (
  channel TEXT NOT NULL,
  state TEXT NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (channel, state)
) STRICT, WITHOUT ROWID;

-- AUTOINCREMENT: the id of a consumed row must never be given to another.
CREATE TABLE mailbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  partition INTEGER NOT NULL,
  input TEXT NOT NULL
) STRICT;

-- One row a user and commit; body is a JSON array.
CREATE TABLE records (
  id INTEGER PRIMARY KEY,
  user TEXT NOT NULL,
  at INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX records_user ON records (user);

CREATE TABLE leases (
  resource TEXT PRIMARY KEY,
  holder TEXT,
  epoch INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The latest fold committed by each serial writer.
CREATE TABLE folds (
  stream TEXT PRIMARY KEY,
  number INTEGER NOT NULL,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE releases (digest TEXT PRIMARY KEY, bundle TEXT NOT NULL) STRICT;
CREATE TABLE campaign_versions (digest TEXT PRIMARY KEY, release TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE active_release (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  generation INTEGER NOT NULL,
  digest TEXT NOT NULL,
  activated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE pauses (
  campaign TEXT PRIMARY KEY,
  paused_at INTEGER NOT NULL,
  reason TEXT NOT NULL,
  actor TEXT NOT NULL,
  until INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE pause_holds (
  campaign TEXT NOT NULL,
  user TEXT NOT NULL,
  partition INTEGER NOT NULL,
  PRIMARY KEY (campaign, user)
) STRICT, WITHOUT ROWID;

CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE sweep_cursor (id INTEGER PRIMARY KEY CHECK (id = 1), key BLOB NOT NULL) STRICT;
`;

/** Only adds: a daemon of the version before goes on beside it. Records are kept as they were written. */
const DEPLOYMENTS = `
CREATE TABLE deployments (
  generation INTEGER PRIMARY KEY,
  plan TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  record TEXT NOT NULL
) STRICT;
CREATE TRIGGER deployments_once BEFORE INSERT ON deployments
  WHEN EXISTS (SELECT 1 FROM deployments WHERE generation = NEW.generation OR plan = NEW.plan)
  BEGIN SELECT RAISE(ABORT, 'a deployment record is never replaced'); END;
CREATE TRIGGER deployments_unchanged BEFORE UPDATE ON deployments
  BEGIN SELECT RAISE(ABORT, 'a deployment record is never changed'); END;
CREATE TRIGGER deployments_kept BEFORE DELETE ON deployments
  BEGIN SELECT RAISE(ABORT, 'a deployment record is never removed'); END;

CREATE TABLE deployment_reviews (
  generation INTEGER PRIMARY KEY REFERENCES deployments,
  reviewer TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE TABLE deployment_lock (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  holder TEXT NOT NULL,
  reason TEXT NOT NULL,
  taken_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;
CREATE TABLE reconcile_conditions (id INTEGER PRIMARY KEY CHECK (id = 1), conditions TEXT NOT NULL) STRICT;
`;

/** Each is applied once, in order; one that was released is never changed. */
const MIGRATIONS: readonly string[] = [FIRST, DEPLOYMENTS];

/** Brings the file to this version's schema, in the caller's transaction. */
export function migrate(db: Connection): void {
  db.exec('CREATE TABLE IF NOT EXISTS migrations (version INTEGER PRIMARY KEY) STRICT');
  const [version] = db.row<[number | null]>('SELECT max(version) FROM migrations') ?? [null];
  const present = version ?? 0;
  if (present > MIGRATIONS.length) {
    throw new MkaError(
      'store/newer-schema',
      `the store has schema ${present}, this version knows ${MIGRATIONS.length}`,
      {
        hint: 'run a version of mka that is at least as new as the one that wrote it',
      },
    );
  }
  for (const [index, statements] of MIGRATIONS.entries()) {
    if (index < present) continue;
    db.exec(statements);
    db.run('INSERT INTO migrations (version) VALUES (?)', index + 1);
  }
}
