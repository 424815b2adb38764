import type { Release } from '../../model/release.ts';
import type { ValueMap } from '../../model/value.ts';
import type { TableSourcePort } from '../../ports/table-source.ts';

/** The users' table of one world, and the hand that changes it. */
export interface CaseProfiles extends TableSourcePort {
  /** Fields left out stay. */
  change(user: string, profile: ValueMap): void;
}

/** The rows that a case names, as the users' table; every other table is empty. */
export function caseProfiles({ project, tables }: Release, users: Readonly<Record<string, ValueMap>>): CaseProfiles {
  const rows = new Map(Object.entries(users));
  const key = project.users.table === undefined ? undefined : tables[project.users.table]?.key;
  const rowOf = (user: string): ValueMap | null => {
    const row = rows.get(user);
    return row === undefined || key === undefined ? null : { [key]: user, ...row };
  };
  return {
    fetch: (table, keys) =>
      Promise.resolve(new Map(keys.map((user) => [user, table === project.users.table ? rowOf(user) : null]))),
    check: () => Promise.resolve(),
    close: () => Promise.resolve(),
    change: (user, profile) => rows.set(user, { ...rows.get(user), ...profile }),
  };
}
