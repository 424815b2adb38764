import type { CampaignDefinition, Release } from '../../model/release.ts';
import type { Value } from '../../model/value.ts';
import type { Operation, UserPlan } from '../plan.ts';
import type { Random } from '../random.ts';
import { EVENTS } from './campaigns.ts';

type EventOperation = Extract<Operation, { kind: 'event' }>;

/** What happens in a history: events in and out of order, repeated, conflicting, late; switches and a new release. */
export function generateOperations(
  random: Random,
  releases: readonly Release[],
  users: readonly UserPlan[],
  untilMs: number,
): Operation[] {
  const operations: Operation[] = [];
  const events = Array.from({ length: random.int(4, 16) }, (_, index) => eventOf(random, index, users, untilMs));
  for (const event of events) {
    operations.push(event);
    if (random.chance(0.15)) operations.push({ ...event, atMs: event.atMs + random.int(0, 4_000) });
    if (random.chance(0.05)) operations.push({ ...event, data: { ...event.data, amount: 77 }, atMs: event.atMs + 5 });
    if (random.chance(0.5)) operations.push(answerTo(random, event));
  }
  const campaigns = Object.values(releases[0]?.campaigns ?? {});
  for (const campaign of campaigns) {
    if (campaign.trigger.kind === 'manual') operations.push(...enrollments(random, campaign, users, untilMs));
    if (random.chance(0.25)) operations.push(...pauses(random, campaign, untilMs));
  }
  if (releases.length > 1) operations.push({ kind: 'activate', release: 1, atMs: random.int(500, untilMs) });
  if (releases.length > 1 && random.chance(0.3)) operations.push({ kind: 'activate', release: 0, atMs: untilMs });
  return operations.sort((a, b) => a.atMs - b.atMs);
}

function eventOf(random: Random, index: number, users: readonly UserPlan[], untilMs: number): EventOperation {
  const atMs = random.int(0, untilMs);
  const order = random.chance(0.1) ? null : `o${random.int(0, 3)}`;
  return {
    ...{ kind: 'event', atMs, id: `e${index}`, user: random.pick(users).id },
    type: random.chance(0.8) ? EVENTS.trigger : EVENTS.answer,
    occurredAtMs: atMs - latenessOf(random),
    data: fields({ order, amount: random.chance(0.1) ? null : random.pick([5, 20, 60]) }),
  };
}

/** Mostly fresh, sometimes late, rarely from the future. */
function latenessOf(random: Random): number {
  if (random.chance(0.6)) return 0;
  return random.chance(0.15) ? -random.int(1, 3_000) : random.int(1, 9_000);
}

function answerTo(random: Random, event: EventOperation): EventOperation {
  const atMs = event.atMs + random.pick([0, 0, 400, 1_500, 4_000, random.int(0, 6_000)]);
  const occurredAtMs = event.occurredAtMs + random.pick([0, 1, 400, 1_500, 4_000, random.int(0, 6_000)]);
  return {
    ...{ kind: 'event', atMs, id: `${event.id}-paid`, user: event.user, type: EVENTS.answer },
    occurredAtMs: Math.min(occurredAtMs, atMs),
    data: event.data,
  };
}

function enrollments(
  random: Random,
  { name }: CampaignDefinition,
  users: readonly UserPlan[],
  untilMs: number,
): Operation[] {
  return Array.from({ length: random.int(1, 4) }, (_, index) => ({
    ...{ kind: 'enroll', campaign: name, user: random.pick(users).id, requestId: `${name}-r${index}` },
    data: { order: `o${random.int(0, 3)}`, amount: 60 },
    atMs: random.int(0, untilMs),
  }));
}

/** A pause that ends by itself or is lifted; every plan lifts what it paused. */
function pauses(random: Random, { name }: CampaignDefinition, untilMs: number): Operation[] {
  const atMs = random.int(0, untilMs);
  const lastsMs = random.pick([800, 3_000, 10_000]);
  const endsItself = random.chance(0.5);
  const pause: Operation = { kind: 'pause', campaign: name, atMs, untilMs: endsItself ? atMs + lastsMs : null };
  const again: Operation[] = random.chance(0.2)
    ? [{ ...pause, atMs: atMs + lastsMs, untilMs: atMs + 2 * lastsMs }]
    : [];
  const resume: Operation = { kind: 'resume', campaign: name, atMs: atMs + lastsMs * (again.length + 1) + 100 };
  return endsItself ? [pause, ...again] : [pause, ...again, resume];
}

function fields(values: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}
