import type { CompiledCampaign } from '../journeys/compiled-campaign.ts';
import { compileCampaign } from '../journeys/compiled-campaign.ts';
import { type CompiledRelease, compileRelease } from '../journeys/compiled-release.ts';
import type { UserState } from '../model/state.ts';
import type { ActiveRelease, StateStore } from '../ports/state-store.ts';

/** The active release and the definitions that older enrollments are pinned to, compiled once each. */
export interface ReleaseCache {
  /** The release under which to fold now. */
  active(): { readonly generation: number; readonly compiled: CompiledRelease };
  /** Reads the store's active release again; after an activation by anyone. */
  refresh(): Promise<void>;
  /** Makes sure that every definition these users are pinned to is compiled. */
  prepare(states: Iterable<UserState>): Promise<void>;
  /** A pinned definition that `prepare` has loaded. */
  campaign(digest: string): CompiledCampaign | undefined;
}

/**
 * Digest of the bundle to run for what is active in the store: that one, or the last good one where it is not believed.
 * `present` is what runs now. Throws MkaError when nothing may be run.
 */
export type ChooseBundle = (active: ActiveRelease, present: string | undefined) => Promise<string>;

const AS_ACTIVE: ChooseBundle = (active) => Promise.resolve(active.digest);

/** Opens the cache on a store that has an active release. */
export async function openReleases(store: StateStore, choose: ChooseBundle = AS_ACTIVE): Promise<ReleaseCache> {
  const pinned = new Map<string, CompiledCampaign>();
  let active = await loadActive(store, choose);
  const isKnown = (name: string, digest: string) =>
    pinned.has(digest) || active.compiled.campaigns.get(name)?.definition.digest === digest;
  return {
    active: () => active,
    refresh: async () => {
      active = await loadActive(store, choose, active);
    },
    prepare: async (states) => {
      for (const state of states) {
        for (const { campaign, digest } of state.live) {
          if (!isKnown(campaign, digest)) pinned.set(digest, await loadPinned(store, campaign, digest));
        }
      }
    },
    campaign: (digest) => pinned.get(digest),
  };
}

interface Active {
  readonly generation: number;
  readonly compiled: CompiledRelease;
}

async function loadActive(store: StateStore, choose: ChooseBundle, known?: Active): Promise<Active> {
  const active = await store.activeRelease();
  if (!active) throw new Error('no release is active: activate one before the loops start');
  if (known?.generation === active.generation) return known;
  const { generation } = active;
  const digest = await choose(active, known?.compiled.digest);
  if (known?.compiled.digest === digest) return { generation, compiled: known.compiled };
  const bundle = await store.loadRelease(digest);
  if (!bundle) throw new Error(`release ${digest} is active but not stored`);
  return { generation, compiled: compileRelease(digest, bundle.release) };
}

async function loadPinned(store: StateStore, campaign: string, digest: string): Promise<CompiledCampaign> {
  const releaseDigest = await store.releaseOfCampaign(digest);
  const bundle = releaseDigest === null ? null : await store.loadRelease(releaseDigest);
  const definition = bundle?.release.campaigns[campaign];
  if (!bundle || !definition) throw new Error(`definition ${digest} of campaign ${campaign} is not stored`);
  return compileCampaign(definition, bundle.release);
}
