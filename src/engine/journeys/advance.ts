import { addLocalDays } from '../kernel/local-time.ts';
import { sendKeyOf } from '../messages/send-key.ts';
import type { Enrollment, Position } from '../model/state.ts';
import type { CompiledStep } from './compiled-campaign.ts';
import { emit, pickBranch, setAttributes } from './effects.ts';
import { end } from './end.ts';
import { findRetained, noteMatch } from './event-match.ts';
import { count, definitionOf, type Fold, isPaused, noteRuleError, record, replace, zoneOf } from './fold.ts';
import { journeyScope } from './scope.ts';

/** What a step counts from (R7). Epoch milliseconds. */
export interface Times {
  /** Completion of the step before; at the first step the entry time. */
  readonly baseMs: number;
  /** The timer or deadline that led here: what a send is due at. */
  readonly dueMs: number;
}

/** Instant steps an enrollment may take in one decision; a loop without a wait is a finding of the compiler. */
const MAX_INSTANT_STEPS = 1_000;

/** Moves an enrollment to a step and on through every step that completes at once, until one waits or the journey ends. */
export function goTo(fold: Fold, enrollment: Enrollment, stepId: string | undefined, times: Times): void {
  let here: Enrollment = enrollment;
  let next = stepId;
  let since = times;
  for (let taken = 0; taken < MAX_INSTANT_STEPS; taken += 1) {
    const step = next === undefined ? undefined : definitionOf(fold, here).steps.get(next);
    if (!step || step.kind === 'exit') return end(fold, at(here, next), 'completed');
    const outcome = arrive(fold, here, step, since);
    if (outcome === 'rests') return;
    here = outcome.enrollment;
    next = outcome.next;
    since = outcome.since ?? since;
  }
  throw new Error(`campaign ${enrollment.campaign} takes more than ${MAX_INSTANT_STEPS} steps at one instant`);
}

type Arrival =
  | 'rests'
  | {
      readonly enrollment: Enrollment;
      readonly next: string | undefined;
      /** Given by a wait that completes at once. */
      readonly since?: Times;
    };

function arrive(fold: Fold, enrollment: Enrollment, step: CompiledStep, times: Times): Arrival {
  switch (step.kind) {
    case 'waitAfter':
      return rest(fold, enrollment, {
        kind: 'wait',
        step: step.id,
        dueAtMs: baseOf(enrollment, step.from, times) + step.ms,
      });
    case 'waitIn':
      return waitIn(fold, enrollment, step, times);
    case 'waitFor':
      return waitFor(fold, enrollment, step, times);
    case 'branch':
      return { enrollment, next: pickBranch(fold, enrollment, step) };
    case 'set':
      setAttributes(fold, enrollment, step);
      return { enrollment, next: step.next };
    case 'emit':
      if (isPaused(fold, enrollment)) return holdForPause(fold, enrollment, step.id);
      return { enrollment: emit(fold, enrollment, step), next: step.next };
    case 'send':
      return send(fold, enrollment, step, times);
    case 'exit':
      return { enrollment, next: undefined };
  }
}

function waitIn(
  fold: Fold,
  enrollment: Enrollment,
  step: Extract<CompiledStep, { kind: 'waitIn' }>,
  times: Times,
): Arrival {
  const days = step.days(journeyScope(fold, enrollment));
  if (typeof days !== 'number' || !Number.isSafeInteger(days) || Math.abs(days) > MAX_DAYS) {
    noteRuleError(fold, enrollment.campaign, `days of ${step.id} has no value for this user`);
    end(fold, at(enrollment, step.id), 'rule_error');
    return 'rests';
  }
  const zone = zoneOf(fold, definitionOf(fold, enrollment));
  const dueAtMs = addLocalDays(baseOf(enrollment, step.from, times), zone, days, step.atMinute);
  return rest(fold, enrollment, { kind: 'wait', step: step.id, dueAtMs });
}

const MAX_DAYS = 36_525;

function waitFor(
  fold: Fold,
  enrollment: Enrollment,
  step: Extract<CompiledStep, { kind: 'waitFor' }>,
  times: Times,
): Arrival {
  const dueAtMs = baseOf(enrollment, step.from, times) + step.timeoutMs;
  const position: Position = { kind: 'waitFor', step: step.id, dueAtMs };
  const resting = { ...enrollment, position };
  replace(fold, resting);
  const event = findRetained(fold, resting, step, dueAtMs);
  if (event) {
    noteMatch(fold, resting, step, event);
    return { enrollment: resting, next: step.onMatch, since: { baseMs: fold.t, dueMs: fold.t } };
  }
  noteWaiting(fold, resting, dueAtMs, step.event);
  return 'rests';
}

function send(
  fold: Fold,
  enrollment: Enrollment,
  step: Extract<CompiledStep, { kind: 'send' }>,
  times: Times,
): Arrival {
  const visit = (enrollment.visits[step.id] ?? 0) + 1;
  const { campaign, occurrence } = enrollment;
  const sendKey = sendKeyOf(fold.context.tenant, { campaign, user: fold.user, occurrence, step: step.id, visit });
  replace(fold, {
    ...enrollment,
    visits: { ...enrollment.visits, [step.id]: visit },
    position: {
      kind: 'send',
      step: step.id,
      phase: 'pending',
      sendKey,
      visit,
      messageDueAtMs: times.dueMs,
      dueAtMs: fold.t,
      channel: 0,
      attempts: 0,
      plans: 0,
    },
  });
  return 'rests';
}

/** R14: an emit waits for the resume like a send. */
function holdForPause(fold: Fold, enrollment: Enrollment, step: string): Arrival {
  replace(fold, { ...enrollment, position: { kind: 'held', step, dueAtMs: fold.t } });
  count(fold, 'held/campaign_paused');
  const { campaign, id } = enrollment;
  record(fold, { kind: 'held', rule: 'R14', campaign, enrollment: id, step, reason: 'campaign_paused', untilMs: null });
  return 'rests';
}

function rest(fold: Fold, enrollment: Enrollment, position: Extract<Position, { kind: 'wait' }>): Arrival {
  const resting = { ...enrollment, position };
  replace(fold, resting);
  noteWaiting(fold, resting, position.dueAtMs);
  return 'rests';
}

function noteWaiting(fold: Fold, { campaign, id, position }: Enrollment, untilMs: number, event?: string): void {
  record(fold, {
    kind: 'waiting',
    rule: event === undefined ? 'R2' : 'R6',
    campaign,
    enrollment: id,
    step: position.step,
    untilMs,
    ...(event === undefined ? {} : { for: event }),
  });
}

function baseOf(enrollment: Enrollment, from: 'previous' | 'entry', times: Times): number {
  return from === 'entry' ? enrollment.entryAtMs : times.baseMs;
}

/** The enrollment as it stands at a step that it only passes, so that its end names that step. */
function at(enrollment: Enrollment, step: string | undefined): Enrollment {
  if (step === undefined) return enrollment;
  return { ...enrollment, position: { kind: 'wait', step, dueAtMs: 0 } };
}
