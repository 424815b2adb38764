import type { ChannelDefinition } from '../model/release.ts';
import type { Tenant } from '../model/slot.ts';
import type { BusPort } from '../ports/bus.ts';
import type { ChannelPort } from '../ports/channel.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import { type Lease, partitionOfLease, type StateStore } from '../ports/state-store.ts';
import type { TableSourcePort } from '../ports/table-source.ts';
import { createLastChecks } from './last-checks.ts';
import type { Ownership } from './ownership.ts';
import { createPartitionWorker, type PartitionWorker } from './partition-worker.ts';
import type { ChooseBundle, ReleaseCache } from './releases.ts';
import { createSessionRelays, type SessionRelay } from './session-relays.ts';
import type { Switches } from './switches.ts';

/** What the daemon's loops run over: every adapter behind its port. */
export interface EngineParts {
  readonly tenant: Tenant;
  readonly store: StateStore;
  readonly bus: BusPort;
  readonly tables: TableSourcePort;
  readonly clock: Clock;
  readonly log: Log;
  readonly openChannel: (definition: ChannelDefinition) => Promise<ChannelPort>;
  /** Names this process in leases. */
  readonly holder: string;
  /** Partition workers side by side: while one commits, another decides. */
  readonly workers: number;
  /** Inputs and due users a turn at most. */
  readonly batchSize: number;
  /** Absent: whatever is active is run. */
  readonly chooseBundle?: ChooseBundle;
}

/** One stretch of owning partitions: its workers and relays, from taking over to giving back or losing a lease. */
export interface Session {
  readonly workers: readonly PartitionWorker[];
  /** Those of the channels at its beginning. */
  readonly relays: readonly SessionRelay[];
  /** Follows the active release's channels; the relays that this has opened. Does nothing while they are the same. */
  followChannels(): Promise<readonly SessionRelay[]>;
  close(): Promise<void>;
}

/** Takes over the owned partitions: settles what a dead owner had in flight, then builds workers and relays. */
export async function openSession(
  parts: EngineParts,
  ownership: Ownership,
  releases: ReleaseCache,
  switches: Switches,
  signals: { readonly stop: AbortSignal; readonly cutoff: AbortSignal },
): Promise<Session> {
  const { store, clock, log, tables, openChannel } = parts;
  const relays = createSessionRelays({
    ...{ store, clock, log, openChannel, ...signals },
    channels: () => releases.active().compiled.release.channels,
    leases: () => ownership.delivery(),
    stopBeforeSend: createLastChecks({ store, releases, switches, tables, clock }),
  });
  const opened = await relays.follow();
  const workers = await Promise.all(
    share(ownership.engine().map(partitionOf), parts.workers).map((partitions) =>
      createPartitionWorker(
        { ...parts, releases, switches, leases: () => leasesOf(ownership, new Set(partitions)) },
        partitions,
      ),
    ),
  );
  return {
    workers,
    relays: opened,
    followChannels: () => relays.follow(),
    close: () => relays.close(),
  };
}

function leasesOf(ownership: Ownership, partitions: ReadonlySet<number>) {
  return ownership.engine().filter((lease) => partitions.has(partitionOf(lease)));
}

/** Deals partitions out to at most `count` workers. */
function share(partitions: readonly number[], count: number): number[][] {
  const groups: number[][] = Array.from({ length: Math.max(1, count) }, () => []);
  for (const [index, partition] of partitions.entries()) groups[index % groups.length]?.push(partition);
  return groups.filter((group) => group.length > 0);
}

function partitionOf({ resource }: Lease): number {
  const partition = partitionOfLease(resource);
  if (partition === null) throw new Error(`${resource} is not the lease of a partition`);
  return partition;
}
