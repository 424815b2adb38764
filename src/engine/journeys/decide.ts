import type { Effects } from '../model/effect.ts';
import { compareEvents } from '../model/event.ts';
import type { Input } from '../model/input.ts';
import { type Enrollment, USER_STATE_VERSION, type UserState } from '../model/state.ts';
import type { CompiledRelease } from './compiled-release.ts';
import { enroll, enterByEvent } from './enter.ts';
import { exitsByConditions, exitsByEvent } from './exit.ts';
import { type DecideContext, type Fold, isPaused, openFold, record } from './fold.ts';
import { applyOutcome, applyReceipt, applyReturn } from './outcomes.ts';
import { prune, retain } from './retention.ts';
import { decideSends } from './sends.ts';
import { fireTimers } from './timers.ts';
import { matchWaits } from './waits.ts';

export type { DecideContext } from './fold.ts';

/** One decision about one user: all inputs that are to be folded at the same instant. */
export interface DecideRequest {
  readonly release: CompiledRelease;
  readonly user: string;
  readonly state: UserState;
  readonly inputs: readonly Input[];
  readonly context: DecideContext;
  /** The instant of the decision, epoch milliseconds. */
  readonly nowMs: number;
  /**
   * Every input received before this instant is among `inputs` or already in `state`. Timers and sends due at or after
   * it wait for the rest, so that a backlog is never outrun by a timer (R15). Beyond `nowMs` when nothing is queued.
   */
  readonly watermarkMs: number;
}

/**
 * The user machine: the next state and its effects. Pure: the same request gives the same bytes.
 * Order at one instant: commands, receipts and outcomes, events by (occurred_at, source, id), timers, entries, sends.
 */
export function decide(request: DecideRequest): Effects {
  const fold = openFold(
    request.release,
    request.context,
    request.user,
    request.state,
    request.nowMs,
    request.watermarkMs,
  );
  for (const input of inOrder(request.inputs)) apply(fold, input);
  settleTime(fold);
  prune(fold);
  return close(fold);
}

/** Timers and sends feed each other (a skipped send leads to a wait already past), so both go on until nothing moves. */
function settleTime(fold: Fold): void {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    exitsByConditions(fold);
    const fired = fireTimers(fold);
    const decided = decideSends(fold);
    if (!fired && !decided) return;
  }
  throw new Error('a journey does not come to rest: a loop without a wait passed the compiler');
}

const MAX_ROUNDS = 1_000;

function apply(fold: Fold, input: Input): void {
  switch (input.kind) {
    case 'resume':
      return; // the timers and sends that the pause held are due, and go on below
    case 'outcome':
      return applyOutcome(fold, input);
    case 'receipt':
      return applyReceipt(fold, input);
    case 'return':
      return applyReturn(fold, input);
    case 'event': {
      const { source, id, type, occurredAtMs, receivedAtMs, data } = input.event;
      record(fold, { kind: 'event', rule: 'R8', source, id, type, occurredAtMs, receivedAtMs, data });
      retain(fold, input.event);
      exitsByEvent(fold, input.event);
      matchWaits(fold, input.event);
      enterByEvent(fold, input.event);
      return;
    }
    case 'enroll':
      return enroll(fold, input);
  }
}

const PHASE: Readonly<Record<Input['kind'], number>> = {
  resume: 1,
  outcome: 2,
  receipt: 2,
  return: 2,
  event: 3,
  enroll: 5,
};

function inOrder(inputs: readonly Input[]): readonly Input[] {
  return [...inputs].sort(
    (a, b) =>
      PHASE[a.kind] - PHASE[b.kind] || (a.kind === 'event' && b.kind === 'event' ? compareEvents(a.event, b.event) : 0),
  );
}

/** What is overdue under a pause has no timer: the resume wakes it (R14). */
function dueOf(fold: Fold, enrollment: Enrollment): readonly number[] {
  const { dueAtMs } = enrollment.position;
  if (dueAtMs === null) return [];
  if (dueAtMs > fold.t || !isPaused(fold, enrollment)) return [dueAtMs];
  fold.pausedBy.add(enrollment.campaign);
  return [];
}

function close(fold: Fold): Effects {
  const isEmpty = fold.live.length === 0 && fold.recent.length === 0 && Object.keys(fold.attributes).length === 0;
  const dues = fold.live.flatMap((one) => dueOf(fold, one));
  return {
    state: isEmpty
      ? null
      : { v: USER_STATE_VERSION, attributes: fold.attributes, live: fold.live, recent: fold.recent },
    dueAtMs: dues.length === 0 ? null : Math.min(...dues),
    entries: [...fold.changedEntries.values()],
    sends: fold.sends,
    cancels: fold.cancels,
    settles: fold.settles,
    pausedBy: [...fold.pausedBy],
    mail: fold.mail,
    records: fold.records,
    counters: fold.counters,
  };
}
