import { compareText } from '../kernel/text-order.ts';
import type { ValueMap } from './value.ts';

/**
 * An event that intake has accepted: decoded, checked against its declared type, its user resolved.
 * All instants are epoch milliseconds UTC. Identified by (source, id) (R8).
 */
export interface AcceptedEvent {
  readonly source: string;
  readonly id: string;
  readonly type: string;
  readonly user: string;
  /** When it happened, by its producer. */
  readonly occurredAtMs: number;
  /** The producer gave no time, so the reception stands for it. */
  readonly undated?: true;
  /** When mka received it. */
  readonly receivedAtMs: number;
  readonly data: ValueMap;
}

/** The instant an event counts as for entry: one that lies after its reception counts as the reception (R7). */
export function effectiveInstant(event: AcceptedEvent): number {
  return Math.min(event.occurredAtMs, event.receivedAtMs);
}

/** Order of events at one instant: (occurred_at, source, id), text by code point. */
export function compareEvents(a: AcceptedEvent, b: AcceptedEvent): number {
  return a.occurredAtMs - b.occurredAtMs || compareText(a.source, b.source) || compareText(a.id, b.id);
}
