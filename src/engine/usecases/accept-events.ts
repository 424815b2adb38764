import { canonicalJson } from '../kernel/hash.ts';
import type { AcceptedEvent } from '../model/event.ts';
import type { Release } from '../model/release.ts';
import type { Tenant } from '../model/slot.ts';
import type { RefusedEvent, SubmittedEvent } from '../model/submission.ts';
import type { BusPort, DeadLetter } from '../ports/bus.ts';
import type { Clock } from '../ports/clock.ts';
import type { StateStore } from '../ports/state-store.ts';
import { decodeEvent, decodeEventText, EVENT_LIMITS, type IntakeResult } from '../runtime/intake.ts';
import { publish } from '../runtime/publish.ts';

/** What taking events needs; `release` says which event types are declared. */
export interface IntakeParts {
  readonly tenant: Tenant;
  readonly store: Pick<StateStore, 'addCounters'>;
  readonly bus: Pick<BusPort, 'publish' | 'deadLetter'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly release: () => Release;
}

/** What became of a submission. */
export interface AcceptedEvents {
  readonly accepted: number;
  readonly refused: readonly RefusedEvent[];
  /** Those accepted, in their order. */
  readonly events: readonly AcceptedEvent[];
}

/**
 * Takes events: the good ones are on their queues, durably, before this resolves; the bad ones are dead letters with a
 * code, and counted. Throws MkaError `bus/full` or `…/unavailable` when nothing was taken. `origin` names the place of an
 * event for the dead letters, such as `http` or `import:orders.ndjson:7`.
 */
export async function acceptEvents(
  parts: IntakeParts,
  submitted: readonly SubmittedEvent[],
  origin: (index: number) => string,
): Promise<AcceptedEvents> {
  const receivedAtMs = parts.clock.now();
  const release = parts.release();
  const events: AcceptedEvent[] = [];
  const refused: RefusedEvent[] = [];
  for (const [index, one] of submitted.entries()) {
    const result = decode(one, release, receivedAtMs);
    if (result.ok) events.push(result.event);
    else refused.push({ index, id: idOf(one), code: result.code, detail: result.detail });
  }
  if (events.length > 0) {
    const inputs = events.map((event) => ({ kind: 'event' as const, event }));
    await publish(parts.bus, parts.tenant, inputs, receivedAtMs);
  }
  if (refused.length > 0) await setAside(parts, submitted, refused, origin, receivedAtMs);
  return { accepted: events.length, refused, events };
}

function decode(one: SubmittedEvent, release: Release, receivedAtMs: number): IntakeResult {
  return 'text' in one
    ? decodeEventText(one.text, release, receivedAtMs)
    : decodeEvent(one.value, release, receivedAtMs);
}

async function setAside(
  { bus, store }: IntakeParts,
  submitted: readonly SubmittedEvent[],
  refused: readonly RefusedEvent[],
  origin: (index: number) => string,
  atMs: number,
): Promise<void> {
  const letters = refused.map(({ index, code, detail }): Omit<DeadLetter, 'id'> => {
    return { atMs, code, detail, origin: origin(index), body: bodyOf(submitted[index]) };
  });
  await bus.deadLetter(letters);
  const counters: Record<string, number> = {};
  for (const { code } of refused) counters[`refused/${code}`] = (counters[`refused/${code}`] ?? 0) + 1;
  await store.addCounters(counters);
}

/** The event's text for a later look; of an oversized one its beginning. */
function bodyOf(one: SubmittedEvent | undefined): string {
  if (one === undefined) return '';
  return ('text' in one ? one.text : jsonOf(one.value)).slice(0, EVENT_LIMITS.bytes);
}

function jsonOf(value: unknown): string {
  try {
    return canonicalJson(value);
  } catch {
    return JSON.stringify(value) ?? '';
  }
}

function idOf(one: SubmittedEvent): string | null {
  if (!('value' in one) || typeof one.value !== 'object' || one.value === null || !('id' in one.value)) return null;
  return typeof one.value.id === 'string' ? one.value.id.slice(0, EVENT_LIMITS.idLength) : null;
}
