import type { CompiledRelease } from '../journeys/compiled-release.ts';
import { type DecideContext, decide } from '../journeys/decide.ts';
import { eventScope } from '../journeys/scope.ts';
import { canonicalJson } from '../kernel/hash.ts';
import type { Effects } from '../model/effect.ts';
import type { Input } from '../model/input.ts';
import { partitionOf, slotOf } from '../model/slot.ts';
import { EMPTY_USER_STATE, type Enrollment, type UserState } from '../model/state.ts';
import type { ValueMap } from '../model/value.ts';
import type { LoadRequest, LoadResult, StateStore, UserChange } from '../ports/state-store.ts';
import type { TableSourcePort } from '../ports/table-source.ts';
import type { Batch, Deduplicated } from './batch.ts';
import type { CachedUser, UserCache } from './user-cache.ts';

/** What a batch is folded over: as the store has it, but for users that the worker itself has written last. */
export interface Loaded extends Omit<LoadResult, 'users'> {
  readonly users: ReadonlyMap<string, UserState>;
  /** Slots of the users that were known. */
  readonly slots: ReadonlyMap<string, number>;
}

/** Reads what a batch needs and the worker does not know; nothing is asked when there is nothing to ask. */
export async function load(
  store: StateStore,
  release: CompiledRelease,
  batch: Batch,
  cache: UserCache,
): Promise<Loaded> {
  const known = new Map<string, CachedUser>();
  const request = loadRequest(release, batch, (user) => {
    const cached = cache.get(user);
    if (cached !== undefined) known.set(user, cached);
    return cached !== undefined;
  });
  const isNothing = request.users.length + request.fingerprints.length + request.entries.length === 0;
  const stored = isNothing ? NOTHING : await store.load(request);
  const users = new Map(stored.users);
  const slots = new Map<string, number>();
  for (const [user, { state, slot }] of known) {
    users.set(user, state);
    slots.set(user, slot);
  }
  return { users, slots, seen: stored.seen, entries: stored.entries };
}

const NOTHING: LoadResult = { users: new Map(), seen: new Map(), entries: new Map() };

