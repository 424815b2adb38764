import { type AcceptedEvent, compareEvents } from '../../model/event.ts';
import type { EmitStep, StepDefinition, WaitForStep } from '../../model/release.ts';
import type { Value } from '../../model/value.ts';
import { meaningOf } from '../catalogue.ts';
import { localDay, offsetOf } from './calendar.ts';
import { type Decision, end, isPaused, type Live, type Person, type Place, stepOf, valuesOf } from './person.ts';

/** R7: what a step counts from, and what a send that follows is due at. */
interface Since {
  readonly baseMs: number;
  readonly dueMs: number;
}

/** On to a step and through all that complete at once. */
export function goOn(person: Person, decision: Decision, live: Live, stepId: string | undefined, since: Since): void {
  let next = stepId;
  let from = since;
  for (;;) {
    const step = stepOf(live, next);
    if (!step || step.kind === 'exit') return end(person, decision, passing(live), 'completed');
    const passed = take(person, decision, live, step, from);
    if (passed === null) return;
    next = passed.next;
    from = passed.since ?? from;
  }
}

/** At its end an enrollment stands nowhere. */
function passing(live: Live): Live {
  live.at = { kind: 'wait', step: '', dueMs: 0 };
  return live;
}

type Passed = { readonly next: string | undefined; readonly since?: Since } | null;

/** Null: it rests there. */
function take(person: Person, decision: Decision, live: Live, step: StepDefinition, since: Since): Passed {
  const { facts, t } = decision;
  const { name } = live.campaign;
  switch (step.kind) {
    case 'waitAfter':
      return wait(decision, live, step.id, base(live, step.from, since) + step.ms);
    case 'waitIn': {
      const days = Number(meaningOf(step.days)({}));
      return wait(
        decision,
        live,
        step.id,
        localDay(base(live, step.from, since), zone(person, decision, live), days, step.atMinute),
      );
    }
    case 'waitFor':
      return waitFor(person, decision, live, step, base(live, step.from, since) + step.timeoutMs);
    case 'branch': {
      const taken = step.cases.find(
        ({ when }) => when === undefined || meaningOf(when)({ entry: live.data, user: valuesOf(person) }) === true,
      );
      const next = taken?.next ?? step.next;
      facts.push(`branched ${name} ${step.id} ${next ?? 'exit'}`);
      return { next };
    }
    case 'set':
      for (const [attribute, text] of Object.entries(step.values)) {
        const value = meaningOf(text)({ entry: live.data, user: valuesOf(person) }) ?? null;
        const { [attribute]: _old, ...others } = person.attributes;
        person.attributes = value === null ? others : { ...others, [attribute]: value };
      }
      facts.push(`set ${name} ${step.id}`);
      return { next: step.next };
    case 'emit':
      if (isPaused(decision, live)) {
        facts.push(`held ${name} ${step.id} campaign_paused null`);
        return rest(live, { kind: 'held', step: step.id, dueMs: t });
      }
      return emit(decision, live, step);
    case 'send':
      return rest(live, {
        ...{ kind: 'send', step: step.id, visit: visit(live, step.id), phase: 'pending', dueMs: t },
        ...{ messageDueMs: since.dueMs, channel: 0, tries: 0, plans: 0, sendKey: null, heldBy: null, lastReason: null },
      });
    case 'exit':
      return { next: undefined };
  }
}

function emit(decision: Decision, live: Live, step: EmitStep): Passed {
  visit(live, step.id);
  decision.facts.push(`emitted ${live.campaign.name} ${step.id} ${step.event}`);
  return { next: step.next };
}

function wait(decision: Decision, live: Live, step: string, dueMs: number): Passed {
  decision.facts.push(`waiting ${live.campaign.name} ${step} ${dueMs}`);
  return rest(live, { kind: 'wait', step, dueMs });
}

/** R6: also an event that came before the wait; the earliest counts. */
function waitFor(person: Person, decision: Decision, live: Live, step: WaitForStep, deadlineMs: number): Passed {
  rest(live, { kind: 'waitFor', step: step.id, dueMs: deadlineMs });
  const event = [...person.heard].sort(compareEvents).find((one) => matches(person, live, step, deadlineMs, one));
  if (!event) {
    decision.facts.push(`waiting ${live.campaign.name} ${step.id} ${deadlineMs}`);
    return null;
  }
  decision.facts.push(`matched ${live.campaign.name} ${step.id} ${event.id}`);
  return { next: step.onMatch, since: { baseMs: decision.t, dueMs: decision.t } };
}

/** R6: occurred from the entry time to the deadline, both inclusive. */
export function matches(
  person: Person,
  live: Live,
  step: WaitForStep,
  deadlineMs: number,
  event: AcceptedEvent,
): boolean {
  if (event.type !== step.event || isTrigger(live, event)) return false;
  if (event.occurredAtMs < live.entryAtMs || event.occurredAtMs > deadlineMs) return false;
  return holds(person, live, step.where, event);
}

export function holds(person: Person, live: Live, where: string | undefined, event: AcceptedEvent): boolean {
  if (where === undefined) return true;
  return meaningOf(where)({ event: event.data, entry: live.data, user: valuesOf(person) }) === true;
}

/** The event that made an entry neither ends it nor completes its waits. */
export function isTrigger({ trigger }: Live, event: AcceptedEvent): boolean {
  return trigger.source === event.source && trigger.id === event.id;
}

/** R8: how often a step was reached. */
function visit({ visits }: Live, step: string): number {
  const count = (visits.get(step) ?? 0) + 1;
  visits.set(step, count);
  return count;
}

function rest(live: Live, place: Place): null {
  live.at = place;
  return null;
}

function base(live: Live, from: 'previous' | 'entry', since: Since): number {
  return from === 'entry' ? live.entryAtMs : since.baseMs;
}

/** R1. */
export function zone(person: Person, { release }: Decision, { campaign }: Live): number {
  const { zoneField } = release.project.users;
  const own: Value | undefined = zoneField === undefined ? undefined : valuesOf(person)[zoneField];
  return offsetOf(own, campaign.zone, release.project.zone);
}
