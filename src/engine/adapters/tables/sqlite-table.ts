import { statSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { TableDefinition } from '../../model/release.ts';
import type { Value, ValueMap } from '../../model/value.ts';
import type { OpenTable, TableFaults } from './open-table.ts';
import { type Cell, typedValue } from './typed-value.ts';

/** A reader blocks its thread, so it waits only so long for a writer. */
const BUSY_MS = 250;

interface Statements {
  readonly byKeys: StatementSync;
  readonly all: StatementSync;
}

/**
 * A table or view of a SQLite file, opened read-only. One statement a batch: SQLite takes the key's index where there is
 * one and else reads the table once. Key and field names are quoted, and each is looked up in the table's columns first.
 */
export class SqliteTable implements OpenTable {
  readonly #file: string;
  readonly #name: string;
  readonly #table: TableDefinition;
  #open: (Statements & { readonly inode: number; readonly database: DatabaseSync }) | undefined;

  constructor(file: string, name: string, table: TableDefinition) {
    this.#file = file;
    this.#name = name;
    this.#table = table;
  }

  async fetch(keys: readonly string[]): Promise<Map<string, ValueMap | null>> {
    const rows = new Map<string, ValueMap | null>(keys.map((key) => [key, null]));
    for (const cells of this.#statements().byKeys.all(JSON.stringify(keys)) as unknown as Cell[][]) {
      // SQLite may have converted or folded the key it compared; keys of ours are the same only byte by byte.
      const key = String(cells[0]);
      if (rows.get(key) !== null) continue;
      rows.set(key, this.#rowOf(cells));
    }
    return rows;
  }

  /** The first row of a key, as `fetch` takes it; a row without a key is nobody's. */
  async *scan(): AsyncGenerator<readonly [string, ValueMap]> {
    const every = this.#statements().all;
    const seen = new Set<string>();
    for (const cells of every.iterate() as unknown as Iterable<Cell[]>) {
      if (cells[0] === null || cells[0] === undefined) continue;
      const key = String(cells[0]);
      if (seen.has(key)) continue;
      seen.add(key);
      yield [key, this.#rowOf(cells)];
    }
  }

  async check(): Promise<void> {
    this.#statements();
  }

  async faults(): Promise<TableFaults> {
    return { rows: 0, count: 0, first: [] };
  }

  async close(): Promise<void> {
    this.#open?.database.close();
    this.#open = undefined;
  }

  #rowOf(cells: readonly Cell[]): ValueMap {
    const value: Record<string, Value> = Object.create(null);
    Object.entries(this.#table.fields).forEach(([name, { type }], at) => {
      value[name] = typedValue(cells[at + 1] ?? null, type);
    });
    return value;
  }

  /** The open file's statements; a file that was replaced is opened anew. */
  #statements(): Statements {
    const { ino } = statSync(this.#file);
    if (this.#open?.inode === ino) return this.#open;
    this.#open?.database.close();
    this.#open = undefined;
    const database = new DatabaseSync(this.#file, { readOnly: true, timeout: BUSY_MS });
    try {
      const sql = this.#sql(database);
      const key = quoted(this.#table.key);
      const all = prepare(database, sql);
      const byKeys = prepare(database, `${sql} WHERE ${key} IN (SELECT value FROM json_each(?))`);
      this.#open = { inode: ino, database, byKeys, all };
      return this.#open;
    } catch (error) {
      database.close();
      throw error;
    }
  }

  #sql(database: DatabaseSync): string {
    const columns = database.prepare('SELECT name FROM pragma_table_xinfo(?)').all(this.#name);
    const names = new Set(columns.map(({ name }) => name));
    const wanted = [this.#table.key, ...Object.keys(this.#table.fields)];
    if (names.size === 0) throw new Error(`there is no table ${this.#name}`);
    for (const name of wanted) if (!names.has(name)) throw new Error(`table ${this.#name} has no column ${name}`);
    return `SELECT ${wanted.map(quoted).join(', ')} FROM ${quoted(this.#name)}`;
  }
}

function prepare(database: DatabaseSync, sql: string): StatementSync {
  const statement = database.prepare(sql);
  statement.setReadBigInts(true);
  statement.setReturnArrays(true);
  return statement;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
