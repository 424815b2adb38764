import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, mka, type RunningDaemon, startDaemon, status } from './running.ts';
import { createShop, orderEvent, type Shop } from './shop.ts';

describe('bad input among good', () => {
  let shop: Shop;
  let daemon: RunningDaemon;
  beforeAll(async () => {
    shop = createShop({ wait: '100ms', quiet: false });
    daemon = await startDaemon(shop.dir);
  });
  afterAll(async () => {
    await daemon.end('SIGTERM');
    shop.remove();
  });

  it('over HTTP: the good take effect, the bad are coded, counted and set aside', async () => {
    const future = new Date(Date.now() + 3_600_000).toISOString();
    const big = {
      ...orderEvent('created', 'big', 'w1'),
      data: { order_id: 'big', user_id: 'w1', junk: 'x'.repeat(300_000) },
    };
    const batch = [
      orderEvent('created', 'g1', 'w1'),
      { ...orderEvent('created', 'b1', 'w1'), specversion: '0.3' },
      big,
      { ...orderEvent('created', 'b2', 'w1'), data: { order_id: 7, user_id: 'w1' } },
      { ...orderEvent('created', 'b3', 'w1'), type: 'order.lost' },
      orderEvent('created', 'b4', 'w1', future),
      { ...orderEvent('created', 'b5', 'w1'), data: { user_id: 'w1' } },
      { ...orderEvent('created', 'b6', 'w1'), time: 'yesterday' },
      orderEvent('created', 'g1', 'w1'),
      orderEvent('created', 'conflicting', 'w1', undefined, 'g1-created'),
      orderEvent('created', 'g2', 'w2'),
    ];
    const answer = await daemon.post('/v1/events', batch);
    const { accepted, refused } = (await answer.json()) as {
      accepted: number;
      refused: { index: number; code: string }[];
    };
    expect([answer.status, accepted]).toEqual([202, 4]);
    const codes = [
      'event/not-cloudevent',
      'event/too-large',
      'event/wrong-type',
      'event/unknown-type',
      'future_event',
      'event/missing-field',
      'event/invalid-time',
    ];
    expect(refused.map(({ index, code }) => [index, code])).toEqual(codes.map((code, at) => [at + 1, code]));
    expect((await daemon.post('/v1/events', '{"broken":')).status).toBe(400);

    await eventually(() => shop.lines('wechat').length >= 2, daemon.stderr);
    expect(
      shop
        .lines('wechat')
        .map(({ to }) => to)
        .sort(),
    ).toEqual(['w-w1', 'w-w2']);
    const { counters, deadLetters } = await status(shop.dir);
    expect(counters).toMatchObject({ duplicate: 1, conflict: 1, entered: 2 });
    for (const code of [...codes, 'event/invalid-json'])
      expect([code, counters[`refused/${code}`], deadLetters[code]]).toEqual([code, 1, 1]);
  });

  it('by a file: bad lines are listed by number, a second import changes nothing', async () => {
    const lines = [
      JSON.stringify(orderEvent('created', 'f1', 'w11')),
      'nonsense',
      '',
      JSON.stringify(orderEvent('created', 'f2', 'w12')),
    ];
    const first = await mka(['events', 'import', '-', '--dir', shop.dir], { input: lines.join('\n') });
    expect(first).toMatchObject({ code: 1, stderr: 'line 2: event/invalid-json: not JSON text\n' });
    expect(first.stdout).toContain('4 lines: 2 events queued, 1 refused');
    await mka(['events', 'import', '-', '--dir', shop.dir], { input: lines.join('\n') });
    await eventually(async () => ((await status(shop.dir)).counters['duplicate'] ?? 0) >= 3, daemon.stderr);
    expect(shop.lines('wechat').filter(({ to }) => ['w-w11', 'w-w12'].includes(to))).toHaveLength(2);
  });

  it('shows figures without personal data, and readiness', async () => {
    const metrics = await (await fetch(`${daemon.url}/metrics`)).text();
    expect(metrics).toContain('mka_active 1');
    expect(metrics).toContain('mka_dead_letters{code="event/too-large"} 1');
    expect(metrics).not.toMatch(/w-w1|\bw1\b|Wang/);
    expect(await (await fetch(`${daemon.url}/readyz`)).json()).toEqual({ ready: true, down: [] });
  });
});
