import { localDate } from '../kernel/local-time.ts';
import type { StateStore } from '../ports/state-store.ts';
import type { Replayed } from './replay-events.ts';

/** Messages of one channel in one month (project's zone) by state. */
export interface MonthOfSends {
  readonly month: string;
  readonly channel: string;
  readonly states: Readonly<Record<string, number>>;
}

/** Figures of a replay. */
export interface ReplaySummary extends Replayed {
  readonly entries: number;
  /** Enrollments ended, by reason. */
  readonly ends: Readonly<Record<string, number>>;
  /** Entries and events refused, by reason. */
  readonly refusals: Readonly<Record<string, number>>;
  /** Messages held or skipped, by reason. */
  readonly holds: Readonly<Record<string, number>>;
  readonly skips: Readonly<Record<string, number>>;
  readonly messages: Readonly<Record<string, number>>;
  readonly months: readonly MonthOfSends[];
  /** Repeats of events: without effect. */
  readonly duplicates: number;
  readonly conflicts: number;
  readonly elapsedMs: number;
  readonly eventsPerSecond: number;
}

/** Reads from counters and ledger what a replay has led to. */
export async function summarizeReplay(
  store: StateStore,
  replayed: Replayed,
  { zone, elapsedMs }: { readonly zone: string; readonly elapsedMs: number },
): Promise<ReplaySummary> {
  const { counters, sends } = await store.status(replayed.toMs);
  const below = (prefix: string) =>
    Object.fromEntries(
      Object.entries(counters).flatMap(([name, count]) =>
        name.startsWith(prefix) ? [[name.slice(prefix.length), count] as const] : [],
      ),
    );
  return {
    ...replayed,
    entries: counters['entered'] ?? 0,
    ends: below('ended/'),
    refusals: below('refused/'),
    holds: below('held/'),
    skips: below('message/'),
    messages: sends,
    months: await monthsOf(store, zone),
    duplicates: counters['duplicate'] ?? 0,
    conflicts: counters['conflict'] ?? 0,
    elapsedMs,
    eventsPerSecond: Math.round((replayed.events / Math.max(1, elapsedMs)) * 1_000),
  };
}

async function monthsOf(store: StateStore, zone: string): Promise<readonly MonthOfSends[]> {
  const months = new Map<string, { month: string; channel: string; states: Record<string, number> }>();
  for (const { channel, state, settledAtMs, dispatchedAtMs, plannedAtMs } of await store.ledger({})) {
    const month = localDate(settledAtMs ?? dispatchedAtMs ?? plannedAtMs, zone).slice(0, 7);
    const key = `${month} ${channel}`;
    const found = months.get(key) ?? { month, channel, states: {} };
    found.states[state] = (found.states[state] ?? 0) + 1;
    months.set(key, found);
  }
  return [...months].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, month]) => month);
}
