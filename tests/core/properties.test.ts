import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Input } from '../../src/engine/model/input.ts';
import type { AttemptOutcome } from '../../src/engine/model/message.ts';
import type { Release, StepDefinition } from '../../src/engine/model/release.ts';
import type { Enrollment } from '../../src/engine/model/state.ts';
import { campaign, DAY, done, HOUR, MINUTE, release, type StepSpec, send, steps, T0, waitAfter } from './builder.ts';
import { event, Machine } from './machine.ts';

/** One thing that happens to a user, some time after the one before. */
interface Happening {
  readonly afterMs: number;
  readonly type: string;
  readonly order: string;
  readonly lateMs: number;
  readonly isPaused: boolean;
}

const answers: fc.Arbitrary<AttemptOutcome | null> = fc.constantFrom<AttemptOutcome | null>(
  { kind: 'accepted' },
  { kind: 'rejected', code: 'refused' },
  { kind: 'retry', code: 'busy' },
  { kind: 'unknown', code: 'silent' },
  null,
);

const happenings = fc.array(
  fc.record<Happening>({
    afterMs: fc.constantFrom(0, 1, MINUTE, 10 * MINUTE, HOUR, 13 * HOUR),
    type: fc.constantFrom('order.created', 'order.paid', 'answer.given', 'app.opened'),
    order: fc.constantFrom('o1', 'o2'),
    lateMs: fc.constantFrom(0, 1, HOUR, 2 * DAY),
    isPaused: fc.boolean(),
  }),
  { maxLength: 12 },
);

const step: fc.Arbitrary<(id: string, other: string) => StepSpec> = fc.constantFrom<
  ((id: string, other: string) => StepSpec)[]
>(
  (id) => waitAfter(id, 10 * MINUTE),
  (id) => waitAfter(id, HOUR, 'entry'),
  (id) => send(id, ['wechat', 'sms'], { onUnknown: 'fallback' }),
  (id) => send(id),
  (id) => ({ id, kind: 'waitIn', days: '1', atMinute: 540, from: 'previous' }),
  (id, other) => ({
    id,
    kind: 'waitFor',
    event: 'answer.given',
    timeoutMs: HOUR,
    from: 'previous',
    onMatch: other,
    onTimeout: other,
  }),
  (id, other) => ({ id, kind: 'branch', cases: [{ when: 'user.stage == "x"', next: other }] }),
  (id) => ({ id, kind: 'set', values: { stage: '"x"' } }),
  (id) => ({ id, kind: 'emit', event: 'app.opened', data: {} }),
);

const journeys: fc.Arbitrary<StepDefinition[]> = fc
  .array(step, { minLength: 1, maxLength: 6 })
  .map((list) =>
    steps(...list.map((make, index) => make(`s${index}`, index + 1 < list.length ? `s${index + 1}` : 'done')), done),
  );

const releases: fc.Arbitrary<Release> = fc
  .record({ journey: journeys, restarts: fc.boolean(), quiet: fc.boolean() })
  .map(({ journey, restarts, quiet }) => {
    const whileLive = restarts ? 'restart' : 'ignore';
    const one = campaign({
      steps: journey,
      entry: { key: 'event.data.order_id', reentry: { kind: 'afterExit' }, whileLive },
    });
    return release([one], quiet ? { project: { quietHours: { startMinute: 22 * 60, endMinute: 8 * 60 } } } : {});
  });

function play(machine: Machine, list: readonly Happening[], outcomes: readonly (AttemptOutcome | null)[]): Machine {
  let sent = 0;
  machine.answer = () => outcomes[sent++ % outcomes.length] ?? null;
  let atMs = T0;
  for (const [index, { afterMs, type, order, lateMs, isPaused }] of list.entries()) {
    atMs += afterMs;
    machine.pass(atMs);
    if (isPaused) machine.paused.add('reminder');
    else machine.paused.delete('reminder');
    const data = { order_id: order };
    const inputs: Input[] = [
      event(type, atMs - lateMs, { id: `${index}`, receivedAtMs: atMs, user: machine.user, data }),
    ];
    if (!isPaused) inputs.push({ kind: 'resume', user: machine.user, campaign: 'reminder', atMs });
    machine.feed(atMs, ...inputs);
  }
  return machine;
}

const worlds = fc.record({
  release: releases,
  list: happenings,
  outcomes: fc.array(answers, { minLength: 1, maxLength: 6 }),
});

/** What an enrollment without a due time may wait for. */
function isNameable({ position }: Enrollment, machine: Machine): boolean {
  if (position.kind === 'send' && position.phase === 'planned') {
    return machine.sends.some((one) => one.sendKey === position.sendKey && one.attempt === position.plans);
  }
  return machine.paused.has('reminder') && machine.pausedBy.has('reminder');
}

describe('the machine', () => {
  it('gives the same bytes for the same request', () => {
    fc.assert(
      fc.property(worlds, ({ release: one, list, outcomes }) => {
        const [first, second] = [0, 1].map(() => play(new Machine(one), list, outcomes));
        for (const part of ['state', 'records', 'sends', 'mail', 'settles', 'cancels'] as const)
          expect(JSON.stringify(second?.[part])).toBe(JSON.stringify(first?.[part]));
      }),
      { numRuns: 150 },
    );
  });

  it('knows nothing of other users', () => {
    fc.assert(
      fc.property(worlds, ({ release: one, list, outcomes }) => {
        const alone = play(new Machine(one, 'u1'), list, outcomes);
        const shared = new Machine(one, 'u1');
        const other = new Machine(one, 'u2');
        shared.compiled = other.compiled;
        play(other, [...list].reverse(), outcomes);
        play(shared, list, outcomes);
        expect(JSON.stringify(shared.records)).toBe(JSON.stringify(alone.records));
        const keys = new Set(other.sends.map((message) => message.sendKey));
        expect(shared.sends.filter((message) => keys.has(message.sendKey))).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('leaves each live enrollment with a due time or with something nameable to wait for', () => {
    fc.assert(
      fc.property(worlds, ({ release: one, list, outcomes }) => {
        const machine = play(new Machine(one), list, outcomes);
        const dues = machine.state.live.map((live) => live.position.dueAtMs);
        for (const [index, live] of machine.state.live.entries()) {
          const due = dues[index] ?? null;
          const isTimed = due !== null && machine.dueAtMs !== null && machine.dueAtMs <= due;
          expect(isTimed || isNameable(live, machine)).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('comes to rest: with every provider answering, nobody is live after a year', () => {
    fc.assert(
      fc.property(worlds, ({ release: one, list, outcomes }) => {
        const machine = play(
          new Machine(one),
          list,
          outcomes.map((outcome) => outcome ?? { kind: 'accepted' }),
        );
        const atMs = T0 + 30 * DAY;
        machine.pass(atMs);
        machine.paused.clear();
        machine.feed(atMs, { kind: 'resume', user: 'u1', campaign: 'reminder', atMs });
        expect(machine.pass(T0 + 365 * DAY).state.live).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('has one end for each entry, and no message key twice in one attempt', () => {
    fc.assert(
      fc.property(worlds, ({ release: one, list, outcomes }) => {
        const machine = play(new Machine(one), list, outcomes);
        const count = (kind: string) => machine.records.filter((record) => record.kind === kind).length;
        expect(count('entered')).toBe(count('ended') + machine.state.live.length);
        const attempts = machine.sends.map((message) => `${message.sendKey} ${message.attempt}`);
        expect(new Set(attempts).size).toBe(attempts.length);
      }),
      { numRuns: 150 },
    );
  });
});
