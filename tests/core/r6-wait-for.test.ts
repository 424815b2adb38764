import { describe, expect, it } from 'vitest';
import { campaign, DAY, done, HOUR, MINUTE, release, type StepSpec, send, steps, T0, waitAfter } from './builder.ts';
import { event, Machine } from './machine.ts';

const wait = (more: { where?: string; from?: 'previous' | 'entry'; event?: string } = {}): StepSpec => ({
  ...{ id: 'answer', kind: 'waitFor', event: 'answer.given', timeoutMs: HOUR, from: 'previous' },
  ...{ onMatch: 'thanks', onTimeout: 'ask', next: 'thanks', ...more },
});

const list: readonly StepSpec[] = [wait(), { ...send('thanks'), next: 'done' }, send('ask'), done];
const journey = steps(...list);
const answer = (atMs: number, more: Parameters<typeof event>[2] = {}) => event('answer.given', atMs, more);
const machineOf = (all = journey) => new Machine(release([campaign({ steps: all })]));

describe('R6: wait for', () => {
  it.each([
    ['at the entry time', 0, '+0s sent thanks by wechat'],
    ['inside', 30 * MINUTE, '+30m sent thanks by wechat'],
    ['at exactly the deadline', HOUR, '+1h sent thanks by wechat'],
    ['a millisecond after the deadline', HOUR + 1, '+1h sent ask by wechat'],
  ])('R6: an event %s', (_, afterMs, expected) => {
    const machine = machineOf();
    machine.feed(T0, event('order.created', T0));
    machine.pass(T0 + afterMs - 1);
    machine.feed(T0 + afterMs, answer(T0 + afterMs));
    expect(machine.pass(T0 + DAY).story('outcome')).toEqual([expected]);
  });

  it.each([
    ['occurred before the entry', -1, false],
    ['occurred at the entry time', 0, true],
    ['occurred after it', 1, true],
  ])('R6: one received before the trigger that %s', (_, afterMs, counts) => {
    const machine = machineOf();
    machine.feed(T0 + MINUTE, answer(T0 + afterMs, { receivedAtMs: T0 + MINUTE }));
    machine.feed(T0 + 2 * MINUTE, event('order.created', T0, { receivedAtMs: T0 + 2 * MINUTE }));
    expect(machine.story('outcome')).toEqual(counts ? ['+2m sent thanks by wechat'] : []);
  });

  it('R6: one received while the journey stood elsewhere counts when the wait is reached', () => {
    const machine = machineOf(steps(waitAfter('first', HOUR), ...list));
    machine.feed(T0, event('order.created', T0));
    machine.feed(T0 + MINUTE, answer(T0 + MINUTE));
    expect(machine.pass(T0 + DAY).story('matched', 'outcome')).toEqual([
      `+1h matched answer by answer.given@${T0 + MINUTE}`,
      '+1h sent thanks by wechat',
    ]);
  });

  it('R6: is received by the instant at which the deadline actually fires, so an outage loses none', () => {
    const machine = machineOf();
    machine.feed(T0, event('order.created', T0));
    machine.feed(T0 + 3 * HOUR, answer(T0 + MINUTE, { receivedAtMs: T0 + 3 * HOUR }));
    expect(machine.story('outcome')).toEqual(['+3h sent thanks by wechat']);
    expect(machine.sends[0]?.dueAtMs).toBe(T0 + 3 * HOUR);
  });

  it.each([[[1, 2, 3]], [[3, 2, 1]], [[2, 3, 1]]])(
    'R6: of several matches the earliest counts, received as %j',
    (order) => {
      const machine = machineOf(steps(waitAfter('first', HOUR), ...list));
      machine.feed(T0, event('order.created', T0));
      for (const n of order)
        machine.feed(T0 + 10 * MINUTE, answer(T0 + n, { id: `a${n}`, receivedAtMs: T0 + 10 * MINUTE }));
      machine.pass(T0 + HOUR);
      expect(machine.story('matched')).toEqual(['+1h matched answer by a1']);
    },
  );

  it('R6: at one instant the source and then the id decide', () => {
    const machine = machineOf();
    machine.feed(T0, event('order.created', T0));
    const at = T0 + 1;
    machine.feed(
      at,
      answer(at, { id: 'b', source: 'app' }),
      answer(at, { id: 'a', source: 'web' }),
      answer(at, { id: 'a', source: 'app' }),
    );
    expect(machine.records.find((one) => one.kind === 'matched')).toMatchObject({ eventId: 'a', rule: 'R6' });
    expect(machine.story('matched')).toHaveLength(1);
  });

  it('R6: the earliest counts also where it comes last, in the decision that reaches the wait', () => {
    const machine = machineOf();
    machine.feed(T0 + MINUTE, answer(T0 + 5, { id: 'later', receivedAtMs: T0 + MINUTE }));
    const at = T0 + 2 * MINUTE;
    const earlier = answer(T0, { id: 'earlier', source: 'app', receivedAtMs: at });
    machine.feed(at, event('order.created', T0, { receivedAtMs: at }), earlier);
    expect(machine.story('matched')).toEqual(['+2m matched answer by earlier']);
  });

  it('R6: a message after a match is due at the decision that sees it', () => {
    const machine = machineOf(steps(waitAfter('first', HOUR), ...list));
    machine.feed(T0, event('order.created', T0));
    machine.feed(T0 + MINUTE, answer(T0 + MINUTE));
    machine.feed(T0 + 5 * HOUR);
    expect(machine.sends).toMatchObject([{ step: 'thanks', dueAtMs: T0 + 5 * HOUR }]);
  });

  it('R6: an event is kept as long as somebody may still wait for it', () => {
    const machine = machineOf(steps(waitAfter('month', 30 * DAY), wait({ from: 'entry' }), ...list.slice(1)));
    machine.feed(T0, event('order.created', T0));
    machine.feed(T0 + MINUTE, answer(T0 + MINUTE));
    machine.feed(T0 + 10 * DAY);
    expect(machine.pass(T0 + 40 * DAY).story('matched')).toHaveLength(1);
  });

  it('R6: else it is forgotten after maxLateness, and at exactly that age still known', () => {
    const machine = machineOf();
    machine.feed(T0, answer(T0));
    machine.feed(T0 + DAY);
    expect(machine.state.recent).toHaveLength(1);
    machine.feed(T0 + DAY + 1);
    expect(machine.state.recent).toEqual([]);
  });

  it('R6: a decision taken is never undone by a later arrival', () => {
    const machine = machineOf();
    machine.feed(T0, event('order.created', T0));
    machine.pass(T0 + HOUR);
    machine.feed(T0 + 2 * HOUR, answer(T0 + MINUTE, { receivedAtMs: T0 + 2 * HOUR }));
    expect(machine.story('matched', 'branched', 'outcome')).toEqual(['+1h answer to ask', '+1h sent ask by wechat']);
  });

  it('R6: without a match the message is due at the deadline', () => {
    const machine = machineOf();
    machine.feed(T0, event('order.created', T0));
    machine.feed(T0 + 5 * HOUR);
    expect(machine.sends).toMatchObject([{ step: 'ask', dueAtMs: T0 + HOUR }]);
  });

  it('R6: the filter sees the awaited event and the entry', () => {
    const filtered = steps(
      wait({ where: 'event.data.order_id == entry.data.order_id && event.data.n > 3' }),
      ...list.slice(1),
    );
    const machine = machineOf(filtered);
    machine.feed(T0, event('order.created', T0));
    machine.feed(
      T0 + 1,
      answer(T0 + 1, { data: { n: 3 } }),
      answer(T0 + 1, { id: 'x', data: { order_id: 'o2', n: 9 } }),
    );
    expect(machine.story('matched')).toEqual([]);
    machine.feed(T0 + 2, answer(T0 + 2, { id: 'y', data: { n: 4 } }));
    expect(machine.story('matched')).toEqual(['+2ms matched answer by y']);
  });

  it('R6: a filter without a value matches nothing and is noted', () => {
    const machine = machineOf(steps(wait({ where: 'event.data.n > 3' }), ...list.slice(1)));
    machine.feed(T0, event('order.created', T0));
    machine.feed(T0 + 1, answer(T0 + 1));
    expect(machine.story('matched', 'note')).toEqual(['+1ms note rule_error']);
  });

  it('R6: with `from: entry` the deadline counts from the entry', () => {
    const machine = machineOf(steps(waitAfter('first', 30 * MINUTE), wait({ from: 'entry' }), ...list.slice(1)));
    machine.feed(T0, event('order.created', T0));
    expect(machine.pass(T0 + DAY).story('outcome')).toEqual(['+1h sent ask by wechat']);
  });

  it('R6: the trigger itself is no match of its own entry', () => {
    const own = steps(wait({ event: 'order.created' }), ...list.slice(1));
    const machine = machineOf(own);
    machine.feed(T0, event('order.created', T0));
    expect(machine.story('matched')).toEqual([]);
    machine.feed(T0 + 1, event('order.created', T0 + 1, { data: { order_id: 'o2' } }));
    expect(machine.story('matched')).toHaveLength(1);
  });
});

describe('R6: branch', () => {
  const branch = (first: StepSpec) => steps(first, send('x'), { ...send('y'), next: 'done' }, done);
  const cases = (...whens: (string | undefined)[]) =>
    whens.map((when, index) => ({ ...(when === undefined ? {} : { when }), next: index === 0 ? 'x' : 'y' }));

  it.each([
    ['several true: the first in the file wins', ['true', 'true'], 'x'],
    ['the first false: the second', ['false', 'true'], 'y'],
    ['an error counts as false and is noted', ['entry.data.amount > 1', 'true'], 'y'],
    ['none true: the default case', ['false', undefined], 'y'],
    ['none true and no default: the following step', ['false'], 'x'],
  ])('R6: %s', (_, whens, first) => {
    const machine = machineOf(branch({ id: 'which', kind: 'branch', cases: cases(...whens) }));
    machine.feed(T0, event('order.created', T0));
    expect(machine.sends[0]?.step).toBe(first);
    expect(machine.story('branched')).toEqual([`+0s which to ${first}`]);
  });
});
