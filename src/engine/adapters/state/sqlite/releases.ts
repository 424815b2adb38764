import { MkaError } from '../../../kernel/mka-error.ts';
import type { ReleaseBundle } from '../../../model/release.ts';
import type { ActiveRelease } from '../../../ports/state-store.ts';
import type { Connection } from '../../sqlite-worker/connection.ts';

export interface SaveReleaseArgs {
  readonly digest: string;
  readonly bundle: string;
  /** Digests of the campaign definitions it holds. */
  readonly campaigns: readonly string[];
}

export function encodeRelease(bundle: ReleaseBundle): SaveReleaseArgs {
  const campaigns = Object.values(bundle.release.campaigns).map(({ digest }) => digest);
  return { digest: bundle.digest, bundle: JSON.stringify(bundle), campaigns };
}

/** The same release may come again from another commit or with other places: the latest of them is kept. */
export function saveRelease(db: Connection, { digest, bundle, campaigns }: SaveReleaseArgs): void {
  const save =
    'INSERT INTO releases (digest, bundle) VALUES (?, ?) ON CONFLICT (digest) DO UPDATE SET bundle = excluded.bundle';
  db.run(save, digest, bundle);
  const version = 'INSERT INTO campaign_versions (digest, release) VALUES (?, ?) ON CONFLICT (digest) DO NOTHING';
  for (const campaign of campaigns) db.run(version, campaign, digest);
}

export function loadRelease(db: Connection, digest: string): string | null {
  return db.row<[string]>('SELECT bundle FROM releases WHERE digest = ?', digest)?.[0] ?? null;
}

export function releaseOfCampaign(db: Connection, campaignDigest: string): string | null {
  return db.row<[string]>('SELECT release FROM campaign_versions WHERE digest = ?', campaignDigest)?.[0] ?? null;
}

export interface ActivateArgs {
  readonly digest: string;
  readonly expected: number;
  readonly nowMs: number;
}

export function activate(db: Connection, { digest, expected, nowMs }: ActivateArgs): ActiveRelease | null {
  if (db.row('SELECT 1 FROM releases WHERE digest = ?', digest) === undefined) {
    throw new MkaError('store/unknown-release', `the release ${digest} is not in the store`);
  }
  if (generation(db) !== expected) return null;
  const active = { generation: expected + 1, digest, activatedAtMs: nowMs };
  db.run(
    `INSERT INTO active_release (id, generation, digest, activated_at) VALUES (1, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET
       generation = excluded.generation, digest = excluded.digest, activated_at = excluded.activated_at`,
    ...[active.generation, digest, nowMs],
  );
  return active;
}

export function activeRelease(db: Connection): ActiveRelease | null {
  const row = db.row<[number, string, number]>('SELECT generation, digest, activated_at FROM active_release');
  return row === undefined ? null : { generation: row[0], digest: row[1], activatedAtMs: row[2] };
}

/** Generation of the active release, 0 while there is none. */
export function generation(db: Connection): number {
  return db.row<[number]>('SELECT generation FROM active_release')?.[0] ?? 0;
}
