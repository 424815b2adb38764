import type { BusDelivery } from '../ports/bus.ts';
import type { MailboxItem } from '../ports/state-store.ts';

/** How long timers wait for the backlog of a takeover at most, milliseconds (R15: bounded, counted). */
const TAKEOVER_BOUND_MS = 300_000;

interface TakenInputs {
  readonly nowMs: number;
  /** Highest tag folded so far, by partition. */
  readonly read: ReadonlyMap<number, number>;
  readonly deliveries: readonly BusDelivery[];
  readonly moreFromMs: number | null;
  readonly mail: readonly MailboxItem[];
  readonly isMailFull: boolean;
}

/**
 * The instant before which every input has been folded once this batch is: timers and sends due earlier may go, later
 * ones wait. A constant backlog delays timers by its own lag, and never lets one outrun an event received before it.
 */
export interface Watermark {
  at(taken: TakenInputs): number;
}

/** `markers`: what was queued at takeover; no timer fires before all of it is folded. */
export function createWatermark(
  markers: ReadonlyMap<number, number>,
  partitions: readonly number[],
  takenOverAtMs: number,
): Watermark {
  let isCaughtUp = false;
  const hasPassed = (read: ReadonlyMap<number, number>, deliveries: readonly BusDelivery[]) => {
    const latest = new Map(read);
    for (const { partition, tag } of deliveries) latest.set(partition, Math.max(tag, latest.get(partition) ?? 0));
    return partitions.every((partition) => (latest.get(partition) ?? 0) >= (markers.get(partition) ?? 0));
  };
  return {
    at: ({ nowMs, read, deliveries, moreFromMs, mail, isMailFull }) => {
      isCaughtUp ||= moreFromMs === null || hasPassed(read, deliveries) || nowMs - takenOverAtMs > TAKEOVER_BOUND_MS;
      if (!isCaughtUp) return 0;
      const lastMail = isMailFull ? mail[mail.length - 1] : undefined;
      const mailMs = lastMail === undefined ? null : instantOf(lastMail);
      return Math.min(moreFromMs ?? nowMs + 1, mailMs ?? nowMs + 1);
    },
  };
}

function instantOf({ input }: MailboxItem): number {
  return input.kind === 'event' ? input.event.receivedAtMs : input.atMs;
}
