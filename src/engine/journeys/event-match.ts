import { type AcceptedEvent, compareEvents } from '../model/event.ts';
import type { Enrollment } from '../model/state.ts';
import type { CompiledStep } from './compiled-campaign.ts';
import { isOwnTrigger } from './exit.ts';
import { type Fold, noteRuleError, record } from './fold.ts';
import { awaitedScope } from './scope.ts';

export type WaitFor = Extract<CompiledStep, { kind: 'waitFor' }>;

/** R6: from the entry time to the deadline, both inclusive, and the filter is true. The entry's own trigger is no match. */
export function isMatch(
  fold: Fold,
  enrollment: Enrollment,
  step: WaitFor,
  deadlineMs: number,
  event: AcceptedEvent,
): boolean {
  if (event.type !== step.event || isOwnTrigger(enrollment, event)) return false;
  if (event.occurredAtMs < enrollment.entryAtMs || event.occurredAtMs > deadlineMs) return false;
  if (step.where === null) return true;
  const result = step.where(awaitedScope(fold, enrollment, event));
  if (result === undefined)
    noteRuleError(fold, enrollment.campaign, `the wait ${step.id} has no value for event ${event.id}`);
  return result === true;
}

/** R6: an event received before the wait began counts too; the earliest (occurred_at, source, id). */
export function findRetained(
  fold: Fold,
  enrollment: Enrollment,
  step: WaitFor,
  deadlineMs: number,
): AcceptedEvent | undefined {
  return [...fold.recent].sort(compareEvents).find((event) => isMatch(fold, enrollment, step, deadlineMs, event));
}

/** Records which event completed a wait. */
export function noteMatch(fold: Fold, { campaign, id }: Enrollment, step: WaitFor, event: AcceptedEvent): void {
  record(fold, { kind: 'matched', rule: 'R6', campaign, enrollment: id, step: step.id, eventId: event.id });
}
