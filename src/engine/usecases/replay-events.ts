import { parseInstant } from '../kernel/local-time.ts';
import type { VirtualTime } from '../ports/clock.ts';
import type { VirtualRun } from '../runtime/virtual-run.ts';
import { acceptEvents, type IntakeParts } from './accept-events.ts';

/** Events of one instant that are published at once at most. */
const MAX_PUBLISH = 5_000;

/** A line of recorded history and when it counts as received. */
export interface RecordedLine {
  readonly line: number;
  readonly atMs: number;
  readonly text: string;
}

/** How far a replay has come. */
export interface ReplayProgress {
  readonly lines: number;
  /** Virtual instant, epoch milliseconds. */
  readonly atMs: number;
}

/** What a replay has read. */
export interface Replayed {
  readonly lines: number;
  readonly events: number;
  readonly refused: number;
  /** Different users that the events spoke of. */
  readonly users: number;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface ReplayOptions {
  readonly run: VirtualRun;
  readonly clock: VirtualTime;
  /** Lines by instant. */
  readonly lines: AsyncIterable<RecordedLine>;
  /** Name of the file for the dead letters. */
  readonly name: string;
  /** Where time ends; lines after it are left. */
  readonly untilMs: number;
  readonly stop: AbortSignal;
  readonly onProgress: (progress: ReplayProgress) => void;
}

/**
 * Plays recorded history through the daemon's own workers and relays: time goes from event to event, and everything due
 * on the way happens at its own instant. At one instant all events come before timers and sends, however many they are.
 */
export async function replayEvents(intake: IntakeParts, options: ReplayOptions): Promise<Replayed> {
  const { run, clock, stop } = options;
  const fromMs = clock.now();
  const users = new Set<string>();
  const read = { lines: 0, events: 0, refused: 0 };
  for await (const group of byInstant(options.lines, options.untilMs)) {
    if (stop.aborted) break;
    const [first] = group;
    if (first && first.atMs > clock.now()) {
      await run.settle();
      await goTo(run, clock, first.atMs);
    }
    const { accepted, refused, events } = await acceptEvents(
      intake,
      group,
      (index) => `import:${options.name}:${group[index]?.line}`,
    );
    for (const { user } of events) users.add(user);
    read.lines += group.length;
    read.events += accepted;
    read.refused += refused.length;
    options.onProgress({ lines: read.lines, atMs: clock.now() });
  }
  if (!stop.aborted) await run.advanceTo(options.untilMs);
  return { ...read, users: users.size, fromMs, toMs: clock.now() };
}

/** Up to an instant, but before what is due at it. */
async function goTo(run: VirtualRun, clock: VirtualTime, atMs: number): Promise<void> {
  const next = await run.nextInstant();
  if (next !== null && next < atMs) await run.advanceTo(atMs - 1);
  await clock.advanceTo(atMs);
}

async function* byInstant(lines: AsyncIterable<RecordedLine>, untilMs: number): AsyncGenerator<RecordedLine[]> {
  let group: RecordedLine[] = [];
  for await (const line of lines) {
    if (line.atMs > untilMs) break;
    const [first] = group;
    if (first && (first.atMs !== line.atMs || group.length >= MAX_PUBLISH)) {
      yield group;
      group = [];
    }
    group.push(line);
  }
  if (group.length > 0) yield group;
}

/**
 * When a recorded event counts as received: its extension attribute `receivedtime`, else its `time`. Null when the line
 * says neither.
 */
export function recordedInstant(text: string): number | null {
  const event = parse(text);
  const said = event?.['receivedtime'] ?? event?.['time'];
  return typeof said === 'string' ? parseInstant(said) : null;
}

function parse(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
