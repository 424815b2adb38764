import { type AcceptedEvent, compareEvents } from '../../model/event.ts';
import type { Input } from '../../model/input.ts';
import type { SendStep } from '../../model/release.ts';
import { enroll, enterByEvent, isExit } from './entries.ts';
import { type Decision, end, isDue, isPaused, type Live, type Person, type SendPlace, stepOf } from './person.ts';
import { channelOf, complete, decideSends, exitsByCondition, nextChannel, retry, skip } from './sends.ts';
import { goOn, matches } from './steps.ts';

/** One decision of the reference machine: commands and outcomes, events in their order, then timers and sends. */
export function decideByTheRules(person: Person, decision: Decision): void {
  const { inputs } = decision;
  for (const input of inputs) if (input.kind !== 'event' && input.kind !== 'enroll') answer(person, decision, input);
  const events = inputs.flatMap((input) => (input.kind === 'event' ? [input.event] : []));
  for (const event of events.sort(compareEvents)) hear(person, decision, event);
  for (const input of inputs) if (input.kind === 'enroll') enroll(person, decision, input);
  for (let moves = true; moves; ) {
    for (const live of [...person.live])
      if (exitsByCondition(person, live)) end(person, decision, live, 'exit_condition');
    const fired = fireTimers(person, decision);
    moves = decideSends(person, decision) || fired;
  }
}

function hear(person: Person, decision: Decision, event: AcceptedEvent): void {
  person.heard.push(event);
  for (const live of [...person.live]) if (isExit(person, live, event)) end(person, decision, live, 'exit_event');
  for (const live of [...person.live]) {
    const step = live.at.kind === 'waitFor' ? stepOf(live, live.at.step) : undefined;
    if (step?.kind !== 'waitFor' || live.at.kind !== 'waitFor') continue;
    if (!matches(person, live, step, live.at.dueMs, event)) continue;
    decision.facts.push(`matched ${live.campaign.name} ${step.id} ${event.id}`);
    goOn(person, decision, live, step.onMatch, { baseMs: decision.t, dueMs: decision.t });
  }
  enterByEvent(person, decision, event);
}

/** Earliest first. */
function fireTimers(person: Person, decision: Decision): boolean {
  let hasFired = false;
  for (;;) {
    const due = person.live.filter((live) => isTimerDue(decision, live));
    const [first] = due.sort((a, b) => (a.at.dueMs ?? 0) - (b.at.dueMs ?? 0));
    if (!first) return hasFired;
    fire(person, decision, first);
    hasFired = true;
  }
}

function isTimerDue(decision: Decision, live: Live): boolean {
  const isTimer = live.at.kind !== 'send' || live.at.phase === 'receipt';
  return isTimer && !isPaused(decision, live) && isDue(decision, live.at.dueMs);
}

function fire(person: Person, decision: Decision, live: Live): void {
  const { at } = live;
  if (at.kind === 'send') return receiptTimedOut(person, decision, live, at);
  const since = { baseMs: decision.t, dueMs: at.dueMs };
  const step = stepOf(live, at.step);
  if (at.kind === 'held') return goOn(person, decision, live, at.step, since);
  if (step?.kind !== 'waitFor') return goOn(person, decision, live, step?.next, since);
  decision.facts.push(`branched ${live.campaign.name} ${step.id} ${step.onTimeout}`);
  goOn(person, decision, live, step.onTimeout, since);
}

/** R11: what happens to a message whose outcome stays unknown. */
function receiptTimedOut(person: Person, decision: Decision, live: Live, at: SendPlace): void {
  const sending = { live, at };
  const step = stepOf(live, at.step) as SendStep;
  const channel = channelOf(decision, sending);
  const policy = step.onUnknown ?? channel?.onUnknown ?? 'hold';
  if (policy === 'fallback') return nextChannel(person, decision, sending, 'unknown_outcome');
  // "Silence alone never triggers a fallback otherwise": once no attempt is left it is over.
  const mayResend = live.campaign.class === 'transactional' && at.tries < (channel?.retry.attempts ?? 0);
  if (policy === 'resend' && mayResend) return retry(person, decision, sending, 0);
  skip(person, decision, sending, 'unknown_outcome');
}

/** R11: outcomes, receipts and messages that could not leave in their window. */
function answer(person: Person, decision: Decision, input: Exclude<Input, { kind: 'event' | 'enroll' }>): void {
  if (input.kind === 'resume') return;
  const sending = person.live
    .flatMap((live) => (live.at.kind === 'send' ? [{ live, at: live.at }] : []))
    .find(({ at }) => at.sendKey === input.sendKey);
  if (!sending) return;
  const { live, at } = sending;
  if (input.kind === 'receipt') {
    if (at.phase !== 'receipt') return;
    if (input.status === 'undelivered') return nextChannel(person, decision, sending, 'rejected');
    return complete(person, decision, live, at);
  }
  if (at.phase !== 'planned' || at.plans !== input.attempt) return;
  if (input.kind === 'return') {
    at.phase = 'pending';
    at.dueMs = decision.t;
    at.tries = Math.max(0, at.tries - 1);
    return;
  }
  const { outcome } = input;
  if (outcome.kind === 'accepted') return complete(person, decision, live, at);
  if (outcome.kind === 'rejected') return nextChannel(person, decision, sending, 'rejected');
  if (outcome.kind === 'retry') return retry(person, decision, sending, outcome.retryAfterMs ?? 0);
  at.phase = 'receipt';
  at.dueMs = input.dispatchedAtMs + (decision.release.channels[input.channel]?.receiptTimeoutMs ?? 0);
  at.heldBy = 'unknown_outcome';
}
