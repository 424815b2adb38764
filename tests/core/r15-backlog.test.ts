import { describe, expect, it } from 'vitest';
import { campaign, done, HOUR, MINUTE, release, send, steps, T0 } from './builder.ts';
import { event, Machine } from './machine.ts';

const DUE = T0 + 10 * MINUTE;

describe('R15: backlog before timers', () => {
  it.each([
    ['at the due instant: the timer waits', DUE, 'wait'],
    ['after it: the timer fires', DUE + 1, 'send'],
  ])('R15: the first input not yet folded was received %s', (_, watermarkMs, position) => {
    const machine = new Machine(release([campaign()]));
    machine.feed(T0, event('order.created', T0));
    machine.watermarkMs = watermarkMs;
    machine.feed(T0 + HOUR);
    expect(machine.state.live).toMatchObject([{ position: { kind: position } }]);
  });

  it('R15: the message that a late timer leads to waits for what was received until its decision', () => {
    const machine = new Machine(release([campaign()]));
    machine.feed(T0, event('order.created', T0));
    machine.watermarkMs = DUE + 1;
    machine.feed(T0 + HOUR);
    expect(machine.sends).toEqual([]);
    machine.watermarkMs = T0 + HOUR + 1;
    machine.feed(T0 + HOUR + MINUTE);
    expect(machine.sends).toMatchObject([{ dueAtMs: DUE }]);
  });

  it('R15: a timer that waits stays due, and an exit of the backlog comes before it', () => {
    const machine = new Machine(release([campaign()]));
    machine.feed(T0, event('order.created', T0));
    machine.watermarkMs = T0 + 1;
    expect(machine.feed(T0 + HOUR).dueAtMs).toBe(DUE);
    machine.feed(T0 + HOUR, event('order.paid', T0 + MINUTE, { receivedAtMs: T0 + MINUTE }));
    machine.watermarkMs = Number.MAX_SAFE_INTEGER;
    machine.feed(T0 + HOUR);
    expect(machine.story('outcome', 'ended')).toEqual(['+1h ended exit_event']);
  });

  it('R15: messages wait as timers do', () => {
    const machine = new Machine(release([campaign({ steps: steps(send('remind'), done) })]));
    machine.watermarkMs = T0;
    machine.feed(T0, event('order.created', T0));
    expect(machine.sends).toEqual([]);
    machine.watermarkMs = T0 + 1;
    machine.feed(T0, event('order.paid', T0));
    expect(machine.story('outcome', 'ended')).toEqual(['+0s ended exit_event']);
  });
});
