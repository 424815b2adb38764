import { describe, expect, it } from 'vitest';
import { campaign, DAY, done, HOUR, MINUTE, release, send, steps, T0, waitAfter } from './builder.ts';
import { event, LI, Machine } from './machine.ts';

const DUE = T0 + 10 * MINUTE;

function machineOf(...args: Parameters<typeof campaign>): Machine {
  return new Machine(release([campaign(...args)]));
}

describe('R5: an exit event', () => {
  it.each([
    ['a millisecond before the message is due', DUE - 1, ['+9m59s999ms ended exit_event']],
    ['at exactly the due instant: it counts, and nothing is sent', DUE, ['+10m ended exit_event']],
    ['a millisecond after it', DUE + 1, ['+10m sent remind by wechat', '+10m ended completed']],
  ])('R5: %s', (_, atMs, expected) => {
    const machine = machineOf();
    machine.feed(T0, event('order.created', T0));
    machine.pass(atMs - 1);
    machine.feed(atMs, event('order.paid', atMs));
    machine.pass(T0 + DAY);
    expect(machine.story('outcome', 'ended')).toEqual(expected);
  });

  it.each([
    ['at the entry time', 0, true],
    ['after it', 1, true],
    ['before it', -1, false],
  ])('R5: that occurred %s and was received before the trigger', (_, afterMs, counts) => {
    const machine = machineOf();
    machine.feed(T0 + MINUTE, event('order.paid', T0 + afterMs, { receivedAtMs: T0 + MINUTE }));
    machine.feed(T0 + 2 * MINUTE, event('order.created', T0, { receivedAtMs: T0 + 2 * MINUTE }));
    expect(machine.story('ended')).toEqual(counts ? ['+2m ended exit_event'] : []);
  });

  it('R5: that is received late counts, however late', () => {
    const machine = machineOf({ steps: steps(waitAfter('wait', 30 * DAY), done) });
    machine.feed(T0, event('order.created', T0));
    machine.feed(T0 + 20 * DAY, event('order.paid', T0 + MINUTE, { receivedAtMs: T0 + 20 * DAY }));
    expect(machine.story('ended')).toEqual(['+20d ended exit_event']);
  });

  it('R5: received after a downtime, before the timer that fell due in it, counts', () => {
    const machine = machineOf();
    machine.feed(T0, event('order.created', T0));
    machine.feed(T0 + HOUR, event('order.paid', T0 + MINUTE, { receivedAtMs: T0 + HOUR }));
    expect(machine.story('outcome', 'ended')).toEqual(['+1h ended exit_event']);
  });

  it('R5: while paused counts', () => {
    const machine = machineOf();
    machine.feed(T0, event('order.created', T0));
    machine.paused.add('reminder');
    machine.pass(T0 + HOUR);
    machine.feed(T0 + HOUR, event('order.paid', T0 + HOUR));
    expect(machine.story('ended')).toEqual(['+1h ended exit_event']);
  });

  it('R5: of another order is none', () => {
    const machine = machineOf();
    machine.feed(T0, event('order.created', T0));
    machine.feed(T0 + 1, event('order.paid', T0 + 1, { data: { order_id: 'o2' } }));
    expect(machine.story('ended')).toEqual([]);
  });

  it('R5: without a value in its filter is none, and noted', () => {
    const machine = machineOf({ exits: [{ kind: 'event', event: 'order.paid', where: 'event.data.amount > 0' }] });
    machine.feed(T0, event('order.created', T0));
    machine.feed(T0 + 1, event('order.paid', T0 + 1));
    expect(machine.story('ended', 'note')).toEqual(['+1ms note rule_error']);
  });

  it('R5: cancels a message that lies in the outbox, in the same decision', () => {
    const machine = machineOf();
    machine.answer = () => null;
    machine.feed(T0, event('order.created', T0));
    machine.pass(DUE);
    const [planned] = machine.sends;
    const effects = machine.feed(DUE + 1, event('order.paid', DUE + 1));
    expect(effects.cancels).toEqual([{ sendKey: planned?.sendKey, reason: 'exit_event' }]);
    expect(effects.dueAtMs).toBeNull();
    expect(effects.records.at(-1)).toMatchObject({ kind: 'ended', rule: 'R5', cancelled: planned?.sendKey });
  });

  it('R5: the trigger itself is no exit of its own entry, and restarts where it says so', () => {
    const machine = machineOf({
      entry: { reentry: { kind: 'afterExit' }, whileLive: 'restart' },
      exits: [{ kind: 'event', event: 'order.created' }],
    });
    machine.feed(T0, event('order.created', T0, { id: 'a' }));
    expect(machine.state.live).toHaveLength(1);
    machine.feed(T0 + 1, event('order.created', T0 + 1, { id: 'b' }));
    expect(machine.story('entered', 'ended')).toEqual([
      '+0s entered by a',
      '+1ms ended exit_event',
      '+1ms entered by b',
    ]);
  });

  it.each([
    ['a wait', steps(waitAfter('wait', DAY), done)],
    ['a wait for an event', steps(waitFor(), done)],
    ['a message that a full channel keeps back', steps(send('remind'), done)],
  ])('R5: ends an enrollment that stands at %s', (_, journey) => {
    const machine = machineOf({ steps: journey });
    machine.full.add('wechat');
    machine.feed(T0, event('order.created', T0));
    machine.feed(T0 + 1, event('order.paid', T0 + 1));
    expect(machine.state.live).toEqual([]);
  });
});

function waitFor() {
  const id = 'answer';
  return {
    id,
    kind: 'waitFor',
    event: 'answer.given',
    timeoutMs: DAY,
    from: 'previous',
    onMatch: 'done',
    onTimeout: 'done',
  } as const;
}

describe('R5: an exit condition', () => {
  const exits = [{ kind: 'condition', when: 'user.city == "Beijing"' }] as const;

  it('R5: is checked once more just before the send', () => {
    const machine = machineOf({ exits });
    machine.become({ ...LI, city: 'Shenzhen' });
    machine.feed(T0, event('order.created', T0));
    machine.become({ ...LI, city: 'Beijing' });
    machine.pass(T0 + DAY);
    expect(machine.story('outcome', 'ended')).toEqual(['+10m ended exit_condition']);
  });

  it('R5: without a value is none, and noted', () => {
    const machine = machineOf({ exits });
    machine.feed(T0, event('order.created', T0));
    machine.pass(T0 + DAY);
    expect(machine.story('note', 'outcome')).toEqual(['+10m note rule_error', '+10m sent remind by wechat']);
  });
});
