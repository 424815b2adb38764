import type { Tenant } from '../model/slot.ts';
import type { BusPort } from '../ports/bus.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Lease, StateStore } from '../ports/state-store.ts';
import type { TableSourcePort } from '../ports/table-source.ts';
import { type Batch, deduplicate, groupByUser, type Taken } from './batch.ts';
import { enrich, type FoldRequest, foldBatch, load, type Quarantined } from './fold-batch.ts';
import type { ReleaseCache } from './releases.ts';
import type { Switches } from './switches.ts';
import { createUserCache, type UserCache } from './user-cache.ts';
import { createWatermark, type Watermark } from './watermark.ts';

/** What a partition worker works with. */
export interface WorkerParts {
  readonly tenant: Tenant;
  readonly store: StateStore;
  readonly bus: BusPort;
  readonly tables: TableSourcePort;
  readonly clock: Clock;
  readonly log: Log;
  readonly releases: ReleaseCache;
  readonly switches: Switches;
  /** Leases of the partitions this worker owns, as last renewed. */
  readonly leases: () => readonly Lease[];
  /** Inputs and due users taken a turn at most. */
  readonly batchSize: number;
}

/** What one turn did. `fenced`: a lease was lost and the worker must take over anew. */
export type TurnResult = 'worked' | 'idle' | 'fenced';

/**
 * Folds inputs and due timers over the users of its partitions: take → load → enrich → decide → commit → acknowledge.
 * One turn is one transaction; whatever fails before the commit is taken again, whatever fails after it repeats nothing.
 */
export interface PartitionWorker {
  turn(): Promise<TurnResult>;
}

/** Creates a worker over partitions it has just taken; what is queued now is folded before any timer fires (R15). */
export async function createPartitionWorker(
  parts: WorkerParts,
  partitions: readonly number[],
): Promise<PartitionWorker> {
  const acknowledged = new Map<number, number>();
  const watermark = createWatermark(await parts.bus.highWater(), partitions, parts.clock.now());
  const cache = createUserCache();
  return { turn: () => turn(parts, partitions, acknowledged, watermark, cache) };
}

async function turn(
  parts: WorkerParts,
  partitions: readonly number[],
  read: Map<number, number>,
  watermark: Watermark,
  cache: UserCache,
): Promise<TurnResult> {
  const taken = await take(parts, partitions, read, watermark);
  if (taken.mail.length + taken.deliveries.length + taken.dueUsers.length === 0) return 'idle';
  const batch = groupByUser(taken);
  await letGoDamaged(parts, batch);
  const result = await foldAndCommit(parts, partitions, batch, taken, cache);
  if (result === 'fenced') return 'fenced';
  if (result === 'stale') return 'worked';
  const upTo = new Map<number, number>();
  for (const { partition, tag } of taken.deliveries) upTo.set(partition, Math.max(tag, upTo.get(partition) ?? 0));
  if (upTo.size > 0) await parts.bus.ack(upTo);
  for (const [partition, tag] of upTo) read.set(partition, tag);
  return 'worked';
}

async function take(
  { store, bus, clock, batchSize }: WorkerParts,
  partitions: readonly number[],
  read: ReadonlyMap<number, number>,
  watermark: Watermark,
): Promise<Taken> {
  // Read before the queues: whatever was received up to this instant is found in them, and may be outrun by no timer.
  const nowMs = clock.now();
  const mail = await store.mailbox(partitions, batchSize);
  const { deliveries, moreFromMs } = await bus.pull(partitions, read, batchSize);
  const watermarkMs = watermark.at({
    nowMs,
    read,
    deliveries,
    moreFromMs,
    mail,
    isMailFull: mail.length === batchSize,
  });
  const dueUsers = await store.dueUsers(partitions, Math.min(nowMs, watermarkMs - 1), batchSize);
  return { mail, deliveries, dueUsers, nowMs, watermarkMs };
}

/** Damage on a queue goes to the dead letters before it is acknowledged, so that the queue moves on. */
async function letGoDamaged({ bus, clock }: WorkerParts, { damaged }: Batch): Promise<void> {
  if (damaged.length === 0) return;
  const atMs = clock.now();
  await bus.deadLetter(
    damaged.map(({ partition, body }) => ({
      atMs,
      code: 'bus/damaged',
      detail: 'not an input written by intake',
      origin: `partition:${partition}`,
      body,
    })),
  );
}

async function foldAndCommit(
  parts: WorkerParts,
  partitions: readonly number[],
  batch: Batch,
  taken: Taken,
  cache: UserCache,
): Promise<'committed' | 'fenced' | 'stale'> {
  const knownSendKeys = new Set<string>();
  // The instant that the watermark belongs to: at a later one, a send reached now would wait for another turn.
  let { nowMs } = taken;
  for (;;) {
    const leases = parts.leases();
    // Lost while this turn was under way, as the renewal has told already.
    if (leases.length < partitions.length) return 'fenced';
    cache.holdUnder(leases);
    await parts.switches.refresh();
    const { generation, compiled } = parts.releases.active();
    const loaded = await load(parts.store, compiled, batch, cache);
    await parts.releases.prepare(loaded.users.values());
    const deduplicated = deduplicate(batch.identified, loaded.seen);
    const profiles = await enrich(parts.tables, compiled, batch, loaded, nowMs);
    const request = {
      release: compiled,
      nowMs,
      watermarkMs: taken.watermarkMs,
      context: contextOf(parts, nowMs, knownSendKeys),
    };
    const folded = foldBatch(request, batch, loaded, deduplicated, profiles);
    cache.forget(batch.inputs.keys());
    await letGoQuarantined(parts, folded.quarantined, nowMs);
    const result = await parts.store.commit({
      atMs: nowMs,
      leases,
      generation,
      changes: folded.changes,
      fingerprints: deduplicated.fresh,
      consumed: taken.mail.map(({ id }) => id),
      counters: folded.counters,
    });
    if (result.kind === 'committed') cache.learn(folded.changes);
    if (result.kind === 'committed' || result.kind === 'fenced' || result.kind === 'stale') return result.kind;
    if (result.kind === 'generation') await parts.releases.refresh();
    nowMs = parts.clock.now();
    if (result.kind === 'duplicateSendKeys') for (const key of result.keys) knownSendKeys.add(key);
  }
}

function contextOf(
  { tenant, switches, releases, clock }: WorkerParts,
  nowMs: number,
  knownSendKeys: ReadonlySet<string>,
): FoldRequest['context'] {
  return {
    tenant,
    pausedCampaigns: switches.pausedCampaigns(nowMs),
    knownSendKeys,
    fullChannels: switches.fullChannels(),
    campaign: (digest) => releases.campaign(digest),
    jitter: !clock.virtual,
  };
}

/** Inputs that no decision can be made on are kept for `mka dlq`, before the batch that leaves them out is committed. */
async function letGoQuarantined(
  { bus, log }: WorkerParts,
  quarantined: readonly Quarantined[],
  atMs: number,
): Promise<void> {
  if (quarantined.length === 0) return;
  for (const { message } of quarantined) log.error('worker/quarantined', { message });
  await bus.deadLetter(
    quarantined.flatMap(({ inputs, message }) =>
      inputs.map((input) => ({
        atMs,
        code: 'fold/failed',
        detail: message.slice(0, 200),
        origin: 'fold',
        body: JSON.stringify(input),
      })),
    ),
  );
}
