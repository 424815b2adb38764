import type { AcceptedEvent } from '../../model/event.ts';
import type { Input } from '../../model/input.ts';
import type { PlannedSend } from '../../model/message.ts';
import type { DecisionRecord } from '../../model/record.ts';
import type { CampaignDefinition, Release } from '../../model/release.ts';
import type { Enrollment } from '../../model/state.ts';
import type { ValueMap } from '../../model/value.ts';

/**
 * The reference machine, written from the rules alone (docs/semantics.md), in the plainest form: no compiled expressions, no
 * index, nothing forgotten. It decides what the engine decided, at the same instants and with the same knowledge, and
 * both must come to the same.
 */
export interface Person {
  readonly user: string;
  readonly profile: ValueMap | null;
  attributes: ValueMap;
  live: Live[];
  /** Every event ever folded. */
  readonly heard: AcceptedEvent[];
  /** Campaign and entry key → entry time of the last entry. */
  readonly entered: Map<string, number>;
  /** What a message is for (campaign, occurrence, step, visit) → its send key. */
  readonly keys: Map<string, string>;
}

/** An enrollment. */
export interface Live {
  readonly campaign: CampaignDefinition;
  readonly key: string | null;
  readonly occurrence: string;
  readonly trigger: { readonly source: string; readonly id: string };
  readonly entryAtMs: number;
  readonly data: ValueMap;
  readonly visits: Map<string, number>;
  at: Place;
}

export type Place =
  | { readonly kind: 'wait' | 'waitFor' | 'held'; readonly step: string; readonly dueMs: number }
  | SendPlace;

export interface SendPlace {
  readonly kind: 'send';
  readonly step: string;
  readonly visit: number;
  phase: 'pending' | 'planned' | 'receipt';
  readonly messageDueMs: number;
  dueMs: number | null;
  channel: number;
  tries: number;
  plans: number;
  sendKey: string | null;
  heldBy: string | null;
  lastReason: string | null;
}

/** One decision: its instant, what was known, what the engine said and did. */
export interface Decision {
  readonly t: number;
  readonly watermarkMs: number;
  readonly paused: ReadonlySet<string>;
  readonly full: ReadonlySet<string>;
  readonly knownKeys: ReadonlySet<string>;
  readonly release: Release;
  /** Inputs in the order they came. */
  readonly inputs: readonly Input[];
  /** For what the rules leave open: the jitter of a retry, the text of a key. */
  readonly observed: {
    readonly records: readonly DecisionRecord[];
    readonly sends: readonly PlannedSend[];
    readonly live: readonly Enrollment[];
  };
  /** What was decided, one line each. */
  readonly facts: string[];
}

export function createPerson(user: string, profile: ValueMap | null): Person {
  return { user, profile, attributes: {}, live: [], heard: [], entered: new Map(), keys: new Map() };
}

/** `user.*`: the profile's row, then what `set` wrote. */
export function valuesOf(person: Person): ValueMap {
  return { ...person.profile, ...person.attributes, id: person.user };
}

export function isPaused(decision: Decision, { campaign }: Live): boolean {
  return decision.paused.has(campaign.name);
}

/** True when a due instant has come and nothing received before it is outstanding (R15). */
export function isDue(decision: Decision, dueMs: number | null): boolean {
  return dueMs !== null && dueMs <= decision.t && dueMs < decision.watermarkMs;
}

export function stepOf({ campaign }: Live, id: string | undefined) {
  return campaign.steps.find((step) => step.id === id);
}

/** R5: an end; a message that still waits for its delivery is cancelled. */
export function end(person: Person, decision: Decision, live: Live, reason: string): void {
  person.live = person.live.filter((one) => one !== live);
  decision.facts.push(`ended ${live.campaign.name} ${reason}`);
  if (live.at.kind === 'send' && live.at.phase === 'planned') decision.facts.push(`cancels ${live.at.sendKey}`);
}
