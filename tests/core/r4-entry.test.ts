import { describe, expect, it } from 'vitest';
import type { EntryRule } from '../../src/engine/model/release.ts';
import { campaign, DAY, done, HOUR, MINUTE, release, steps, T0, waitAfter } from './builder.ts';
import { event, LI, Machine } from './machine.ts';

const journey = steps(waitAfter('wait', HOUR), done);
const created = (atMs: number, orderId = 'o1', id = `${orderId}@${atMs}`) =>
  event('order.created', atMs, { id, data: { order_id: orderId } });

function machineOf(entry: EntryRule, more: Parameters<typeof campaign>[0] = {}): Machine {
  return new Machine(release([campaign({ entry, steps: journey, ...more })]));
}

const ONCE: EntryRule = { reentry: { kind: 'once' }, whileLive: 'ignore' };
const AFTER_EXIT: EntryRule = { reentry: { kind: 'afterExit' }, whileLive: 'ignore' };
const KEYED: EntryRule = { ...ONCE, key: 'event.data.order_id' };
const cooldown = (ms: number, key?: string): EntryRule => ({
  ...{ reentry: { kind: 'cooldown', ms }, whileLive: 'ignore' },
  ...(key === undefined ? {} : { key }),
});

describe('R4: entry', () => {
  it.each<[string, EntryRule, number, string]>([
    ['once: while live', ONCE, 30 * MINUTE, '+30m refused live'],
    ['once: after the end', ONCE, 2 * HOUR, '+2h refused already_entered'],
    ['afterExit: while live', AFTER_EXIT, 30 * MINUTE, '+30m refused live'],
    ['afterExit: at the very instant of the end the event comes first', AFTER_EXIT, HOUR, '+1h refused live'],
    ['afterExit: after the end', AFTER_EXIT, HOUR + 1, '+1h1ms entered by second'],
    ['cooldown: a millisecond short', cooldown(DAY), DAY - 1, '+23h59m59s999ms refused cooldown'],
    ['cooldown: at exactly its length', cooldown(DAY), DAY, '+1d entered by second'],
  ])('R4: a second trigger under %s', (_, entry, afterMs, expected) => {
    const machine = machineOf(entry);
    machine.feed(T0, created(T0, 'o1', 'first'));
    machine.pass(T0 + afterMs - 1);
    machine.feed(T0 + afterMs, created(T0 + afterMs, 'o1', 'second'));
    expect(machine.story('entered', 'refused')).toEqual(['+0s entered by first', expected]);
  });

  it('R4: with a key all of it counts per key', () => {
    const machine = machineOf(KEYED);
    machine.feed(T0, created(T0, 'o1'), created(T0, 'o2'));
    expect(machine.state.live).toHaveLength(2);
    machine.pass(T0 + DAY);
    machine.feed(T0 + DAY, created(T0 + DAY, 'o1'), created(T0 + DAY, 'o3'));
    expect(machine.story('refused')).toEqual(['+1d refused already_entered']);
    expect(machine.story('entered')).toHaveLength(3);
  });

  it('R4: the cooldown runs from the last entry of its key', () => {
    const machine = machineOf(cooldown(DAY, 'event.data.order_id'));
    machine.feed(T0, created(T0, 'o1'));
    machine.pass(T0 + 2 * HOUR);
    machine.feed(T0 + 12 * HOUR, created(T0 + 12 * HOUR, 'o2'));
    machine.pass(T0 + 23 * HOUR);
    machine.feed(T0 + DAY, created(T0 + DAY, 'o1'), created(T0 + DAY, 'o2'));
    expect(machine.story('entered', 'refused').slice(2)).toEqual([
      `+1d entered by o1@${T0 + DAY}`,
      '+1d refused cooldown',
    ]);
  });

  it('R4: a key without a value is refused', () => {
    const machine = machineOf({ ...KEYED, key: 'event.data.n + 1' });
    machine.feed(T0, created(T0));
    expect(machine.story('refused')).toEqual(['+0s refused rule_error']);
  });

  describe('whileLive: restart', () => {
    const restart: EntryRule = { reentry: { kind: 'afterExit' }, whileLive: 'restart' };

    it('R4: ends the live enrollment and enters anew', () => {
      const machine = machineOf(restart);
      machine.feed(T0, created(T0, 'o1', 'first'));
      machine.feed(T0 + 30 * MINUTE, created(T0 + 30 * MINUTE, 'o1', 'second'));
      machine.pass(T0 + DAY);
      expect(machine.story('entered', 'ended')).toEqual([
        '+0s entered by first',
        '+30m ended restarted',
        '+30m entered by second',
        '+1h30m ended completed',
      ]);
    });

    it('R4: a repeat older than the live entry is ignored', () => {
      const machine = machineOf(restart);
      machine.feed(T0, created(T0, 'o1', 'first'));
      machine.feed(T0 + MINUTE, event('order.created', T0 - 1, { id: 'older', receivedAtMs: T0 + MINUTE }));
      expect(machine.story('refused', 'ended')).toEqual(['+1m refused live']);
    });

    it('R4: one of the same instant restarts', () => {
      const machine = machineOf(restart);
      machine.feed(T0, created(T0, 'o1', 'a'), created(T0, 'o1', 'b'));
      expect(machine.story('entered', 'ended')).toEqual([
        '+0s entered by a',
        '+0s ended restarted',
        '+0s entered by b',
      ]);
    });

    it('R4: a restart is not barred by a cooldown: that speaks of entries after the end', () => {
      const machine = machineOf({ ...cooldown(DAY), whileLive: 'restart' });
      machine.feed(T0, created(T0));
      machine.feed(T0 + MINUTE, created(T0 + MINUTE));
      expect(machine.story('refused')).toEqual([]);
    });

    it('R4: one who is not eligible does not restart', () => {
      const machine = machineOf(restart, { audience: 'user.city == "Shenzhen"' });
      machine.become({ ...LI, city: 'Shenzhen' });
      machine.feed(T0, created(T0));
      machine.become({ ...LI, city: 'Beijing' });
      machine.feed(T0 + MINUTE, created(T0 + MINUTE));
      expect(machine.story('refused', 'ended')).toEqual(['+1m refused not_eligible']);
    });
  });

  describe('the audience', () => {
    it('R4: is looked at once, at entry, and a refused entry does not consume `once`', () => {
      const machine = machineOf(ONCE, { audience: 'user.city == "Shenzhen"' });
      machine.feed(T0, created(T0));
      machine.become({ ...LI, city: 'Shenzhen' });
      machine.feed(T0 + 1, created(T0 + 1, 'o1', 'second'));
      machine.become(LI);
      machine.pass(T0 + DAY);
      expect(machine.story()).toEqual([
        '+0s note rule_error',
        '+0s refused not_eligible',
        '+1ms entered by second',
        '+1ms waits at wait',
        '+1h1ms ended completed',
      ]);
    });

    it('R4: an entry that an earlier exit ends at once does consume `once`', () => {
      const machine = machineOf(ONCE);
      machine.feed(T0 + MINUTE, event('order.paid', T0 + MINUTE));
      machine.feed(T0 + 2 * MINUTE, event('order.created', T0, { id: 'first', receivedAtMs: T0 + 2 * MINUTE }));
      machine.feed(T0 + HOUR, created(T0 + HOUR));
      expect(machine.story()).toEqual(['+2m entered by first', '+2m ended exit_event', '+1h refused already_entered']);
    });
  });

  it('R4: a trigger whose filter is false leaves no record, one without a value is rule_error', () => {
    const trigger = { kind: 'event', event: 'order.created', where: 'event.data.amount >= 10000' } as const;
    const machine = machineOf(ONCE, { trigger });
    machine.feed(T0, event('order.created', T0, { id: 'small', data: { amount: 9999 } }));
    machine.feed(T0 + 1, event('order.created', T0 + 1, { id: 'none' }));
    machine.feed(T0 + 2, event('order.created', T0 + 2, { id: 'big', data: { amount: 10000 } }));
    expect(machine.story('entered', 'refused')).toEqual(['+1ms refused rule_error', '+2ms entered by big']);
  });

  it('R4: a profile that is required and missing is refused', () => {
    const machine = machineOf(ONCE, { profile: 'required' });
    machine.become(null);
    machine.feed(T0, created(T0));
    expect(machine.story('refused')).toEqual(['+0s refused enrichment_missing']);
  });

  describe('by hand', () => {
    const manual = { trigger: { kind: 'manual', fields: { order_id: { type: 'string' } } }, exits: [] } as const;
    const request = (requestId: string, atMs: number) =>
      ({ kind: 'enroll', campaign: 'reminder', user: 'u1', requestId, atMs, data: { order_id: 'o1' } }) as const;

    it('R4: enters at the instant of the command', () => {
      const machine = machineOf(AFTER_EXIT, manual);
      machine.feed(T0 + 5, request('r1', T0));
      machine.feed(T0 + 6, request('r2', T0 + 6));
      expect(machine.state.live).toMatchObject([{ entryAtMs: T0, occurrence: 'r1', entry: { order_id: 'o1' } }]);
      expect(machine.story('refused')).toEqual(['+6ms refused live']);
    });

    it.each([
      ['a campaign that an event triggers', {}],
      ['one that is not active', { ...manual, state: 'draft' as const }],
    ])('R4: into %s nobody is enrolled', (_, more) => {
      const machine = machineOf(AFTER_EXIT, more);
      expect(machine.feed(T0, request('r1', T0)).counters).toEqual({ 'refused/unknown_campaign': 1 });
      expect(machine.state.live).toEqual([]);
    });
  });
});
