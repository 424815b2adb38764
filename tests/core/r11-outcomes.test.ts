import { describe, expect, it } from 'vitest';
import { backoffMs } from '../../src/engine/messages/backoff.ts';
import type { AttemptOutcome } from '../../src/engine/model/message.ts';
import type { ChannelDefinition, SendStep } from '../../src/engine/model/release.ts';
import { campaign, channel, DAY, done, MINUTE, release, SECOND, send, steps, T0 } from './builder.ts';
import { event, LI, Machine, refuse, throttle, unknown } from './machine.ts';

function machineOf(
  answers: Readonly<Record<string, readonly AttemptOutcome[]>>,
  more: { step?: Partial<SendStep>; channel?: Partial<ChannelDefinition>; class?: 'transactional' } = {},
): Machine {
  const journey = steps(send('remind', ['wechat', 'sms'], more.step), done);
  const channels = ['wechat', 'sms'].map((name) => [name, channel(name, more.channel)]);
  const one = campaign({ steps: journey, ...(more.class === undefined ? {} : { class: more.class }) });
  const machine = new Machine(release([one], { channels: Object.fromEntries(channels) }));
  const left = new Map(Object.entries(answers).map(([name, list]) => [name, [...list]]));
  machine.answer = (message) => left.get(message.channel)?.shift() ?? null;
  return machine;
}

const ok: AttemptOutcome = { kind: 'accepted' };
const KINDS = ['outcome', 'redirected', 'skipped', 'held', 'ended'];
const run = (machine: Machine, untilMs = T0 + DAY) => {
  machine.feed(T0, event('order.created', T0));
  return machine.pass(untilMs).story(...KINDS);
};

