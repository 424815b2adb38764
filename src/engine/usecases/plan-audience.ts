import type { MkaError } from '../kernel/mka-error.ts';
import type { AudienceCount, ObjectChange } from '../model/plan.ts';
import type { Release, TableDefinition } from '../model/release.ts';
import { type AudienceCounter, audienceCounter, usersTable } from '../plan/audience.ts';
import { splitCode, uncounted } from '../plan/plan.ts';
import type { TableSourcePort } from '../ports/table-source.ts';

export interface AudienceParts {
  readonly base: Release | null;
  readonly target: Release;
  readonly nowMs: number;
  /** Opens tables as they are declared here; closed again by this use case. */
  readonly openTables: (tables: Readonly<Record<string, TableDefinition>>) => TableSourcePort;
}

/**
 * Counts the audience of each changed campaign in one pass over the users' table. All null where the table cannot be scanned
 * or read: that is shown, and a policy that asks for the count is then broken.
 */
export async function countAudiences(
  changes: readonly ObjectChange[],
  { base, target, nowMs, openTables }: AudienceParts,
): Promise<AudienceCount[]> {
  const campaigns = changes
    .map(({ object }) => splitCode(object))
    .flatMap(([kind, name]) => (kind === 'campaign' ? [name] : []));
  const users = usersTable(base, target);
  if (campaigns.length === 0 || users === undefined) return campaigns.map(uncounted);
  const { table, isBaseKnown } = users;
  const count = (one: TableDefinition, isKnown: boolean) =>
    scan(
      campaigns.map((campaign) => audienceCounter(campaign, base, target, nowMs, isKnown)),
      openTables({ users: one }),
    );
  // A field that the change removes may be gone from the table already: then only the audience afterwards can be counted.
  const declared = target.tables[target.project.users.table ?? ''] ?? table;
  return (await count(table, isBaseKnown)) ?? (await count(declared, base === null)) ?? campaigns.map(uncounted);
}

async function scan(
  counters: readonly AudienceCounter[],
  source: TableSourcePort,
): Promise<AudienceCount[] | undefined> {
  try {
    if (source.scan === undefined) return undefined;
    for await (const [key, row] of source.scan('users')) for (const counter of counters) counter.row(key, row);
    return counters.map((counter) => counter.result());
  } catch (error) {
    if ((error as MkaError).code === 'source/unreachable') return undefined;
    throw error;
  } finally {
    await source.close();
  }
}
