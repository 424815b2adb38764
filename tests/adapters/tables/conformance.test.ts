import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from 'vitest';
import { createTableSource } from '../../../src/engine/adapters/tables/source.ts';
import type { TableDefinition } from '../../../src/engine/model/release.ts';
import {
  type SourceRows,
  TABLE_FIELDS,
  TABLE_SOURCE_CASES,
  type TableSourceFixture,
} from '../../../src/engine/ports/conformance/table-source.ts';

const COLUMNS = ['id', ...Object.keys(TABLE_FIELDS)];
const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

function csvText(rows: SourceRows): string {
  const cell = (text: string | null | undefined) => (text == null ? '' : `"${text.replaceAll('"', '""')}"`);
  return [COLUMNS.join(','), ...rows.map((row) => COLUMNS.map((name) => cell(row[name])).join(','))].join('\r\n');
}

function writeSqlite(file: string, rows: SourceRows): void {
  const draft = `${file}.new`;
  const database = new DatabaseSync(draft);
  // An integer key and a key that folds case are what a business system may have.
  const columns = COLUMNS.map((name) => `"${name}" ${name === 'id' ? 'NUMERIC COLLATE NOCASE' : 'TEXT'}`);
  database.exec(`CREATE TABLE "pe""ople" (${columns.join(', ')})`);
  const insert = database.prepare(`INSERT INTO "pe""ople" VALUES (${COLUMNS.map(() => '?').join(', ')})`);
  database.exec('BEGIN');
  for (const row of rows) insert.run(...COLUMNS.map((name) => row[name] ?? null));
  database.exec('COMMIT');
  database.close();
  renameSync(draft, file);
}

const FORMATS: Record<
  string,
  { from: TableDefinition['from']; file: string; write(file: string, rows: SourceRows): void }
> = {
  csv: { from: { csv: 'people.csv' }, file: 'people.csv', write: (file, rows) => writeFileSync(file, csvText(rows)) },
  sqlite: {
    from: { sqlite: { file: 'people.db', table: 'pe"ople' } },
    file: 'people.db',
    write: writeSqlite,
  },
};

describe.each(Object.entries(FORMATS))('a table of %s', (_, format) => {
  const make = async (rows: SourceRows): Promise<TableSourceFixture> => {
    const root = mkdtempSync(join(tmpdir(), 'mka-tables-'));
    const file = join(root, format.file);
    const people = { name: 'people', key: 'id', fields: TABLE_FIELDS, maxAgeMs: 0, from: format.from };
    const port = createTableSource({ people }, { root, cacheDir: join(root, 'cache') });
    format.write(file, rows);
    closing.push(async () => {
      await port.close();
      rmSync(root, { recursive: true });
    });
    return { port, replace: async (next) => format.write(file, next), remove: async () => rmSync(file) };
  };

  for (const promise of TABLE_SOURCE_CASES) {
    it(promise.name, async () => {
      await expect(promise.run(make)).resolves.toBeUndefined();
    });
  }
});
