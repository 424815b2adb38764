import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mka } from './running.ts';
import { createShop, orderEvent, type Shop } from './shop.ts';

interface Story {
  readonly story: readonly { readonly kind: string; readonly reason: string | null }[];
  readonly messages: readonly { readonly state: string; readonly channel: string }[];
}

// The worked example S4 of shared/acceptance on the daemon's own loops, real files and a virtual clock.
describe('S4: order created, ten minutes later still unpaid', () => {
  let shop: Shop;
  let summary: { entries: number; ends: Record<string, number>; duplicates: number };
  const story = async (user: string): Promise<Story> => {
    const ran = await mka(['explain', user, '--dir', shop.dir, '--campaign', 'reminder', '--json']);
    return JSON.parse(ran.stdout);
  };
  const reasonsOf = ({ story: lines }: Story, kind: string) =>
    lines.filter((line) => line.kind === kind).map(({ reason }) => reason);

  beforeAll(async () => {
    shop = createShop();
    const day = '2026-03-02T';
    const events = [
      orderEvent('created', 'o1', 'u1', `${day}02:00:00Z`),
      orderEvent('paid', 'o1', 'u1', `${day}02:09:59Z`),
      orderEvent('created', 'o2', 'u2', `${day}02:00:00Z`),
      orderEvent('paid', 'o2', 'u2', `${day}02:10:00Z`),
      orderEvent('created', 'o3', 'u3', `${day}02:00:00Z`),
      orderEvent('created', 'o3', 'u3', `${day}02:00:00Z`),
      { ...orderEvent('created', 'o3', 'u3', `${day}02:00:00Z`), receivedtime: `${day}02:30:00Z` },
      orderEvent('created', 'o4', 'u4', `${day}13:55:00Z`),
      orderEvent('created', 'o4b', 'w4', `${day}13:55:00Z`),
      orderEvent('paid', 'o4b', 'w4', `${day}23:00:00Z`),
      orderEvent('created', 'o5', 'u5', `${day}02:00:00Z`),
      orderEvent('created', 'o6', 'u6', `${day}02:00:00Z`),
    ];
    const file = join(shop.dir, 'orders.ndjson');
    writeFileSync(file, events.map((event) => JSON.stringify(event)).join('\n'));
    const ran = await mka([
      'run',
      '--dir',
      shop.dir,
      '--clock',
      'virtual',
      '--events',
      file,
      '--until',
      '2026-03-03T02:00:00Z',
      '--json',
    ]);
    expect(ran.stderr).toBe('');
    summary = JSON.parse(ran.stdout);
  });
  afterAll(() => shop.remove());

  it('o1, paid a second before: nothing, exit_event', async () => {
    const told = await story('u1');
    expect(told.messages).toEqual([]);
    expect(reasonsOf(told, 'ended')).toEqual(['exit_event']);
  });

  it('o2, paid at the very instant: nothing, exit_event (R5)', async () => {
    const told = await story('u2');
    expect(told.messages).toEqual([]);
    expect(reasonsOf(told, 'ended')).toEqual(['exit_event']);
  });

  it('o3, delivered three times, unpaid: one message at the due instant', () => {
    expect(shop.lines('wechat').filter(({ to }) => to === 'w-u3')).toMatchObject([{ at: '2026-03-02T02:10:00.000Z' }]);
    expect(summary.duplicates).toBe(2);
  });

  it('o4, due in quiet hours: held, sent when they end', async () => {
    expect(shop.lines('wechat').filter(({ to }) => to === 'w-u4')).toMatchObject([{ at: '2026-03-03T00:00:00.000Z' }]);
    expect(reasonsOf(await story('u4'), 'held')).toEqual(['quiet_hours']);
  });

  it('o4, paid while it is held: nothing', async () => {
    const told = await story('w4');
    expect(told.messages).toEqual([]);
    expect(reasonsOf(told, 'ended')).toEqual(['exit_event']);
  });

  it('o5, without WeChat: SMS at once', async () => {
    expect(shop.lines('sms')).toMatchObject([{ to: '+8613800000005', at: '2026-03-02T02:10:00.000Z' }]);
    expect(reasonsOf(await story('u5'), 'redirected')).toEqual(['no_address']);
  });

  it('o6, refused by WeChat and on the black list of SMS: nothing, blacklist', async () => {
    const told = await story('u6');
    expect(told.messages).toMatchObject([{ channel: 'wechat', state: 'rejected' }]);
    expect(reasonsOf(told, 'skipped')).toEqual(['blacklist']);
  });

  it('counts them', () => {
    expect(summary.entries).toBe(7);
    expect(summary.ends).toEqual({ completed: 4, exit_event: 3 });
  });
});
