import type { CompiledTest, TestCase } from '../../compile/test-file.ts';
import { digestOf } from '../../kernel/hash.ts';
import type { CampaignDefinition, Release } from '../../model/release.ts';
import type { Tenant } from '../../model/slot.ts';
import type { BusPort } from '../../ports/bus.ts';
import type { VirtualTime } from '../../ports/clock.ts';
import { SILENT } from '../../ports/log.ts';
import type { StateStore } from '../../ports/state-store.ts';
import { openVirtualRun, type VirtualRun } from '../../runtime/virtual-run.ts';
import { type CaseProfiles, caseProfiles } from './case-profiles.ts';
import { type PlayedChannels, playChannels } from './played-channels.ts';

/** Adapters of a world: everything in memory, gone with it. */
export interface WorldAdapters {
  openStore(): StateStore;
  openBus(): BusPort;
  openClock(startMs: number): VirtualTime;
}

/** The daemon on a virtual clock, with nothing in it yet. */
export interface World {
  readonly tenant: Tenant;
  readonly release: Release;
  readonly store: StateStore;
  readonly bus: BusPort;
  readonly clock: VirtualTime;
  readonly run: VirtualRun;
  readonly channels: PlayedChannels;
  readonly profiles: CaseProfiles;
  close(): Promise<void>;
}

/** Opens a fresh world for one case; its clock stands at the first entry of the timeline. */
export async function openWorld(
  adapters: WorldAdapters,
  repository: Release,
  test: CompiledTest,
  one: TestCase,
): Promise<World> {
  const release = releaseOf(repository, test, one);
  const tenant = { project: release.project.name, environment: 'test' };
  const store = adapters.openStore();
  const bus = adapters.openBus();
  const clock = adapters.openClock(Math.min(...one.timeline.map((entry) => entry.atMs)));
  const channels = playChannels(clock, one.channels);
  const profiles = caseProfiles(release, one.users);
  await store.migrate();
  const digest = digestOf(release);
  await store.saveRelease({ digest, release, places: {} });
  await store.activate(digest, 0, clock.now());
  const run = await openVirtualRun(
    {
      ...{ tenant, store, bus, clock, tables: profiles, log: SILENT },
      openChannel: (definition) => channels.open(definition),
      ...{ holder: 'test', workers: 1, batchSize: 500 },
    },
    clock,
  );
  const close = async () => {
    await run.close();
    await bus.close();
    await store.close();
  };
  return { tenant, release, store, bus, clock, run, channels, profiles, close };
}

/** The repository's release as this case has it: its campaigns (also drafts that it names), its zone, further entries on lists. */
function releaseOf(release: Release, { campaigns: named }: CompiledTest, one: TestCase): Release {
  const campaigns = Object.values(release.campaigns)
    .filter(({ name }) => named.includes(name))
    .map((campaign): CampaignDefinition => ({ ...campaign, state: 'active' }));
  const lists = Object.values(release.lists).map((list) => ({
    ...list,
    entries: [...list.entries, ...(one.lists[list.name] ?? [])],
  }));
  return {
    ...release,
    project: one.zone === undefined ? release.project : { ...release.project, zone: one.zone },
    campaigns: Object.fromEntries(campaigns.map((campaign) => [campaign.name, campaign])),
    lists: Object.fromEntries(lists.map((list) => [list.name, list])),
  };
}
