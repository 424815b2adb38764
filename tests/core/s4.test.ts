import { describe, expect, it } from 'vitest';
import type { Input } from '../../src/engine/model/input.ts';
import type { ListDefinition } from '../../src/engine/model/release.ts';
import { campaign, channel, HOUR, release, T0 } from './builder.ts';
import { event, LI, Machine, refuse } from './machine.ts';

/** Case S4 of the acceptance: order created, ten minutes later still unpaid → message, WeChat then SMS; 10:00 in Shanghai. */
const quietHours = { startMinute: 22 * 60, endMinute: 8 * 60 };
const black: ListDefinition = {
  ...{ name: 'black', type: 'black', channels: ['sms'], legal: false },
  entries: [{ user: 'u6', reason: 'asked by phone' }],
};

function play(
  order: string,
  inputs: readonly (readonly [time: string, type: string])[],
  more: Partial<Machine> = {},
): string[] {
  const user = order.replace('o', 'u');
  const channels = { wechat: channel('wechat'), sms: channel('sms') };
  const project = { zone: 'Asia/Shanghai', quietHours };
  const machine = new Machine(release([campaign()], { project, channels, lists: { black } }), user);
  Object.assign(machine, more);
  const seen = new Set<string>();
  for (const [time, type] of inputs) {
    const atMs = Date.parse(time);
    machine.pass(atMs - 1);
    const id = `${type}-${order}`;
    // Deduplication is the worker's part (R8): a repeat does not reach the machine.
    const input: Input = event(type, atMs, { id, user, data: { order_id: order, user_id: user } });
    machine.feed(atMs, ...(seen.has(id) ? [] : [input]));
    seen.add(id);
  }
  machine.pass(T0 + 48 * HOUR);
  return machine.records.flatMap((one) => {
    const at = new Date(one.atMs).toISOString().slice(5, 19);
    if (one.kind === 'outcome' && one.outcome.kind === 'accepted') return [`${at} sent by ${one.channel}`];
    if (one.kind === 'held' || one.kind === 'skipped') return [`${at} ${one.kind} ${one.reason}`];
    if (one.kind === 'ended' && one.reason !== 'completed') return [`${at} ${one.reason}`];
    return [];
  });
}

const CREATED = ['2026-11-22T02:00:00Z', 'order.created'] as const;
const EVENING = ['2026-11-22T13:55:00Z', 'order.created'] as const;

describe('S4', () => {
  it.each([
    [
      'o1 paid a second before the message is due',
      'o1',
      [CREATED, ['2026-11-22T02:09:59Z', 'order.paid']],
      {},
      ['11-22T02:09:59 exit_event'],
    ],
    [
      'o2 paid at the very instant',
      'o2',
      [CREATED, ['2026-11-22T02:10:00Z', 'order.paid']],
      {},
      ['11-22T02:10:00 exit_event'],
    ],
    [
      'o3 delivered twice and once more',
      'o3',
      [CREATED, CREATED, ['2026-11-22T02:05:00Z', 'order.created']],
      {},
      ['11-22T02:10:00 sent by wechat'],
    ],
    [
      'o4 due in quiet hours',
      'o4',
      [EVENING],
      {},
      ['11-22T14:05:00 held quiet_hours', '11-23T00:00:00 sent by wechat'],
    ],
    [
      'o4 paid while it is held',
      'o4',
      [EVENING, ['2026-11-22T23:00:00Z', 'order.paid']],
      {},
      ['11-22T14:05:00 held quiet_hours', '11-22T23:00:00 exit_event'],
    ],
    ['o5 without WeChat', 'o5', [CREATED], { profile: { ...LI, wechat: null } }, ['11-22T02:10:00 sent by sms']],
    [
      'o6 refused by WeChat, on the black list of SMS',
      'o6',
      [CREATED],
      { answer: () => refuse },
      ['11-22T02:10:00 skipped blacklist'],
    ],
  ] as const)('S4: %s', (_, order, inputs, more, expected) => {
    expect(play(order, inputs, more)).toEqual(expected);
  });
});
