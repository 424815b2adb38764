import { isZone } from '../kernel/local-time.ts';
import type { EntryMemory } from '../model/effect.ts';
import type { AcceptedEvent } from '../model/event.ts';
import type { Input } from '../model/input.ts';
import type { PlannedSend, SendState } from '../model/message.ts';
import type { DecisionRecord } from '../model/record.ts';
import type { Tenant } from '../model/slot.ts';
import type { Enrollment, UserState } from '../model/state.ts';
import type { ValueMap } from '../model/value.ts';
import type { CompiledCampaign } from './compiled-campaign.ts';
import type { CompiledRelease } from './compiled-release.ts';

/** What a decision needs beside the user's state; prefetched, versioned with the input (architecture rule 1). */
export interface DecideContext {
  readonly tenant: Tenant;
  /** The user's row of the users' table; null when there is none. */
  readonly profile: ValueMap | null;
  readonly entries: readonly EntryMemory[];
  readonly pausedCampaigns: ReadonlySet<string>;
  /** Send keys that the ledger holds already. */
  readonly knownSendKeys: ReadonlySet<string>;
  /** Channels whose backlog is at its bound. */
  readonly fullChannels: ReadonlySet<string>;
  /** The definition an enrollment is pinned to. */
  readonly campaign: (digest: string) => CompiledCampaign | undefined;
  /** False under a virtual clock: retries are then exact. */
  readonly jitter: boolean;
}

type WithoutFrame<T> = T extends unknown ? Omit<T, 'atMs'> : never;
export type NewRecord = WithoutFrame<DecisionRecord>;

/** The working copy of one user's machine while a decision is made. Only the files of this folder change it. */
export interface Fold {
  readonly release: CompiledRelease;
  readonly context: DecideContext;
  readonly user: string;
  /** The instant of the decision, `t`. */
  readonly t: number;
  /** Every input received before this instant has been folded; timers and sends at or after it still wait. */
  readonly watermarkMs: number;
  attributes: ValueMap;
  live: Enrollment[];
  recent: AcceptedEvent[];
  readonly entries: Map<string, EntryMemory>;
  readonly changedEntries: Map<string, EntryMemory>;
  readonly sends: PlannedSend[];
  readonly cancels: { sendKey: string; reason: string }[];
  readonly settles: { sendKey: string; state: SendState; reason: string | null }[];
  readonly pausedBy: Set<string>;
  readonly mail: Input[];
  readonly records: DecisionRecord[];
  readonly counters: Record<string, number>;
  /** Computed once a decision, on first use. */
  userValues: ValueMap | null;
  /** A zone that was not one is noted once a decision. */
  hasNotedZone: boolean;
}

/** Opens a fold over a user's stored state. */
export function openFold(
  release: CompiledRelease,
  context: DecideContext,
  user: string,
  state: UserState,
  t: number,
  watermarkMs: number,
): Fold {
  return {
    release,
    context,
    user,
    t,
    watermarkMs,
    attributes: state.attributes,
    live: [...state.live],
    recent: [...state.recent],
    entries: new Map(context.entries.map((memory) => [entryName(memory.campaign, memory.key), memory])),
    changedEntries: new Map(),
    sends: [],
    cancels: [],
    settles: [],
    pausedBy: new Set(),
    mail: [],
    records: [],
    counters: {},
    userValues: null,
    hasNotedZone: false,
  };
}

/** Name of an entry memory within its user. */
export function entryName(campaign: string, key: string): string {
  return `${campaign} ${key}`;
}

/** Adds a decision record at `t`. */
export function record(fold: Fold, entry: NewRecord): void {
  fold.records.push({ atMs: fold.t, ...entry } as DecisionRecord);
}

/** Adds one to a counter such as `refused/late_event`. */
export function count(fold: Fold, counter: string): void {
  fold.counters[counter] = (fold.counters[counter] ?? 0) + 1;
}

/** Notes a condition or value that ended in an error: it counted as false or null (R0). */
export function noteRuleError(fold: Fold, campaign: string, detail: string): void {
  count(fold, 'note/rule_error');
  record(fold, { kind: 'note', rule: 'R0', reason: 'rule_error', campaign, detail });
}

/** `user.*` for expressions: profile row, then attributes, then the id. */
export function userValues(fold: Fold): ValueMap {
  fold.userValues ??= { ...fold.context.profile, ...fold.attributes, id: fold.user };
  return fold.userValues;
}

/** Puts an enrollment in the place of the one with its id. */
export function replace(fold: Fold, enrollment: Enrollment): void {
  const index = fold.live.findIndex((one) => one.id === enrollment.id);
  if (index >= 0) fold.live[index] = enrollment;
}

/** Current form of an enrollment, undefined once it has ended. */
export function current(fold: Fold, id: string): Enrollment | undefined {
  return fold.live.find((one) => one.id === id);
}

/** Definition an enrollment is pinned to (R13). The store keeps every used definition, so a missing one is a bug. */
export function definitionOf(fold: Fold, enrollment: Enrollment): CompiledCampaign {
  const active = fold.release.campaigns.get(enrollment.campaign);
  if (active && active.definition.digest === enrollment.digest) return active;
  const pinned = fold.context.campaign(enrollment.digest);
  if (!pinned) throw new Error(`definition ${enrollment.digest} of campaign ${enrollment.campaign} was not loaded`);
  return pinned;
}

/** The zone by R1: user, campaign, project. An invalid one falls to the next and is noted. */
export function zoneOf(fold: Fold, campaign: CompiledCampaign): string {
  const { project } = fold.release.release;
  const field = project.users.zoneField;
  const own = field === undefined ? null : userValues(fold)[field];
  if (own !== null && own !== undefined) {
    if (typeof own === 'string' && isZone(own)) return own;
    noteZone(fold, campaign.definition.name);
  }
  return campaign.definition.zone ?? project.zone;
}

function noteZone(fold: Fold, campaign: string): void {
  if (fold.hasNotedZone) return;
  fold.hasNotedZone = true;
  count(fold, 'note/tz_fallback');
  const detail = 'the zone of the user is not an IANA zone';
  record(fold, { kind: 'note', rule: 'R1', reason: 'tz_fallback', campaign, detail });
}

/** True while the campaign of an enrollment is paused: what is due waits for the resume (R14). */
export function isPaused(fold: Fold, enrollment: Enrollment): boolean {
  return fold.context.pausedCampaigns.has(enrollment.campaign);
}
