import { describe, expect, it } from 'vitest';
import { campaign, DAY, done, HOUR, MINUTE, release, send, steps, T0, waitAfter } from './builder.ts';
import { event, Machine } from './machine.ts';

const resume = (atMs: number) => ({ kind: 'resume', user: 'u1', campaign: 'reminder', atMs }) as const;

function pausedAt(afterMs: number, more: Parameters<typeof campaign>[0] = {}): Machine {
  const machine = new Machine(release([campaign(more)]));
  machine.feed(T0, event('order.created', T0));
  machine.pass(T0 + afterMs);
  machine.paused.add('reminder');
  return machine;
}

function resumeAt(machine: Machine, atMs: number): string[] {
  machine.pass(atMs - 1);
  machine.paused.delete('reminder');
  machine.feed(atMs, resume(atMs));
  return machine.pass(T0 + 9 * DAY).story('outcome', 'skipped', 'ended');
}

describe('R14: a paused campaign', () => {
  it('R14: admits nobody, by the instant of decision', () => {
    const machine = pausedAt(0);
    machine.feed(T0 + 2, event('order.created', T0 - 1, { receivedAtMs: T0 + 2, data: { order_id: 'o2' } }));
    expect(machine.story('refused')).toEqual(['+2ms refused campaign_paused']);
  });

  it('R14: entries missed while paused are not made up', () => {
    const machine = pausedAt(0);
    machine.feed(T0 + 2, event('order.created', T0 + 2, { data: { order_id: 'o2' } }));
    resumeAt(machine, T0 + HOUR);
    expect(machine.story('entered')).toHaveLength(1);
  });

  it('R14: sends nothing; what fell due goes on at the resume', () => {
    const machine = pausedAt(0);
    machine.pass(T0 + 10 * MINUTE);
    expect(machine.dueAtMs).toBeNull();
    expect([...machine.pausedBy]).toEqual(['reminder']);
    expect(resumeAt(machine, T0 + 2 * HOUR)).toEqual(['+2h sent remind by wechat', '+2h ended completed']);
    expect(machine.sends[0]?.dueAtMs).toBe(T0 + 10 * MINUTE);
  });

  it.each([
    ['at exactly the bound is sent', 12 * HOUR, 'sent remind by wechat'],
    ['beyond it is skipped visibly', 12 * HOUR + 1, 'skipped remind stale'],
  ])('R14: a message overdue at the resume %s', (_, overdueMs, expected) => {
    const machine = pausedAt(0);
    machine.pass(T0 + 10 * MINUTE);
    expect(resumeAt(machine, T0 + 10 * MINUTE + overdueMs)[0]).toContain(expected);
  });

  it('R14: a message that came back from the outbox is held, once, and goes on at the resume', () => {
    const machine = new Machine(release([campaign({ steps: steps(send('remind'), done) })]));
    machine.answer = () => null;
    machine.feed(T0, event('order.created', T0));
    machine.paused.add('reminder');
    const back = { kind: 'return', user: 'u1', sendKey: machine.sends[0]?.sendKey ?? '', attempt: 1 } as const;
    machine.feed(T0 + 1, { ...back, atMs: T0 + 1, reason: 'campaign_paused' });
    machine.feed(T0 + 2);
    expect(machine.story('held')).toEqual(['+1ms held remind campaign_paused']);
    machine.answer = () => ({ kind: 'accepted' });
    expect(resumeAt(machine, T0 + HOUR)).toEqual(['+1h sent remind by wechat', '+1h ended completed']);
    expect(machine.sends.map((one) => one.sendKey)).toEqual([back.sendKey, back.sendKey]);
  });

  it('R14: nothing is sent twice: a resume without a pause changes nothing', () => {
    const machine = pausedAt(0);
    resumeAt(machine, T0 + HOUR);
    const before = machine.sends.length;
    machine.feed(T0 + 2 * HOUR, resume(T0 + 2 * HOUR));
    expect(machine.sends).toHaveLength(before);
  });

  it('R14: exits and open waits still apply', () => {
    const wait = { id: 'w', kind: 'waitFor', event: 'answer.given', timeoutMs: DAY, from: 'previous' } as const;
    const machine = pausedAt(0, {
      steps: steps({ ...wait, onMatch: 'remind', onTimeout: 'done' }, send('remind'), done),
    });
    machine.feed(T0 + 1, event('answer.given', T0 + 1));
    expect(machine.story('matched', 'held')).toHaveLength(2);
    machine.feed(T0 + 2, event('order.paid', T0 + 2));
    expect(machine.story('ended')).toEqual(['+2ms ended exit_event']);
  });

  it('R14: an emit waits for the resume like a send', () => {
    const tell = { id: 'tell', kind: 'emit', event: 'app.opened', data: {} } as const;
    const machine = pausedAt(0, { steps: steps(waitAfter('wait', MINUTE), tell, done) });
    machine.pass(T0 + HOUR);
    expect(machine.mail).toEqual([]);
    resumeAt(machine, T0 + 2 * HOUR);
    expect(machine.mail).toMatchObject([{ event: { type: 'app.opened', occurredAtMs: T0 + 2 * HOUR } }]);
  });

  it('R14: another campaign of the same user goes on', () => {
    const machine = new Machine(release([campaign(), campaign({ name: 'other' })]));
    machine.feed(T0, event('order.created', T0));
    machine.paused.add('reminder');
    machine.pass(T0 + DAY);
    expect(machine.sends.map((one) => one.campaign)).toEqual(['other']);
  });
});
