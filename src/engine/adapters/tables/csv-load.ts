import { createReadStream } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Fields } from '../../model/field.ts';
import type { TableDefinition } from '../../model/release.ts';
import type { Value } from '../../model/value.ts';
import { type CsvFault, type CsvRow, CsvRows } from './csv-rows.ts';
import { typedValue } from './typed-value.ts';

/** Faults kept by line; beyond it they are only counted. */
const MAX_FAULTS = 1000;
const PIECE_BYTES = 64 * 1024;

/**
 * Streams a CSV file into a fresh SQLite file: `entry(key, value)` with the row as JSON of its declared types, `fault`
 * with what could not be read, and `total`. Rows with a fault are left out; a cell that is not of its type is null and
 * noted. Throws an Error in words when the header does not have the key and every declared field.
 */
export async function loadCsv(csv: string, target: string, table: TableDefinition): Promise<void> {
  const database = new DatabaseSync(target);
  try {
    // Only this process knows the file until it is renamed into place; a crash leaves one that nobody reads.
    database.exec(`PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN;
      CREATE TABLE entry (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
      CREATE TABLE fault (line INTEGER NOT NULL, code TEXT NOT NULL, field TEXT);
      CREATE TABLE total (rows INTEGER NOT NULL, faults INTEGER NOT NULL);`);
    const loader = new Loader(database, table);
    const rows = new CsvRows();
    for await (const piece of createReadStream(csv, { highWaterMark: PIECE_BYTES })) {
      for (const row of rows.feed(piece as Buffer, false)) loader.take(row);
    }
    for (const row of rows.feed(Buffer.alloc(0), true)) loader.take(row);
    loader.finish();
    database.exec('COMMIT');
  } finally {
    database.close();
  }
}

class Loader {
  readonly #table: TableDefinition;
  readonly #insert: StatementSync;
  readonly #note: StatementSync;
  readonly #finish: StatementSync;
  #header: Header | undefined;
  #rows = 0;
  #faults = 0;

  constructor(database: DatabaseSync, table: TableDefinition) {
    this.#table = table;
    this.#insert = database.prepare('INSERT OR IGNORE INTO entry VALUES (?, ?)');
    this.#note = database.prepare('INSERT INTO fault VALUES (?, ?, ?)');
    this.#finish = database.prepare('INSERT INTO total VALUES (?, ?)');
  }

  take(row: CsvRow | CsvFault): void {
    if (this.#header === undefined) this.#header = readHeader(row, this.#table);
    else if ('fault' in row) this.#fault(row.line, row.fault);
    else this.#add(row, this.#header);
  }

  finish(): void {
    if (this.#header === undefined) throw new Error('the file is empty; a header is required');
    this.#finish.run(this.#rows, this.#faults);
  }

  #add({ line, cells }: CsvRow, header: Header): void {
    if (cells.length !== header.width) return this.#fault(line, 'wrong-width');
    const key = cells[header.key];
    if (typeof key !== 'string' || key === '') return this.#fault(line, 'no-key');
    const value: Record<string, Value> = Object.create(null);
    const unread: string[] = [];
    for (const { name, type, at } of header.fields) {
      const cell = cells[at] ?? null;
      value[name] = typedValue(cell, type);
      if (value[name] === null && cell !== null && cell !== '') unread.push(name);
    }
    const added = this.#insert.run(key, JSON.stringify(value)).changes;
    if (added === 0) return this.#fault(line, 'duplicate-key');
    this.#rows += 1;
    for (const name of unread) this.#fault(line, 'bad-value', name);
  }

  #fault(line: number, code: string, field: string | null = null): void {
    this.#faults += 1;
    if (this.#faults <= MAX_FAULTS) this.#note.run(line, code, field);
  }
}

interface Header {
  readonly width: number;
  readonly key: number;
  readonly fields: readonly { readonly name: string; readonly type: Fields[string]['type']; readonly at: number }[];
}

function readHeader(row: CsvRow | CsvFault, table: TableDefinition): Header {
  if ('fault' in row) throw new Error(`the header cannot be read (${row.fault})`);
  const columns = row.cells;
  const place = (name: string) => {
    const at = columns.indexOf(name);
    if (at < 0) throw new Error(`the header has no column ${name}`);
    if (columns.indexOf(name, at + 1) >= 0) throw new Error(`the header has column ${name} twice`);
    return at;
  };
  const fields = Object.entries(table.fields).map(([name, { type }]) => ({ name, type, at: place(name) }));
  return { width: columns.length, key: place(table.key), fields };
}
