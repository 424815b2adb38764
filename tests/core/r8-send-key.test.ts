import { describe, expect, it } from 'vitest';
import { sendKeyOf } from '../../src/engine/messages/send-key.ts';
import type { EntryRule } from '../../src/engine/model/release.ts';
import { campaign, DAY, done, HOUR, MINUTE, release, send, steps, T0, waitAfter } from './builder.ts';
import { event, Machine, refuse, throttle } from './machine.ts';

const tenant = { project: 'shop', environment: 'test' };
const entered = (more: Parameters<typeof campaign>[0] = {}) => {
  const machine = new Machine(release([campaign(more)]));
  machine.feed(T0, event('order.created', T0, { id: 'e1' }));
  return machine;
};
const keysOf = (machine: Machine) => machine.pass(T0 + DAY).sends.map(({ sendKey }) => sendKey);

describe('R8: the send key', () => {
  it('R8: is made of project, environment, campaign, user, occurrence, step and visit', () => {
    const occurrence = '4:shop2:e1';
    const expected = sendKeyOf(tenant, { campaign: 'reminder', user: 'u1', occurrence, step: 'remind', visit: 1 });
    expect(keysOf(entered())).toEqual([expected]);
  });

  it('R8: under `once` without a key it is the campaign and the user', () => {
    const entry: EntryRule = { reentry: { kind: 'once' }, whileLive: 'ignore' };
    const expected = sendKeyOf(tenant, {
      campaign: 'reminder',
      user: 'u1',
      occurrence: 'once',
      step: 'remind',
      visit: 1,
    });
    expect(keysOf(entered({ entry }))).toEqual([expected]);
  });

  it('R8: has no revision of the campaign in it', () => {
    expect(keysOf(entered({ priority: 1 }))).toEqual(keysOf(entered({ priority: 99 })));
  });

  it('R8: has no attempt and no channel in it', () => {
    const machine = entered();
    machine.answer = ({ channel: name, attempt }) =>
      name === 'sms' ? { kind: 'accepted' } : attempt === 1 ? throttle : refuse;
    expect(new Set(keysOf(machine)).size).toBe(1);
    expect(machine.sends.map((one) => [one.channel, one.attempt])).toEqual([
      ['wechat', 1],
      ['wechat', 2],
      ['sms', 3],
    ]);
  });

  it('R8: differs from visit to visit of a step in a loop', () => {
    const loop = steps(send('remind'), waitAfter('day', 5 * HOUR), {
      id: 'again',
      kind: 'branch',
      cases: [{ next: 'remind' }],
    });
    const keys = keysOf(entered({ steps: loop }));
    expect(keys).toHaveLength(5);
    expect(new Set(keys).size).toBe(5);
  });

  it('R8: differs between two entries', () => {
    const machine = entered({ entry: { reentry: { kind: 'afterExit' }, whileLive: 'ignore' } });
    machine.pass(T0 + HOUR);
    machine.feed(T0 + HOUR, event('order.created', T0 + HOUR, { id: 'e2' }));
    expect(new Set(keysOf(machine)).size).toBe(2);
  });

  it('R8: parts cannot run into each other', () => {
    const key = (campaignName: string, user: string) =>
      sendKeyOf(tenant, { campaign: campaignName, user, occurrence: 'once', step: 's', visit: 1 });
    expect(key('a', 'bc')).not.toBe(key('ab', 'c'));
  });

  it('R8: a second message with a key that the ledger holds is skipped', () => {
    const machine = entered();
    const [key] = keysOf(entered());
    machine.knownSendKeys.add(key ?? '');
    machine.pass(T0 + DAY);
    expect(machine.story('skipped')).toEqual(['+10m skipped remind duplicate_send_key']);
    expect(machine.settles).toEqual([]);
  });

  it('R8: a further attempt of the same message is no second one', () => {
    const machine = entered();
    machine.answer = ({ attempt }) => (attempt === 1 ? throttle : { kind: 'accepted' });
    machine.pass(T0 + 10 * MINUTE);
    machine.knownSendKeys.add(machine.sends[0]?.sendKey ?? '');
    expect(machine.pass(T0 + DAY).story('skipped')).toEqual([]);
    expect(machine.sends).toHaveLength(2);
  });

  it('R8: an emitted event has an id of its own that a replay gives again', () => {
    const emitting = { steps: steps({ id: 'tell', kind: 'emit', event: 'app.opened', data: { n: '1 + 1' } }, done) };
    const [first, second] = [entered(emitting), entered(emitting)];
    expect(first.mail).toEqual(second.mail);
    expect(first.mail).toMatchObject([{ kind: 'event', event: { type: 'app.opened', user: 'u1', data: { n: 2 } } }]);
  });
});
