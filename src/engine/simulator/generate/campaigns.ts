import { digestOf } from '../../kernel/hash.ts';
import type {
  CampaignDefinition,
  EntryRule,
  ExitRule,
  SendStep,
  StepDefinition,
  TemplateDefinition,
  WaitForStep,
} from '../../model/release.ts';
import type { Random } from '../random.ts';

/** Events of generated histories: what triggers, what ends or completes, what `emit` makes. */
export const EVENTS = { trigger: 'order.created', answer: 'order.paid', emitted: 'note.made' } as const;

const FIELDS = { order: { type: 'string' }, amount: { type: 'int' } } as const;
export const ORDER_FIELDS = FIELDS;

/** What the campaigns of a plan share. */
export interface Surroundings {
  readonly channels: readonly string[];
  /** Waits until a local time; then everybody's local time is that of UTC, or they would wait for hours. */
  readonly usesLocalTimes: boolean;
}

/** A campaign of a random shape out of those that the rules speak of. */
export function generateCampaign(random: Random, index: number, around: Surroundings): CampaignDefinition {
  const { usesLocalTimes } = around;
  const name = `c${index}`;
  const trigger = triggerOf(random);
  const isOnEmitted = trigger.kind === 'event' && trigger.event === EVENTS.emitted;
  return withDigest({
    name,
    owner: 'tests',
    state: 'active',
    class: random.chance(0.75) ? 'marketing' : 'transactional',
    priority: random.int(0, 2),
    ...(!usesLocalTimes && random.chance(0.2) ? { zone: 'Asia/Kolkata' } : {}),
    staleAfterMs: random.pick([2_000, 8_000, 90_000]),
    quietHours: random.chance(0.7) ? 'apply' : 'ignore',
    profile: random.chance(0.3) ? 'required' : 'optional',
    readsProfile: true,
    trigger,
    entry: entryOf(random, trigger.kind === 'event'),
    ...(random.chance(0.25) ? { audience: random.pick(['user.consent == true', 'user.tier >= 2']) } : {}),
    exits: exitsOf(random),
    steps: stepsOf(random, around, !isOnEmitted),
    templates: templates(random),
  });
}

/** The digest is that of all the rest. */
export function withDigest(definition: Omit<CampaignDefinition, 'digest'>): CampaignDefinition {
  const { digest: _old, ...rest } = definition as CampaignDefinition;
  return { ...rest, digest: digestOf(rest) };
}

function triggerOf(random: Random): CampaignDefinition['trigger'] {
  if (random.chance(0.15)) return { kind: 'manual', fields: FIELDS };
  const event = random.chance(0.12) ? EVENTS.emitted : EVENTS.trigger;
  return { kind: 'event', event, ...(random.chance(0.3) ? { where: 'event.data.amount > 10' } : {}) };
}

function entryOf(random: Random, isByEvent: boolean): EntryRule {
  const key = isByEvent && random.chance(0.4) ? { key: 'event.data.order' } : {};
  const reentry = random.pick<EntryRule['reentry']>([
    { kind: 'once' },
    { kind: 'afterExit' },
    { kind: 'cooldown', ms: random.pick([0, 1_500, 6_000]) },
  ]);
  const mayRestart = reentry.kind !== 'once' || 'key' in key;
  return { ...key, reentry, whileLive: mayRestart && random.chance(0.4) ? 'restart' : 'ignore' };
}

function exitsOf(random: Random): ExitRule[] {
  const exits: ExitRule[] = [];
  if (random.chance(0.6)) exits.push({ kind: 'event', event: EVENTS.answer, ...sameOrder(random) });
  if (random.chance(0.15)) exits.push({ kind: 'condition', when: 'user.blocked == true' });
  return exits;
}

function sameOrder(random: Random): { where?: string } {
  return random.chance(0.6) ? { where: 'event.data.order == entry.data.order' } : {};
}

