import type { Enrollment } from '../model/state.ts';
import { goTo } from './advance.ts';
import { definitionOf, type Fold, isPaused, record } from './fold.ts';
import { receiptTimedOut } from './outcomes.ts';
import { waitStepOf } from './waits.ts';

/** Fires every timer due at `t`, earliest first; those of a paused campaign wait for its resume (R14). True when any fired. */
export function fireTimers(fold: Fold): boolean {
  let hasFired = false;
  for (let enrollment = earliestDue(fold); enrollment; enrollment = earliestDue(fold)) {
    fire(fold, enrollment);
    hasFired = true;
  }
  return hasFired;
}

function earliestDue(fold: Fold): Enrollment | undefined {
  let earliest: Enrollment | undefined;
  for (const enrollment of fold.live) {
    if (isDue(fold, enrollment) && dueOf(enrollment) < dueOf(earliest)) earliest = enrollment;
  }
  return earliest;
}

function isDue(fold: Fold, enrollment: Enrollment): boolean {
  const { position } = enrollment;
  if (position.kind === 'send' && position.phase !== 'receipt') return false;
  if (isPaused(fold, enrollment)) return false;
  return position.dueAtMs !== null && position.dueAtMs <= fold.t && position.dueAtMs < fold.watermarkMs;
}

function dueOf(enrollment: Enrollment | undefined): number {
  return enrollment?.position.dueAtMs ?? Number.POSITIVE_INFINITY;
}

function fire(fold: Fold, enrollment: Enrollment): void {
  const { position, campaign, id } = enrollment;
  if (position.kind === 'send') return receiptTimedOut(fold, enrollment, position);
  const times = { baseMs: fold.t, dueMs: position.dueAtMs };
  if (position.kind === 'held') return goTo(fold, enrollment, position.step, times);
  if (position.kind === 'waitFor') {
    const step = waitStepOf(fold, enrollment);
    record(fold, { kind: 'branched', rule: 'R6', campaign, enrollment: id, step: step.id, next: step.onTimeout });
    return goTo(fold, enrollment, step.onTimeout, times);
  }
  goTo(fold, enrollment, definitionOf(fold, enrollment).steps.get(position.step)?.next, times);
}
