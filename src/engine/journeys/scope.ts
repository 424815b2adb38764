import type { AcceptedEvent } from '../model/event.ts';
import type { Enrollment } from '../model/state.ts';
import type { Scope } from '../rules/scope.ts';
import { type Fold, userValues } from './fold.ts';

/** `event` alone, as triggers and entry keys see it. Instants are epoch milliseconds. */
export function eventScope(event: AcceptedEvent): Scope {
  return {
    event: {
      id: event.id,
      source: event.source,
      type: event.type,
      occurred_at: event.occurredAtMs,
      received_at: event.receivedAtMs,
      data: event.data,
    },
  };
}

/** `entry`, `user` and `now`, as the expressions of a journey see them. */
export function journeyScope(fold: Fold, enrollment: Enrollment): Scope {
  return {
    entry: { id: enrollment.entryEventId, at: enrollment.entryAtMs, data: enrollment.entry },
    user: userValues(fold),
    now: fold.t,
  };
}

/** The journey's names and the awaited `event`. */
export function awaitedScope(fold: Fold, enrollment: Enrollment, event: AcceptedEvent): Scope {
  return { ...journeyScope(fold, enrollment), ...eventScope(event) };
}
