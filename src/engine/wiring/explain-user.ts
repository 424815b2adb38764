import type { ValueMap } from '../model/value.ts';
import { type Explanation, explain } from '../usecases/explain/explain.ts';
import { assertCampaign } from '../usecases/pause.ts';
import { type Effective, effectiveRelease, type Installation, openExisting, type Place } from './installation.ts';
import { openTables } from './tables.ts';

/** Tells why a user got, or did not get, what. */
export async function explainUser(
  place: Place,
  request: { readonly user: string; readonly campaign?: string | undefined; readonly showPersonalData: boolean },
): Promise<Explanation & { readonly environment: string }> {
  const installation = await openExisting(place);
  try {
    const effective = await effectiveRelease(installation);
    const { bundle } = effective;
    if (request.campaign !== undefined) assertCampaign(bundle.release, request.campaign);
    // Seen by whoever looks after the environment: somebody has looked at personal data.
    if (request.showPersonalData) await installation.store.addCounters({ 'audit/personal_data_shown': 1 });
    const profile = await profileOf(installation, effective, request.user);
    const explanation = await explain({ store: installation.store, bundle, profile }, request);
    return { environment: installation.environment.name, ...explanation };
  } finally {
    await installation.close();
  }
}

/** The user's row as it stands now; null when the table cannot be read, for the story does not depend on it. */
async function profileOf(
  { dir, environment }: Installation,
  { bundle: { release } }: Effective,
  user: string,
): Promise<ValueMap | null> {
  const { table } = release.project.users;
  if (table === undefined) return null;
  const tables = openTables(release.tables, dir, environment.dataDir);
  try {
    return (await tables.fetch(table, [user])).get(user) ?? null;
  } catch {
    return null;
  } finally {
    await tables.close();
  }
}
