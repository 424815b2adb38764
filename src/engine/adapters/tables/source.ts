import { EXIT, MkaError } from '../../kernel/mka-error.ts';
import type { TableDefinition } from '../../model/release.ts';
import type { TableSourcePort } from '../../ports/table-source.ts';
import { CsvTable } from './csv-table.ts';
import type { OpenTable, TableFaults } from './open-table.ts';
import { pathInside } from './path-inside.ts';
import { SqliteTable } from './sqlite-table.ts';

/** Tables of files, with what could not be read of each: `faults` is for `doctor` and `validate`. */
export interface FileTableSource extends TableSourcePort {
  faults(table: string): Promise<TableFaults>;
}

/** `root` is the folder that the tables' paths start at and stay in; `cacheDir` holds loaded CSV files. */
export interface TableSourceEnvironment {
  readonly root: string;
  readonly cacheDir: string;
}

/**
 * Reads the declared tables. Nothing is opened before it is asked for. Throws MkaError `source/unreachable` from every
 * method when a table's file is missing, unreadable or without a declared column.
 */
export function createTableSource(
  tables: Readonly<Record<string, TableDefinition>>,
  environment: TableSourceEnvironment,
): FileTableSource {
  const open = new Map<string, OpenTable>();

  const tableOf = (name: string): OpenTable => {
    const table = open.get(name) ?? openTable(name, tables, environment);
    open.set(name, table);
    return table;
  };

  const reading = async <T>(name: string, read: (table: OpenTable) => Promise<T>): Promise<T> => {
    try {
      return await read(tableOf(name));
    } catch (cause) {
      throw unreachable(name, cause);
    }
  };

  return {
    fetch: (name, keys) => reading(name, (table) => table.fetch(keys)),
    check: (name) => reading(name, (table) => table.check()),
    async *scan(name) {
      try {
        yield* tableOf(name).scan();
      } catch (cause) {
        throw unreachable(name, cause);
      }
    },
    faults: (name) => reading(name, (table) => table.faults()),
    async close() {
      for (const table of open.values()) await table.close();
      open.clear();
    },
  };
}

function openTable(
  name: string,
  tables: Readonly<Record<string, TableDefinition>>,
  { root, cacheDir }: TableSourceEnvironment,
): OpenTable {
  const table = Object.hasOwn(tables, name) ? tables[name] : undefined;
  if (table === undefined) throw new Error('no such table is declared');
  if ('csv' in table.from) return new CsvTable(inside(root, table.from.csv), table, cacheDir);
  return new SqliteTable(inside(root, table.from.sqlite.file), table.from.sqlite.table, table);
}

function inside(root: string, path: string): string {
  return pathInside(root, path, 'source/path-outside');
}

function unreachable(name: string, cause: unknown): MkaError {
  if (cause instanceof MkaError) return cause;
  const { code, message } = cause as NodeJS.ErrnoException;
  const reason = code?.startsWith('E') && !code.startsWith('ERR_') ? code : message;
  return new MkaError('source/unreachable', `Table ${name} cannot be read: ${reason}.`, {
    hint: 'Check its file and columns; mka doctor reads it again.',
    exitCode: EXIT.unavailable,
    cause,
  });
}
