import type { FieldChange } from '../model/plan.ts';
import type { StepDefinition } from '../model/release.ts';
import { conditionChange } from './condition-change.ts';
import { breaking, byOrder, compareFields, type FieldRule, isSame, values } from './field-rules.ts';
import { shownClock, shownDuration } from './shown.ts';

const FROM_NOW = 'for users who enter from now on; users under way keep theirs (R13)';

const SOONER = breaking(`a shorter wait: what follows comes earlier ${FROM_NOW}`);
const LATER = breaking(`a longer wait: what follows comes later ${FROM_NOW}`);
const OTHER_TIME = breaking(`what follows comes at another time ${FROM_NOW}`);
const OTHER_WAY = breaking(`goes on at another step ${FROM_NOW}`);
const OTHER_EVENT = breaking(`waits for something else ${FROM_NOW}`);

/** Parts of the steps of every kind; their names do not clash. */
const RULES: readonly FieldRule[] = [
  { at: 'ms', path: 'wait.after', judge: byOrder(LATER, SOONER), show: shownDuration },
  { at: 'from', path: 'wait.from', judge: OTHER_TIME },
  { at: 'days', path: 'wait.in.days', judge: OTHER_TIME },
  { at: 'atMinute', path: 'wait.in.at', judge: OTHER_TIME, show: shownClock },
  { at: 'timeoutMs', path: 'wait.timeout', judge: byOrder(LATER, SOONER), show: shownDuration },
  { at: 'onMatch', path: 'wait.onMatch', judge: OTHER_WAY },
  { at: 'onTimeout', path: 'wait.onTimeout', judge: OTHER_WAY },
  { at: 'next', path: 'next', judge: OTHER_WAY },
  { at: 'cases', path: 'branch', judge: breaking(`other conditions or ways ${FROM_NOW}`) },
  { at: 'template', path: 'send.template', judge: breaking(`another text ${FROM_NOW}`) },
  { at: 'via', path: 'send.via', judge: breaking(`other channels, or in another order, ${FROM_NOW}`) },
  {
    at: 'onUnknown',
    path: 'send.onUnknown',
    judge: breaking(`a message whose outcome stays unknown is treated otherwise ${FROM_NOW}`),
  },
  { at: 'values.*', path: 'set.*', judge: breaking(`writes another value ${FROM_NOW}`) },
  { at: 'data.*', path: 'emit.data.*', judge: breaking(`the event carries other data ${FROM_NOW}`) },
];

const WAIT_RULES: readonly FieldRule[] = [
  { at: 'event', path: 'wait.for.event', judge: OTHER_EVENT },
  {
    at: 'where',
    path: 'wait.for.where',
    judge: (before, after) =>
      ({
        wider: breaking(`more events end this wait ${FROM_NOW}`),
        narrower: breaking(`fewer events end this wait ${FROM_NOW}`),
        same: { class: 'cosmetic' as const, reason: 'the same condition, written otherwise' },
        other: OTHER_EVENT,
      })[conditionChange(before, after)],
  },
  ...RULES,
];

const EMIT_RULES: readonly FieldRule[] = [
  { at: 'event', path: 'emit.event', judge: breaking(`another event ${FROM_NOW}`) },
  ...RULES,
];

/** Steps by their id: those added, removed and changed, and whether the rest stand in another order. */
export function stepChanges(before: readonly StepDefinition[], after: readonly StepDefinition[]): FieldChange[] {
  const old = new Map(before.map((step, index) => [step.id, { step, following: before[index + 1]?.id }]));
  const now = new Map(after.map((step, index) => [step.id, { step, following: after[index + 1]?.id }]));
  const found: FieldChange[] = [];
  for (const [id, { step }] of old) {
    if (now.has(id)) continue;
    const reason = 'users who enter from now on do not come to this step; users under way keep it (R13)';
    found.push({ path: `spec.steps[id=${id}]`, before: stepText(step), ...breaking(reason) });
  }
  for (const [id, { step, following }] of now) {
    const earlier = old.get(id);
    if (earlier === undefined) {
      const reason = 'users who enter from now on pass this step; users under way do not (R13)';
      found.push({ path: `spec.steps[id=${id}]`, after: stepText(step), ...breaking(reason) });
    } else found.push(...oneStep(earlier, { step, following }));
  }
  return [...found, ...orderChange(before, after)];
}

interface Placed {
  readonly step: StepDefinition;
  /** Id of the step that stands behind it. */
  readonly following: string | undefined;
}

function oneStep(before: Placed, after: Placed): FieldChange[] {
  const path = `spec.steps[id=${after.step.id}]`;
  const [old, now] = [before.step, after.step];
  if (old.kind !== now.kind) {
    const reason = `another kind of step ${FROM_NOW}`;
    return [{ path, before: stepText(old), after: stepText(now), ...breaking(reason) }];
  }
  const rules = now.kind === 'waitFor' ? WAIT_RULES : now.kind === 'emit' ? EMIT_RULES : RULES;
  const [left, right] = withoutDefaults(before, after);
  return compareFields(rules, left, right).map((field) => ({
    ...field,
    path: field.path.startsWith('spec.') ? field.path.replace('spec', path) : `${path}.${field.path}`,
  }));
}

/** A way that is the following step on both sides is nobody's change: the step added, removed or moved is reported itself. */
function withoutDefaults(before: Placed, after: Placed): [object, object] {
  const ways = ['next', 'onMatch', 'onTimeout'] as const;
  const [left, right]: [Record<string, unknown>, Record<string, unknown>] = [{ ...before.step }, { ...after.step }];
  for (const way of ways) {
    if (left[way] !== before.following || right[way] !== after.following) continue;
    delete left[way];
    delete right[way];
  }
  return [left, right];
}

function orderChange(before: readonly StepDefinition[], after: readonly StepDefinition[]): FieldChange[] {
  const kept = (steps: readonly StepDefinition[], others: readonly StepDefinition[]): string[] =>
    steps.map(({ id }) => id).filter((id) => others.some((other) => other.id === id));
  const [left, right] = [kept(before, after), kept(after, before)];
  if (isSame(left, right)) return [];
  return [{ path: 'spec.steps', ...values(left, right), ...breaking(`the steps come in another order ${FROM_NOW}`) }];
}

/** A step in a few words. */
export function stepText(step: StepDefinition): string {
  switch (step.kind) {
    case 'waitAfter':
      return `wait ${String(shownDuration(step.ms))}`;
    case 'waitIn':
      return `wait ${step.days} days${step.atMinute === undefined ? '' : ` until ${String(shownClock(step.atMinute))}`}`;
    case 'waitFor':
      return `wait for ${step.event}, ${String(shownDuration(step.timeoutMs))} at most`;
    case 'branch':
      return `branch: ${step.cases.map(({ when, next }) => `${when ?? 'otherwise'} → ${next}`).join('; ')}`;
    case 'send':
      return `send ${step.template} by ${step.via.join(', then ')}`;
    case 'set':
      return `set ${Object.keys(step.values).join(', ')}`;
    case 'emit':
      return `emit ${step.event}`;
    case 'exit':
      return 'exit';
  }
}
