import type { TestCase, TimelineEntry } from '../../compile/test-file.ts';
import { formatInstant } from '../../kernel/local-time.ts';
import type { Release } from '../../model/release.ts';
import { decodeEvent } from '../../runtime/intake.ts';
import { type BusInput, publish } from '../../runtime/publish.ts';
import type { Refused } from './happening.ts';
import type { World } from './world.ts';

/** How long after the last entry of a timeline a case may go on by itself, milliseconds. */
const HORIZON_MS = 366 * 86_400_000;

/** What came of playing a timeline beside what the world has recorded. */
export interface Played {
  /** Events that intake refused: they never reached a user's machine. */
  readonly refused: readonly Refused[];
  /** True when something was still due after a year. */
  readonly isEndless: boolean;
  /** Users that the timeline spoke of. */
  readonly users: ReadonlySet<string>;
}

/** Plays the entries of a case in order of their instants, then lets time pass until its end. */
export async function playTimeline(world: World, one: TestCase): Promise<Played> {
  const play: Play = { world, refused: [], users: new Set(Object.keys(one.users)), sent: new Map() };
  for (const [atMs, entries] of byInstant(one.timeline)) {
    await goTo(world, atMs);
    await playInstant(play, atMs, entries);
  }
  const lastMs = world.clock.now();
  await world.run.advanceTo(one.untilMs ?? lastMs + HORIZON_MS);
  const isEndless = one.untilMs === undefined && (await world.run.nextInstant()) !== null;
  return { refused: play.refused, users: play.users, isEndless };
}

interface Play {
  readonly world: World;
  readonly refused: Refused[];
  readonly users: Set<string>;
  /** Events so far, by id. */
  readonly sent: Map<string, EventEntry>;
}

type EventEntry = Extract<TimelineEntry, { kind: 'event' }>;

function byInstant(timeline: readonly TimelineEntry[]): (readonly [number, readonly TimelineEntry[]])[] {
  return [...Map.groupBy(timeline, (entry) => entry.atMs)];
}

/** Up to an instant, but before what is due at it: events received then come first (semantics.md, order at one instant). */
async function goTo({ run, clock }: World, atMs: number): Promise<void> {
  if (atMs > clock.now()) await run.advanceTo(atMs - 1);
  if (atMs > clock.now()) await clock.advanceTo(atMs);
}

/** Commands first, then what is received; a restart loses everything in memory with these inputs still on the queues. */
async function playInstant(play: Play, atMs: number, entries: readonly TimelineEntry[]): Promise<void> {
  const { world } = play;
  for (const entry of entries) await command(world, entry);
  const inputs = entries.flatMap((entry) => inputOf(play, entry) ?? []);
  if (inputs.length > 0) await publish(world.bus, world.tenant, inputs, atMs);
  if (entries.some((entry) => entry.kind === 'restart')) await world.run.restart();
  await world.run.settle();
}

async function command({ store, channels, profiles }: World, entry: TimelineEntry): Promise<void> {
  switch (entry.kind) {
    case 'pause': {
      const { campaign, atMs } = entry;
      return store.pause({ campaign, pausedAtMs: atMs, reason: 'timeline', actor: 'test', untilMs: null });
    }
    case 'resume':
      await store.resume(entry.campaign, entry.atMs);
      return;
    case 'channel':
      return channels.behave(entry.channel, entry.behaviour);
    case 'profile':
      return profiles.change(entry.user, entry.profile);
    default:
      return;
  }
}

function inputOf(play: Play, entry: TimelineEntry): BusInput | undefined {
  if (entry.kind === 'enroll') {
    const { campaign, user, id: requestId, atMs, data } = entry;
    play.users.add(user);
    return { kind: 'enroll', campaign, user, requestId, atMs, data };
  }
  const event = entry.kind === 'redeliver' ? play.sent.get(entry.id) : entry;
  if (event?.kind !== 'event') return undefined;
  play.sent.set(event.id, event);
  const { release } = play.world;
  const decoded = decodeEvent(cloudEventOf(event), release, entry.atMs);
  const user = decoded.ok ? decoded.event.user : userOf(event, release);
  play.users.add(user);
  if (decoded.ok) return { kind: 'event', event: decoded.event };
  const { code, detail } = decoded;
  play.refused.push({ kind: 'refused', atMs: entry.atMs, user, reason: code, eventId: event.id, detail, at: event.at });
  return undefined;
}

function cloudEventOf({ id, source, type, occurredAtMs, subject, data }: EventEntry): unknown {
  const time = formatInstant(occurredAtMs);
  return { specversion: '1.0', id, source, type, time, data, ...(subject === undefined ? {} : { subject }) };
}

/** Whom a refused event speaks of, as far as it can be told. */
function userOf({ type, subject, data }: EventEntry, { eventTypes }: Release): string {
  const path = eventTypes[type]?.user ?? 'subject';
  const user = path === 'subject' ? subject : data[path.slice('data.'.length)];
  return typeof user === 'string' || typeof user === 'number' ? String(user) : '';
}
