import { describe, expect, it } from 'vitest';
import { campaign, DAY, done, HOUR, MINUTE, release, send, steps, T0, waitAfter } from './builder.ts';
import { event, Machine, refuse } from './machine.ts';

const machineOf = (...args: Parameters<typeof campaign>) => new Machine(release([campaign(...args)]));
const late = (occurredAtMs: number, receivedAtMs: number) => event('order.created', occurredAtMs, { receivedAtMs });

describe('R7: time base and lateness', () => {
  it.each([
    ['at exactly maxLateness', DAY, 'entered by order.created'],
    ['a millisecond beyond', DAY + 1, 'refused late_event'],
  ])('R7: an event %s', (_, latenessMs, expected) => {
    const machine = machineOf();
    machine.feed(T0 + latenessMs, late(T0, T0 + latenessMs));
    expect(machine.story('entered', 'refused')[0]).toContain(expected);
  });

  it('R7: a late event restarts nobody', () => {
    const machine = machineOf({ entry: { reentry: { kind: 'afterExit' }, whileLive: 'restart' } });
    machine.feed(T0, event('order.created', T0));
    machine.feed(T0 + MINUTE, late(T0 - 2 * DAY, T0 + MINUTE));
    expect(machine.story('refused', 'ended')).toEqual(['+1m refused late_event']);
  });

  it('R7: a late event is in history: open waits see it', () => {
    const wait = { id: 'w', kind: 'waitFor', event: 'answer.given', timeoutMs: 9 * DAY, from: 'previous' } as const;
    const machine = machineOf({ steps: steps({ ...wait, onMatch: 'done', onTimeout: 'done' }, done) });
    machine.feed(T0, event('order.created', T0));
    machine.feed(T0 + 3 * DAY, event('answer.given', T0 + 1, { receivedAtMs: T0 + 3 * DAY }));
    expect(machine.story('matched')).toHaveLength(1);
  });

  it('R7: one dated after its reception counts from the reception', () => {
    const machine = machineOf();
    machine.feed(T0, event('order.created', T0 + 4 * MINUTE, { receivedAtMs: T0 }));
    expect(machine.state.live).toMatchObject([{ entryAtMs: T0 }]);
    expect(machine.dueAtMs).toBe(T0 + 10 * MINUTE);
  });

  it('R7: the first step counts from when the trigger occurred, not from when it was received', () => {
    const machine = machineOf();
    machine.feed(T0 + 4 * MINUTE, late(T0, T0 + 4 * MINUTE));
    expect(machine.dueAtMs).toBe(T0 + 10 * MINUTE);
  });

  it('R7: later steps count from the actual completion of the step before', () => {
    const machine = machineOf({ steps: steps(waitAfter('a', HOUR), waitAfter('b', HOUR), done) });
    machine.feed(T0, event('order.created', T0));
    machine.feed(T0 + 5 * HOUR);
    expect(machine.dueAtMs).toBe(T0 + 6 * HOUR);
  });

  it('R7: a skipped step completes when it is skipped', () => {
    const machine = machineOf({ steps: steps(send('a', ['wechat']), waitAfter('b', HOUR), done) });
    machine.answer = () => null;
    machine.feed(T0, event('order.created', T0));
    const [first] = machine.sends;
    if (first) machine.outcome(T0 + 7 * MINUTE, first, refuse);
    expect(machine.story('skipped')).toEqual(['+7m skipped a rejected']);
    expect(machine.dueAtMs).toBe(T0 + 7 * MINUTE + HOUR);
  });

  describe('a message is due', () => {
    it.each([
      ['without a delay when the trigger occurred', steps(send('remind'), done), 5 * MINUTE, 0],
      ['at the timer that led to it', steps(waitAfter('a', HOUR), send('remind'), done), 0, HOUR],
    ])('R7: %s', (_, journey, receivedAfterMs, dueAfterMs) => {
      const machine = machineOf({ steps: journey });
      machine.feed(T0 + receivedAfterMs, late(T0, T0 + receivedAfterMs));
      machine.feed(T0 + 2 * HOUR);
      expect(machine.sends[0]?.dueAtMs).toBe(T0 + dueAfterMs);
    });

    it('R7: after another message, when that one is done', () => {
      const machine = machineOf({ steps: steps(waitAfter('a', HOUR), send('one'), send('two'), done) });
      machine.feed(T0, event('order.created', T0));
      machine.feed(T0 + 3 * HOUR);
      expect(machine.sends.map((one) => one.dueAtMs)).toEqual([T0 + HOUR, T0 + 3 * HOUR]);
    });
  });

  describe('staleAfter', () => {
    const DUE = T0 + 10 * MINUTE;

    it.each([
      ['at exactly the bound is still sent', 12 * HOUR, ['sent remind by wechat', 'ended completed']],
      [
        'a millisecond beyond is skipped, and the journey goes on',
        12 * HOUR + 1,
        ['skipped remind stale', 'ended completed'],
      ],
    ])('R7: a message overdue %s', (_, overdueMs, expected) => {
      const machine = machineOf();
      machine.feed(T0, event('order.created', T0));
      machine.feed(DUE + overdueMs);
      expect(machine.story('outcome', 'skipped', 'ended').map((line) => line.split(' ').slice(1).join(' '))).toEqual(
        expected,
      );
    });

    it('R7: the outbox may let it out at exactly the bound and not later', () => {
      const machine = machineOf();
      machine.feed(T0, event('order.created', T0));
      machine.pass(DUE);
      expect(machine.sends[0]?.notAfterMs).toBe(DUE + 12 * HOUR + 1);
    });

    it('R7: lateness counts', () => {
      const machine = machineOf({ steps: steps(send('remind'), done), staleAfterMs: HOUR });
      machine.feed(T0 + 2 * HOUR, late(T0, T0 + 2 * HOUR));
      expect(machine.story('skipped')).toEqual(['+2h skipped remind stale']);
    });

    it('R7: retries count', () => {
      const machine = machineOf({ staleAfterMs: MINUTE });
      machine.answer = () => ({ kind: 'retry', code: 'busy' });
      machine.feed(T0, event('order.created', T0));
      machine.pass(T0 + DAY);
      expect(machine.story('skipped')).toEqual(['+12m30s skipped remind stale']);
      expect(machine.settles).toMatchObject([{ state: 'cancelled', reason: 'stale' }]);
    });
  });
});
