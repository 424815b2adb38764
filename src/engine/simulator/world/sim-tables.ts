import type { ValueMap } from '../../model/value.ts';
import type { TableSourcePort } from '../../ports/table-source.ts';
import type { UserPlan } from '../plan.ts';

/** The table of users: rows that never change, behind a source that may fail. */
export function createSimTables(users: readonly UserPlan[]): TableSourcePort {
  const rows = new Map<string, ValueMap | null>(users.map(({ id, profile }) => [id, profile]));
  return {
    fetch: async (_table, keys) => new Map(keys.map((key) => [key, rows.get(key) ?? null])),
    check: async () => {},
    close: async () => {},
  };
}
