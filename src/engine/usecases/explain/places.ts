import type { DecisionRecord } from '../../model/record.ts';
import type { ReleaseBundle } from '../../model/release.ts';
import type { StateStore } from '../../ports/state-store.ts';

/** Where the object behind a record stands, and in which release. */
export interface RecordPlace {
  readonly release: string | null;
  readonly commit: string | null;
  readonly file: string | null;
  readonly line: number | null;
}

/** Finds the place of records; of an enrollment's, in the release under which it was entered. */
export interface Places {
  of(record: DecisionRecord): RecordPlace;
  ofCampaign(name: string): RecordPlace;
}

/** Loads the releases that these records name. */
export async function findPlaces(
  store: StateStore,
  active: ReleaseBundle,
  records: readonly DecisionRecord[],
): Promise<Places> {
  const releaseOf = new Map<string, string>();
  const digests = new Set<string>();
  for (const record of records) {
    if (record.kind !== 'entered' && record.kind !== 'refused') continue;
    digests.add(record.release);
    if (record.kind === 'entered') releaseOf.set(record.enrollment, record.release);
  }
  const bundles = new Map([[active.digest, active]]);
  for (const digest of digests) {
    const bundle = bundles.has(digest) ? null : await store.loadRelease(digest);
    if (bundle) bundles.set(digest, bundle);
  }
  const placeIn = (digest: string | undefined, campaign: string, step?: string): RecordPlace => {
    const bundle = digest === undefined ? active : bundles.get(digest);
    const own = step === undefined ? undefined : bundle?.places[`campaign:${campaign}/${step}`];
    const at = own ?? bundle?.places[`campaign:${campaign}`];
    return {
      release: digest ?? null,
      commit: bundle?.commit ?? null,
      file: at?.file ?? null,
      line: at?.line ?? null,
    };
  };
  return {
    of: (record) => {
      if (!('campaign' in record) || record.campaign === undefined || record.campaign === '') return NOWHERE;
      const enrollment = 'enrollment' in record ? record.enrollment : undefined;
      const digest = 'release' in record ? record.release : releaseOf.get(enrollment ?? '');
      return placeIn(digest, record.campaign, 'step' in record ? record.step : undefined);
    },
    ofCampaign: (name) => placeIn(active.digest, name),
  };
}

const NOWHERE: RecordPlace = { release: null, commit: null, file: null, line: null };
