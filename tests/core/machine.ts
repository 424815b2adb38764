import { durationText } from '../../src/engine/compile/time-values.ts';
import { type CompiledCampaign, compileCampaign } from '../../src/engine/journeys/compiled-campaign.ts';
import { type CompiledRelease, compileRelease } from '../../src/engine/journeys/compiled-release.ts';
import { decide } from '../../src/engine/journeys/decide.ts';
import { digestOf } from '../../src/engine/kernel/hash.ts';
import type { Effects, EntryMemory } from '../../src/engine/model/effect.ts';
import type { AcceptedEvent } from '../../src/engine/model/event.ts';
import type { Input } from '../../src/engine/model/input.ts';
import type { AttemptOutcome, PlannedSend } from '../../src/engine/model/message.ts';
import type { DecisionRecord } from '../../src/engine/model/record.ts';
import type { Release } from '../../src/engine/model/release.ts';
import { EMPTY_USER_STATE, type UserState } from '../../src/engine/model/state.ts';
import type { ValueMap } from '../../src/engine/model/value.ts';
import { T0 } from './builder.ts';

/** A user with an address on every channel. */
export const LI: ValueMap = { surname: 'Li', wechat: 'o-li', sms: '+861', email: 'li@example.com', accepts: true };

/** What a provider answers to a message; null: nothing yet. */
export type Answer = (send: PlannedSend) => AttemptOutcome | null;

export const accept: Answer = () => ({ kind: 'accepted' });
export const refuse: AttemptOutcome = { kind: 'rejected', code: 'refused' };
export const throttle: AttemptOutcome = { kind: 'retry', code: 'busy' };
export const unknown: AttemptOutcome = { kind: 'unknown', code: 'silent' };

/** An event of user u1, received when it occurred. */
export function event(type: string, atMs: number, more: Partial<AcceptedEvent> = {}): Input & { kind: 'event' } {
  const data = { user_id: 'u1', order_id: 'o1', ...more.data };
  const { id = `${type}@${atMs}` } = more;
  const fields = { source: 'shop', type, user: 'u1', occurredAtMs: atMs, receivedAtMs: atMs, ...more, id, data };
  return { kind: 'event', event: fields };
}

/** One user's machine with the worker's part played: state and entry memories kept, messages handed out and answered. */
export class Machine {
  compiled: CompiledRelease;
  state: UserState = EMPTY_USER_STATE;
  dueAtMs: number | null = null;
  profile: ValueMap | null = LI;
  answer: Answer = accept;
  jitter = false;
  watermarkMs = Number.MAX_SAFE_INTEGER;
  readonly user: string;
  readonly paused = new Set<string>();
  readonly full = new Set<string>();
  readonly knownSendKeys = new Set<string>();
  readonly records: DecisionRecord[] = [];
  readonly sends: PlannedSend[] = [];
  readonly mail: Input[] = [];
  readonly settles: Effects['settles'][number][] = [];
  readonly cancels: Effects['cancels'][number][] = [];
  readonly pausedBy = new Set<string>();
  readonly #entries = new Map<string, EntryMemory>();
  readonly #pinned = new Map<string, CompiledCampaign>();

  constructor(release: Release, user = 'u1') {
    this.user = user;
    this.compiled = compileRelease(digestOf(release), release);
    this.activate(release);
  }

  /** Makes another release the active one; older definitions stay known. */
  activate(release: Release): void {
    this.compiled = compileRelease(digestOf(release), release);
    for (const one of Object.values(release.campaigns)) this.#pinned.set(one.digest, compileCampaign(one, release));
  }

  /** The profile row changes. */
  become(profile: ValueMap | null): void {
    this.profile = profile;
  }

  /** One decision at an instant. */
  feed(nowMs: number, ...inputs: readonly Input[]): Effects {
    const effects = decide({
      release: this.compiled,
      user: this.user,
      state: this.state,
      inputs,
      nowMs,
      watermarkMs: this.watermarkMs,
      context: {
        tenant: { project: 'shop', environment: 'test' },
        profile: this.profile,
        entries: [...this.#entries.values()],
        pausedCampaigns: this.paused,
        knownSendKeys: this.knownSendKeys,
        fullChannels: this.full,
        campaign: (digest) => this.#pinned.get(digest),
        jitter: this.jitter,
      },
    });
    this.#keep(effects);
    this.#deliver(nowMs, effects);
    return effects;
  }

  /** Decides at every due instant up to and including this one. */
  pass(untilMs: number): this {
    for (let due = this.dueAtMs; due !== null && due <= untilMs; due = this.dueAtMs) this.feed(due);
    return this;
  }

  /** What a provider's later word does. */
  outcome(atMs: number, send: PlannedSend, outcome: AttemptOutcome): Effects {
    const { sendKey, attempt, channel } = send;
    return this.feed(atMs, {
      ...{ kind: 'outcome', user: this.user, sendKey, attempt, channel, dispatchedAtMs: atMs, atMs, outcome },
    });
  }

  /** What became of this user, as `+10m sent remind by wechat`; `kinds` leaves out the rest. */
  story(...kinds: readonly string[]): string[] {
    return this.records.flatMap((record) => {
      const text = textOf(record);
      if (text === null || (kinds.length > 0 && !kinds.includes(record.kind))) return [];
      return [
        `${record.atMs < T0 ? `-${durationText(T0 - record.atMs)}` : `+${durationText(record.atMs - T0)}`} ${text}`,
      ];
    });
  }

  #keep(effects: Effects): void {
    this.state = effects.state ?? EMPTY_USER_STATE;
    this.dueAtMs = effects.dueAtMs;
    for (const memory of effects.entries) this.#entries.set(`${memory.campaign} ${memory.key}`, memory);
    this.records.push(...effects.records);
    this.sends.push(...effects.sends);
    this.mail.push(...effects.mail);
    this.settles.push(...effects.settles);
    this.cancels.push(...effects.cancels);
    for (const name of effects.pausedBy) this.pausedBy.add(name);
  }

  #deliver(nowMs: number, { sends }: Effects): void {
    for (const send of sends) {
      const outcome = this.answer(send);
      if (outcome) this.outcome(nowMs, send, outcome);
    }
  }
}

function textOf(record: DecisionRecord): string | null {
  switch (record.kind) {
    case 'entered':
      return `entered by ${record.eventId}`;
    case 'refused':
      return `refused ${record.reason}`;
    case 'waiting':
      return `waits at ${record.step}`;
    case 'matched':
      return `matched ${record.step} by ${record.eventId}`;
    case 'branched':
      return `${record.step} to ${record.next}`;
    case 'held':
      return `held ${record.step} ${record.reason}`;
    case 'redirected':
      return `${record.from} to ${record.to} ${record.reason}`;
    case 'skipped':
      return `skipped ${record.step} ${record.reason}`;
    case 'outcome':
      return record.outcome.kind === 'accepted'
        ? `sent ${record.step} by ${record.channel}`
        : `${record.channel} ${record.outcome.kind}`;
    case 'ended':
      return `ended ${record.reason}`;
    case 'note':
      return `note ${record.reason}`;
    default:
      return null;
  }
}
