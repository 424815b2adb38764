import type { AcceptedEvent } from '../model/event.ts';
import type { Enrollment } from '../model/state.ts';
import { goTo } from './advance.ts';
import { isMatch, noteMatch, type WaitFor } from './event-match.ts';
import { current, definitionOf, type Fold } from './fold.ts';

/** Completes every open `wait for` that this event matches (R6). */
export function matchWaits(fold: Fold, event: AcceptedEvent): void {
  for (const { id } of [...fold.live]) {
    const enrollment = current(fold, id);
    if (enrollment?.position.kind !== 'waitFor') continue;
    const step = waitStepOf(fold, enrollment);
    if (!isMatch(fold, enrollment, step, enrollment.position.dueAtMs, event)) continue;
    noteMatch(fold, enrollment, step, event);
    goTo(fold, enrollment, step.onMatch, { baseMs: fold.t, dueMs: fold.t });
  }
}

/** The `wait for` step an enrollment stands at. */
export function waitStepOf(fold: Fold, enrollment: Enrollment): WaitFor {
  const step = definitionOf(fold, enrollment).steps.get(enrollment.position.step);
  if (step?.kind !== 'waitFor') throw new Error(`${enrollment.position.step} is not a wait for an event`);
  return step;
}
