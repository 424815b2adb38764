import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';

/** The name SQLite gives to a database that lives in memory alone. */
export const IN_MEMORY = ':memory:';

const BUSY_TIMEOUT_MS = 10_000;
const WAL_SWITCH_TRIES = 200;
const WAL_SWITCH_PAUSE_MS = 25;

/** One connection with its prepared statements. Rows are arrays in the order of the columns selected. */
export class Connection {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(file: string) {
    if (file !== IN_MEMORY) createPrivately(file);
    this.#db = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
    try {
      configure(this.#db, file);
    } catch (error) {
      this.#db.close();
      throw error;
    }
  }

  /** False once SQLite itself has rolled a transaction back, as it does when the disk is full. */
  get inTransaction(): boolean {
    return this.#db.isTransaction;
  }

  /** Runs statements that take no parameters and give no rows. */
  exec(sql: string): void {
    this.#db.exec(sql);
  }

  /** The prepared statement of this text, for loops. */
  statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql);
      statement.setReturnArrays(true);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  /** Rows changed. */
  run(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.statement(sql).run(...values).changes);
  }

  /** `Row` is the caller's word for the columns it selects. */
  rows<Row extends readonly unknown[]>(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.statement(sql).all(...values) as unknown as Row[];
  }

  row<Row extends readonly unknown[]>(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.statement(sql).get(...values) as unknown as Row | undefined;
  }

  close(): void {
    this.#statements.clear();
    if (this.#db.isOpen) this.#db.close();
  }
}

/** The files hold personal data: made readable by their owner alone; -wal and -shm take their mode from the database. */
function createPrivately(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  closeSync(openSync(file, 'a', 0o600));
}

function configure(db: DatabaseSync, file: string): void {
  if (file !== IN_MEMORY) switchToWal(db);
  // FULL: what was committed survives a loss of power. 64 MiB of cache; a checkpoint every 128 MiB of log, so that a
  // page that many commits change is written back once.
  db.exec(`
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON;
    PRAGMA trusted_schema = OFF;
    PRAGMA temp_store = MEMORY;
    PRAGMA cache_size = -65536;
    PRAGMA wal_autocheckpoint = 32768;
    PRAGMA journal_size_limit = 268435456;
  `);
}

/** Two processes that open a new file at once may refuse each other the switch without waiting for the time-out. */
function switchToWal(db: DatabaseSync): void {
  for (let attempt = 1; ; attempt += 1) {
    try {
      db.exec('PRAGMA journal_mode = WAL');
      return;
    } catch (error) {
      if (attempt === WAL_SWITCH_TRIES || !isBusy(error)) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAL_SWITCH_PAUSE_MS);
    }
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === 5;
}
