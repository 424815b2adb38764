import { join } from 'node:path';
import { createTableSource, type FileTableSource } from '../adapters/tables/source.ts';
import type { TableDefinition } from '../model/release.ts';
import type { TableSourcePort } from '../ports/table-source.ts';

type Tables = Readonly<Record<string, TableDefinition>>;

/** Tables of a repository whose files stand in `dir`. */
export function openTables(tables: Tables, dir: string, dataDir: string): FileTableSource {
  return createTableSource(tables, { root: dir, cacheDir: join(dataDir, 'tables') });
}

/** Tables as the active release declares them: another activation is followed at the next read. */
export function followTables(current: () => Tables, dir: string, dataDir: string): TableSourcePort {
  let declared = current();
  let source = openTables(declared, dir, dataDir);
  const retired: TableSourcePort[] = [];
  const present = (): TableSourcePort => {
    const now = current();
    if (now !== declared) {
      retired.push(source);
      declared = now;
      source = openTables(declared, dir, dataDir);
    }
    return source;
  };
  return {
    fetch: (table, keys) => present().fetch(table, keys),
    check: (table) => present().check(table),
    close: async () => {
      for (const one of [...retired, source]) await one.close();
    },
  };
}