function loadRequest(release: CompiledRelease, batch: Batch, isKnown: (user: string) => boolean): LoadRequest {
  const users: string[] = [];
  const entries: { user: string; campaign: string; key: string }[] = [];
  for (const [user, inputs] of batch.inputs) {
    if (!isKnown(user)) users.push(user);
    for (const input of inputs) for (const entry of entriesOf(release, input)) entries.push({ user, ...entry });
  }
  return { users, fingerprints: batch.identified.map(({ key }) => key), entries };
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

/** Rows of the users' table, for the users of a batch whose decision may read one. */
export type Profiles = ReadonlyMap<string, ValueMap | null>;

/** Reads them in one round; a source that cannot be read fails the turn, which is tried again. */
export async function enrich(
  tables: TableSourcePort,
  release: CompiledRelease,
  batch: Batch,
  loaded: Loaded,
  nowMs: number,
): Promise<Profiles> {
  const { table } = release.release.project.users;
  if (table === undefined) return new Map();
  const users: string[] = [];
  for (const [user, inputs] of batch.inputs) {
    if (mayReadProfile(release, inputs, loaded.users.get(user)?.live ?? [], nowMs)) users.push(user);
  }
  return users.length === 0 ? new Map() : tables.fetch(table, users);
}

/** False when nothing that this decision can do reads a profile field: no entry, no timer, only sends that end well. */
function mayReadProfile(
  release: CompiledRelease,
  inputs: readonly Input[],
  live: readonly Enrollment[],
  nowMs: number,
): boolean {
  if (live.some(({ position }) => position.dueAtMs !== null && position.dueAtMs <= nowMs)) return true;
  if (live.some((enrollment) => hasExitConditions(release, enrollment))) return true;
  return inputs.some((input) => {
    if (input.kind === 'event') return live.length > 0 || isTrigger(release, input);
    return input.kind !== 'outcome' || input.outcome.kind !== 'accepted' || !restsAfter(release, live, input.sendKey);
  });
}

/** Of a definition that is not the active one too, for it is not at hand here. */
function hasExitConditions(release: CompiledRelease, { campaign, digest }: Enrollment): boolean {
  const active = release.campaigns.get(campaign);
  return active?.definition.digest !== digest || active.exitConditions.length > 0;
}

function isTrigger(release: CompiledRelease, { event }: Extract<Input, { kind: 'event' }>): boolean {
  const { matched, errors } = release.triggers.match(event.type, eventScope(event));
  return matched.length + errors.length > 0;
}

/** True when the step after this message is an end or a wait that cannot be over yet: neither evaluates anything. */
function restsAfter(release: CompiledRelease, live: readonly Enrollment[], sendKey: string): boolean {
  const sending = live.find(({ position }) => position.kind === 'send' && position.sendKey === sendKey);
  if (!sending) return true;
  const campaign = release.campaigns.get(sending.campaign);
  if (campaign?.definition.digest !== sending.digest) return false;
  const next = campaign.steps.get(campaign.steps.get(sending.position.step)?.next ?? '');
  return (
    next === undefined || next.kind === 'exit' || (next.kind === 'waitAfter' && next.from === 'previous' && next.ms > 0)
  );
}

/** Everything that the decisions of one batch share. */
export interface FoldRequest {
  readonly release: CompiledRelease;
  readonly nowMs: number;
  readonly watermarkMs: number;
  /** All of the context but what belongs to one user. */
  readonly context: Omit<DecideContext, 'profile' | 'entries'>;
}

/** A user whose decision threw: a bug, kept apart so that the rest of the partition goes on. */
export interface Quarantined {
  readonly user: string;
  readonly inputs: readonly Input[];
  readonly message: string;
}

/** The changes of a whole batch. */
export interface Folded {
  readonly changes: readonly UserChange[];
  readonly counters: Readonly<Record<string, number>>;
  readonly quarantined: readonly Quarantined[];
}

/** Decides for every user of a batch. A user whose decision throws keeps the stored state, with no timer, and is named. */
export function foldBatch(
  request: FoldRequest,
  batch: Batch,
  loaded: Loaded,
  { repeats, conflicts }: Deduplicated,
  profiles: Profiles,
): Folded {
  const changes: UserChange[] = [];
  const quarantined: Quarantined[] = [];
  const counters: Record<string, number> = {};
  const count = (name: string, by: number) => {
    if (by > 0) counters[name] = (counters[name] ?? 0) + by;
  };
  for (const [user, all] of batch.inputs) {
    const inputs = repeats.size === 0 ? all : all.filter((input) => !repeats.has(input));
    const state = loaded.users.get(user) ?? EMPTY_USER_STATE;
    const slot = loaded.slots.get(user) ?? slotOf(request.context.tenant, user);
    const effects = decideOne(request, user, state, inputs, loaded, profiles);
    if (effects instanceof Error) {
      quarantined.push({ user, inputs, message: effects.message });
      count('quarantined', 1);
      changes.push(placed(user, slot, untouched(state, request.nowMs)));
    } else {
      changes.push(placed(user, slot, effects));
      for (const [name, value] of Object.entries(effects.counters)) count(name, value);
    }
  }
  count('duplicate', repeats.size - conflicts.size);
  count('conflict', conflicts.size);
  return { changes, counters, quarantined };
}

function decideOne(
  { release, nowMs, watermarkMs, context }: FoldRequest,
  user: string,
  state: UserState,
  inputs: readonly Input[],
  loaded: Loaded,
  profiles: Profiles,
): Effects | Error {
  try {
    return decide({
      release,
      user,
      state,
      inputs,
      nowMs,
      watermarkMs,
      context: { ...context, profile: profiles.get(user) ?? null, entries: loaded.entries.get(user) ?? [] },
    });
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function untouched(state: UserState, atMs: number): Effects {
  const detail = 'a decision about this user failed; the inputs are among the dead letters';
  return {
    state,
    dueAtMs: null,
    entries: [],
    sends: [],
    cancels: [],
    settles: [],
    pausedBy: [],
    mail: [],
    records: [{ atMs, kind: 'note', rule: 'R17', reason: 'quarantined', detail }],
    counters: {},
  };
}

function placed(user: string, slot: number, effects: Effects): UserChange {
  return { user, slot, partition: partitionOf(slot), ...effects };
}