function templates(random: Random): Record<string, TemplateDefinition> {
  const order = { type: 'string', from: 'entry.data.order', default: 'none' } as const;
  const tier = { type: 'int', from: 'user.tier' } as const;
  const inputs = random.chance(0.15) ? { order, tier } : { order };
  return { text: { name: 'text', type: 'text', inputs, content: { default: { body: 'Order {{ order }}' } } } };
}

function stepsOf(random: Random, around: Surroundings, mayEmit: boolean): StepDefinition[] {
  if (random.chance(0.12)) return loopOf(random, around.channels);
  const count = random.int(1, 4);
  const steps: StepDefinition[] = [];
  for (let index = 0; index < count; index += 1) {
    const id = `s${index}`;
    const next = index === count - 1 ? 'end' : `s${index + 1}`;
    const later = random.chance(0.5) ? 'end' : next;
    steps.push(stepOf(random, { ...around, id, next, later, mayEmit, isLast: index === count - 1 }));
  }
  return [...steps, { kind: 'exit', id: 'end' }];
}

interface Around extends Surroundings {
  readonly id: string;
  readonly next: string;
  /** Where a branch may jump to. */
  readonly later: string;
  readonly mayEmit: boolean;
  readonly isLast: boolean;
}

function stepOf(random: Random, around: Around): StepDefinition {
  const { id, next, later, channels, mayEmit } = around;
  const kinds = ['send', 'send', 'waitAfter', 'waitAfter', 'waitFor', 'branch', 'set', 'waitIn'] as const;
  const kind = around.isLast ? 'send' : random.pick(mayEmit ? [...kinds, 'emit' as const] : kinds);
  const from = random.chance(0.25) ? 'entry' : 'previous';
  switch (kind) {
    case 'send':
      return sendOf(random, id, next, channels);
    case 'waitAfter':
      return { kind, id, next, from, ms: random.pick([0, 400, 1_500, 4_000]) };
    case 'waitIn':
      return { kind, id, next, from, days: '0', ...(around.usesLocalTimes ? { atMinute: random.int(599, 602) } : {}) };
    case 'waitFor':
      return waitForOf(random, id, next, later, from);
    case 'branch':
      return { kind, id, next, cases: [{ when: random.pick(BRANCHES), next: later }, { next }] };
    case 'set':
      return { kind, id, next, values: { [random.pick(['seen', 'blocked'])]: 'true' } };
    case 'emit':
      return { kind, id, next, event: EVENTS.emitted, data: { order: 'entry.data.order' } };
  }
}

const BRANCHES = ['entry.data.amount >= 50', 'user.tier >= 2', 'user.seen == true'];

function waitForOf(random: Random, id: string, next: string, later: string, from: 'previous' | 'entry'): WaitForStep {
  const timeoutMs = random.pick([500, 2_000, 5_000]);
  return {
    ...{ kind: 'waitFor', id, next, from, timeoutMs, event: EVENTS.answer, onMatch: later, onTimeout: next },
    ...sameOrder(random),
  };
}

function sendOf(random: Random, id: string, next: string, channels: readonly string[]): SendStep {
  const via = random.shuffle(channels).slice(0, random.int(1, channels.length));
  const onUnknown = random.chance(0.2) ? { onUnknown: random.pick(['hold', 'fallback', 'resend'] as const) } : {};
  return { kind: 'send', id, next, template: 'text', via, ...onUnknown };
}

/** Send, wait, and once again: the second visit of a step is another message. */
function loopOf(random: Random, channels: readonly string[]): StepDefinition[] {
  return [
    sendOf(random, 'send', 'wait', channels),
    { kind: 'waitAfter', id: 'wait', next: 'again', from: 'previous', ms: random.pick([300, 1_000]) },
    { kind: 'branch', id: 'again', next: 'note', cases: [{ when: 'user.seen == true', next: 'end' }] },
    { kind: 'set', id: 'note', next: 'send', values: { seen: 'true' } },
    { kind: 'exit', id: 'end' },
  ];
}
