import { type AcceptedEvent, compareEvents } from '../model/event.ts';
import type { Enrollment } from '../model/state.ts';
import { end } from './end.ts';
import { definitionOf, type Fold, noteRuleError } from './fold.ts';
import { awaitedScope, journeyScope } from './scope.ts';

/** Ends every enrollment that this event exits (R5): `occurred_at` at or after the entry time. */
export function exitsByEvent(fold: Fold, event: AcceptedEvent): void {
  for (const enrollment of [...fold.live]) {
    if (isExit(fold, enrollment, event)) end(fold, enrollment, 'exit_event', { eventId: event.id });
  }
}

/** R5: an exit event that was received before the trigger counts too. True when it ended the enrollment. */
export function exitAtEntry(fold: Fold, enrollment: Enrollment): boolean {
  const event = [...fold.recent].sort(compareEvents).find((one) => isExit(fold, enrollment, one));
  if (event) end(fold, enrollment, 'exit_event', { eventId: event.id });
  return event !== undefined;
}

/** Checked once more just before every send. True when an exit condition holds and the enrollment has ended. */
export function exitsByCondition(fold: Fold, enrollment: Enrollment): boolean {
  const results = definitionOf(fold, enrollment).exitConditions.map((condition) =>
    condition(journeyScope(fold, enrollment)),
  );
  if (results.includes(undefined)) {
    noteRuleError(fold, enrollment.campaign, 'an exit condition has no value for this user');
  }
  const holds = results.includes(true);
  if (holds) end(fold, enrollment, 'exit_condition');
  return holds;
}

/** R5: a condition ends an enrollment at once, whatever it waits for: at every decision about its user. */
export function exitsByConditions(fold: Fold): void {
  for (const enrollment of [...fold.live]) {
    const { exitConditions } = definitionOf(fold, enrollment);
    if (exitConditions.length === 0) continue;
    const scope = journeyScope(fold, enrollment);
    if (exitConditions.some((condition) => condition(scope) === true)) end(fold, enrollment, 'exit_condition');
  }
}

/** The event that triggered an enrollment is no exit of it. */
function isExit(fold: Fold, enrollment: Enrollment, event: AcceptedEvent): boolean {
  if (event.occurredAtMs < enrollment.entryAtMs || isOwnTrigger(enrollment, event)) return false;
  return definitionOf(fold, enrollment).exitEvents.some((exit) => {
    if (exit.event !== event.type) return false;
    if (exit.where === null) return true;
    const result = exit.where(awaitedScope(fold, enrollment, event));
    if (result === undefined)
      noteRuleError(fold, enrollment.campaign, `the exit on ${exit.event} has no value for event ${event.id}`);
    return result === true;
  });
}

/** True for the very event that made the entry. */
export function isOwnTrigger(enrollment: Enrollment, event: AcceptedEvent): boolean {
  return enrollment.entrySource === event.source && enrollment.entryEventId === event.id;
}
