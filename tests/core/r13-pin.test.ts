import { describe, expect, it } from 'vitest';
import { campaign, DAY, done, HOUR, MINUTE, release, send, steps, T0, waitAfter } from './builder.ts';
import { event, LI, Machine } from './machine.ts';

const hello = (body: string) => ({
  hello: { name: 'hello', type: 'text', inputs: {}, content: { default: { body } } } as const,
});

describe('R13: versions in flight', () => {
  it('R13: an enrollment goes on under the steps and templates it entered with', () => {
    const machine = new Machine(release([campaign({ templates: hello('old') })]));
    machine.feed(T0, event('order.created', T0));
    const steps2 = steps(waitAfter('wait', HOUR), send('remind', ['email']), done);
    machine.activate(release([campaign({ templates: hello('new'), steps: steps2 })]));
    machine.feed(T0 + MINUTE, event('order.created', T0 + MINUTE, { data: { order_id: 'o2' } }));
    machine.pass(T0 + DAY);
    expect(machine.sends.map((one) => [one.plannedAtMs - T0, one.channel, one.content.body])).toEqual([
      [10 * MINUTE, 'wechat', 'old'],
      [HOUR + MINUTE, 'email', 'new'],
    ]);
  });

  it('R13: exits and waits are those of its own definition too', () => {
    const machine = new Machine(release([campaign()]));
    machine.feed(T0, event('order.created', T0));
    machine.activate(release([campaign({ exits: [] })]));
    machine.feed(T0 + 1, event('order.paid', T0 + 1));
    expect(machine.story('ended')).toEqual(['+1ms ended exit_event']);
  });

  it.each([
    ['archived', [campaign({ state: 'archived' })]],
    ['no longer there', []],
  ] as const)('R13: a campaign that is %s admits nobody, and those in flight go on', (_, campaigns) => {
    const machine = new Machine(release([campaign()]));
    machine.feed(T0, event('order.created', T0));
    machine.activate(release(campaigns));
    machine.feed(T0 + 1, event('order.created', T0 + 1, { data: { order_id: 'o2' } }));
    machine.pass(T0 + DAY);
    expect(machine.story('entered', 'outcome')).toEqual([
      `+0s entered by order.created@${T0}`,
      '+10m sent remind by wechat',
    ]);
  });

  it('R13: lists, consent, channels and quiet hours are never pinned', () => {
    const list = {
      name: 'b',
      type: 'black',
      channels: ['wechat'],
      legal: false,
      entries: [{ user: 'u1', reason: 'asked' }],
    } as const;
    const machine = new Machine(release([campaign()]));
    machine.feed(T0, event('order.created', T0));
    const quietHours = { startMinute: 120, endMinute: 180 };
    machine.activate(release([campaign()], { lists: { b: list }, project: { quietHours } }));
    machine.become(LI);
    machine.pass(T0 + DAY);
    expect(machine.story('outcome', 'held')).toEqual(['+10m held remind quiet_hours', '+1h sent remind by sms']);
  });

  it('R13: a definition that is not loaded is a bug and throws', () => {
    const machine = new Machine(release([campaign()]));
    machine.feed(T0, event('order.created', T0));
    const other = new Machine(release([]));
    other.state = machine.state;
    expect(() => other.feed(T0 + HOUR)).toThrow(/was not loaded/);
  });
});