describe('R11: outcomes and fallback', () => {
  it('R11: accepted completes the step', () => {
    expect(run(machineOf({ wechat: [ok] }))).toEqual(['+0s sent remind by wechat', '+0s ended completed']);
  });

  it('R11: rejected takes the next channel now', () => {
    expect(run(machineOf({ wechat: [refuse], sms: [ok] }))).toEqual([
      '+0s wechat rejected',
      '+0s wechat to sms rejected',
      '+0s sent remind by sms',
      '+0s ended completed',
    ]);
  });

  it('R11: rejected by the last one: the step completes with its reason', () => {
    const machine = machineOf({ wechat: [refuse], sms: [refuse] });
    expect(run(machine).slice(2)).toEqual(['+0s sms rejected', '+0s skipped remind rejected', '+0s ended completed']);
    expect(machine.settles).toEqual([{ sendKey: machine.sends[0]?.sendKey, state: 'rejected', reason: 'rejected' }]);
  });

  it.each([
    ['no address at the first', { ...LI, wechat: null }, ['+0s wechat to sms no_address', '+0s sent remind by sms']],
    ['no address anywhere', { surname: 'Li' }, ['+0s wechat to sms no_address', '+0s skipped remind no_address']],
  ])('R11: %s', (_, profile, expected) => {
    const machine = machineOf({ sms: [ok] });
    machine.become(profile);
    expect(run(machine).slice(0, 2)).toEqual(expected);
  });

  it('R11: the reason is that of the last channel considered', () => {
    const machine = machineOf({ wechat: [refuse] });
    machine.become({ ...LI, sms: null });
    expect(run(machine)).toContain('+0s skipped remind no_address');
    expect(machine.records.find((one) => one.kind === 'skipped')).toMatchObject({ channel: 'sms' });
  });

  describe('retry', () => {
    it('R11: same channel at T, T+30 s, T+150 s; then as rejected', () => {
      expect(run(machineOf({ wechat: [throttle, throttle, throttle], sms: [ok] }))).toEqual([
        '+0s wechat retry',
        '+0s held remind retry',
        '+30s wechat retry',
        '+30s held remind retry',
        '+2m30s wechat retry',
        '+2m30s wechat to sms rejected',
        '+2m30s sent remind by sms',
        '+2m30s ended completed',
      ]);
    });

    it('R11: the provider may ask for more', () => {
      const machine = machineOf({ wechat: [{ kind: 'retry', code: 'busy', retryAfterMs: 5 * MINUTE }, ok] });
      expect(run(machine)).toContain('+5m sent remind by wechat');
    });

    it('R11: each channel has its own attempts', () => {
      const three = [throttle, throttle, throttle];
      const machine = machineOf({ wechat: three, sms: three });
      expect(run(machine).at(-2)).toBe('+5m skipped remind rejected');
      expect(machine.sends.map((one) => one.attempt)).toEqual([1, 2, 3, 4, 5, 6]);
    });

    it('R11: jitter lies between half of the pause and the whole of it, the same for the same key', () => {
      const { retry } = channel('x');
      for (const key of ['a', 'b', 'c', 'd']) {
        const ms = backoffMs(retry, 1, key, true);
        expect(ms).toBe(backoffMs(retry, 1, key, true));
        expect(ms).toBeGreaterThanOrEqual(15 * SECOND);
        expect(ms).toBeLessThanOrEqual(30 * SECOND);
      }
    });
  });

  describe('unknown', () => {
    it('R11: waits for a receipt up to receiptTimeout from the dispatch; then hold completes the step', () => {
      const machine = machineOf({ wechat: [unknown] });
      expect(run(machine)).toEqual([
        '+0s wechat unknown',
        '+10m skipped remind unknown_outcome',
        '+10m ended completed',
      ]);
      expect(machine.settles).toEqual([]);
      expect(machine.sends).toHaveLength(1);
    });

    it('R11: the dispatch counts, not the answer', () => {
      const machine = machineOf({});
      machine.feed(T0, event('order.created', T0));
      const sendKey = machine.sends[0]?.sendKey ?? '';
      const dispatched = {
        kind: 'outcome',
        user: 'u1',
        sendKey,
        attempt: 1,
        channel: 'wechat',
        dispatchedAtMs: T0,
      } as const;
      machine.feed(T0 + MINUTE, { ...dispatched, atMs: T0 + MINUTE, outcome: unknown });
      expect(machine.dueAtMs).toBe(T0 + 10 * MINUTE);
    });

    it.each([
      ['delivered', ['+1m ended completed'], 'accepted'],
      ['accepted', ['+1m ended completed'], 'accepted'],
      ['undelivered', ['+1m wechat to sms rejected', '+1m sent remind by sms', '+1m ended completed'], undefined],
    ] as const)('R11: a receipt settles it: %s', (status, expected, state) => {
      const machine = machineOf({ wechat: [unknown], sms: [ok] });
      run(machine, T0);
      const sendKey = machine.sends[0]?.sendKey ?? '';
      machine.feed(T0 + MINUTE, { kind: 'receipt', user: 'u1', sendKey, atMs: T0 + MINUTE, status });
      expect(
        machine
          .pass(T0 + DAY)
          .story(...KINDS)
          .slice(1),
      ).toEqual(expected);
      expect(machine.settles[0]?.state).toBe(state);
    });

    it('R11: a receipt at the very instant of the timeout comes first', () => {
      const machine = machineOf({ wechat: [unknown] });
      run(machine, T0);
      const at = T0 + 10 * MINUTE;
      machine.feed(at, {
        kind: 'receipt',
        user: 'u1',
        sendKey: machine.sends[0]?.sendKey ?? '',
        atMs: at,
        status: 'delivered',
      });
      expect(machine.story('skipped')).toEqual([]);
    });

    it.each([
      ['of the step', { step: { onUnknown: 'fallback' as const } }],
      ['of the channel', { channel: { onUnknown: 'fallback' as const } }],
    ])('R11: onUnknown fallback %s takes the next channel', (_, more) => {
      const machine = machineOf({ wechat: [unknown], sms: [ok] }, more);
      expect(run(machine).slice(1)).toEqual([
        '+10m wechat to sms unknown_outcome',
        '+10m sent remind by sms',
        '+10m ended completed',
      ]);
    });

    it('R11: what is not certain stays unknown when no next channel can be tried', () => {
      const machine = machineOf({ wechat: [unknown] }, { step: { onUnknown: 'fallback' } });
      machine.become({ ...LI, sms: null });
      expect(run(machine)).toContain('+10m skipped remind no_address');
      expect(machine.settles).toMatchObject([{ state: 'unknown', reason: 'no_address' }]);
    });

    it('R11: nor does a refusal by the next channel make it certain', () => {
      const machine = machineOf({ wechat: [unknown], sms: [refuse] }, { step: { onUnknown: 'fallback' } });
      expect(run(machine)).toContain('+10m skipped remind rejected');
      expect(machine.settles).toMatchObject([{ state: 'unknown', reason: 'rejected' }]);
    });

    it.each([
      ['transactional', 2],
      [undefined, 1],
    ] as const)('R11: onUnknown resend is for transactional messages only: %s', (messageClass, attempts) => {
      const more = {
        step: { onUnknown: 'resend' as const },
        ...(messageClass === undefined ? {} : { class: messageClass }),
      };
      const machine = machineOf({ wechat: [unknown, ok] }, more);
      run(machine);
      expect(machine.sends.map((one) => one.channel)).toEqual(Array(attempts).fill('wechat'));
    });

    it('R11: silence alone never triggers a fallback', () => {
      const machine = machineOf({});
      expect(run(machine)).toEqual([]);
      expect(machine.dueAtMs).toBeNull();
    });
  });

  it('R11: an outcome of an earlier attempt, or told twice, changes nothing', () => {
    const machine = machineOf({ wechat: [throttle] });
    run(machine, T0);
    const [first] = machine.sends;
    if (!first) throw new Error('nothing was sent');
    machine.outcome(T0 + 1, first, ok);
    machine.pass(T0 + MINUTE);
    machine.outcome(T0 + MINUTE, first, refuse);
    expect(machine.state.live).toMatchObject([{ position: { phase: 'planned', channel: 0, attempts: 2 } }]);
  });

  it('R11: a message that comes back from the outbox goes through R23 again, as the same attempt', () => {
    const machine = machineOf({});
    run(machine, T0);
    const sendKey = machine.sends[0]?.sendKey ?? '';
    machine.become({ ...LI, wechat: null });
    machine.feed(T0 + 1, { kind: 'return', user: 'u1', sendKey, attempt: 1, atMs: T0 + 1, reason: 'no_consent' });
    expect(machine.sends.map((one) => one.channel)).toEqual(['wechat', 'sms']);
    expect(machine.state.live).toMatchObject([{ position: { attempts: 1, plans: 2 } }]);
  });
});
