import type { CompiledRelease } from '../journeys/compiled-release.ts';
import { decide } from '../journeys/decide.ts';
import { eventScope } from '../journeys/scope.ts';
import { canonicalJson } from '../kernel/hash.ts';
import type { Effects } from '../model/effect.ts';
import type { Input } from '../model/input.ts';
import { partitionOf, slotOf, type Tenant } from '../model/slot.ts';
import { EMPTY_USER_STATE } from '../model/state.ts';
import type { BusPort } from '../ports/bus.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Lease, LoadRequest, LoadResult, StateStore, UserChange } from '../ports/state-store.ts';
import type { TableSourcePort } from '../ports/table-source.ts';
import { type Batch, type Deduplicated, deduplicate, groupByUser, type Taken } from './batch.ts';
import type { ReleaseCache } from './releases.ts';
import type { Switches } from './switches.ts';
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
  return { turn: () => turn(parts, partitions, acknowledged, watermark) };
}

async function turn(
  parts: WorkerParts,
  partitions: readonly number[],
  read: Map<number, number>,
  watermark: Watermark,
): Promise<TurnResult> {
  const taken = await take(parts, partitions, read, watermark);
  if (taken.mail.length + taken.deliveries.length + taken.dueUsers.length === 0) return 'idle';
  const batch = groupByUser(taken);
  await letGoDamaged(parts, batch);
  const result = await foldAndCommit(parts, batch, taken);
  if (result === 'fenced') return 'fenced';
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
  const mail = await store.mailbox(partitions, batchSize);
  const { deliveries, moreFromMs } = await bus.pull(partitions, read, batchSize);
  const nowMs = clock.now();
  const watermarkMs = watermark.at({
    nowMs,
    read,
    deliveries,
    moreFromMs,
    mail,
    isMailFull: mail.length === batchSize,
  });
  const dueUsers = await store.dueUsers(partitions, Math.min(nowMs, watermarkMs - 1), batchSize);
  return { mail, deliveries, dueUsers, watermarkMs };
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

async function foldAndCommit(parts: WorkerParts, batch: Batch, taken: Taken): Promise<'committed' | 'fenced'> {
  const knownSendKeys = new Set<string>();
  for (;;) {
    const leases = parts.leases();
    await parts.switches.refresh();
    const { generation, compiled } = parts.releases.active();
    const nowMs = parts.clock.now();
    const loaded = await parts.store.load(loadRequest(compiled, batch));
    await parts.releases.prepare(loaded.users.values());
    const deduplicated = deduplicate(batch.identified, loaded.seen);
    const profiles = await enrich(parts, compiled, batch, loaded);
    const decided = decideAll(parts, compiled, batch, taken, loaded, deduplicated, profiles, knownSendKeys, nowMs);
    const result = await parts.store.commit({
      atMs: nowMs,
      leases,
      generation,
      changes: decided.changes,
      fingerprints: deduplicated.fresh,
      consumed: taken.mail.map(({ id }) => id),
      counters: decided.counters,
    });
    if (result.kind === 'committed') return 'committed';
    if (result.kind === 'fenced') return 'fenced';
    if (result.kind === 'generation') await parts.releases.refresh();
    if (result.kind === 'duplicateSendKeys') for (const key of result.keys) knownSendKeys.add(key);
  }
}

function loadRequest(release: CompiledRelease, batch: Batch): LoadRequest {
  const entries: { user: string; campaign: string; key: string }[] = [];
  for (const [user, inputs] of batch.inputs) {
    for (const input of inputs) for (const entry of entriesOf(release, input)) entries.push({ user, ...entry });
  }
  return { users: [...batch.inputs.keys()], fingerprints: batch.identified.map(({ key }) => key), entries };
}

/** Entry memories that a decision about this input may ask for. */
function entriesOf(release: CompiledRelease, input: Input): readonly { campaign: string; key: string }[] {
  if (input.kind === 'enroll') return [{ campaign: input.campaign, key: '' }];
  if (input.kind !== 'event') return [];
  const scope = eventScope(input.event);
  return release.triggers.match(input.event.type, scope).matched.flatMap((campaign) => {
    const compiled = release.campaigns.get(campaign);
    if (!compiled || compiled.definition.entry.reentry.kind === 'afterExit') return [];
    const key = compiled.entryKey?.(scope);
    return [{ campaign, key: key === undefined || key === null ? '' : canonicalJson(key) }];
  });
}

/** Reads the users' rows in one round; a source that cannot be read fails the turn, which is tried again. */
async function enrich(parts: WorkerParts, release: CompiledRelease, batch: Batch, loaded: LoadResult) {
  const { table } = release.release.project.users;
  if (table === undefined) return new Map<string, null>();
  const users = [...batch.inputs].filter(
    ([user, inputs]) => inputs.some(isEntry) || (loaded.users.get(user)?.live.length ?? 0) > 0,
  );
  return parts.tables.fetch(
    table,
    users.map(([user]) => user),
  );
}

function isEntry(input: Input): boolean {
  return input.kind === 'event' || input.kind === 'enroll';
}

function decideAll(
  parts: WorkerParts,
  release: CompiledRelease,
  batch: Batch,
  taken: Taken,
  loaded: LoadResult,
  { repeats, conflicts }: Deduplicated,
  profiles: Awaited<ReturnType<typeof enrich>>,
  knownSendKeys: ReadonlySet<string>,
  nowMs: number,
): { changes: UserChange[]; counters: Record<string, number> } {
  const changes: UserChange[] = [];
  const counters: Record<string, number> = {};
  for (const [user, all] of batch.inputs) {
    const inputs = all.filter((input) => !repeats.has(input));
    const effects = decide({
      release,
      user,
      state: loaded.users.get(user) ?? EMPTY_USER_STATE,
      inputs,
      nowMs,
      watermarkMs: taken.watermarkMs,
      context: {
        tenant: parts.tenant,
        profile: profiles.get(user) ?? null,
        entries: loaded.entries.get(user) ?? [],
        pausedCampaigns: parts.switches.pausedCampaigns(nowMs),
        knownSendKeys,
        fullChannels: parts.switches.fullChannels(),
        campaign: parts.releases.campaign,
        jitter: !parts.clock.virtual,
      },
    });
    changes.push(placed(parts.tenant, user, effects));
    for (const [name, value] of Object.entries(effects.counters)) counters[name] = (counters[name] ?? 0) + value;
  }
  if (repeats.size > conflicts.size) counters['duplicate'] = repeats.size - conflicts.size;
  if (conflicts.size > 0) counters['conflict'] = conflicts.size;
  return { changes, counters };
}

function placed(tenant: Tenant, user: string, { counters: _counters, ...effects }: Effects): UserChange {
  const slot = slotOf(tenant, user);
  return { user, slot, partition: partitionOf(slot), ...effects };
}
