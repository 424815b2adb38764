import { afterEach, describe, expect, it } from 'vitest';
import { eventually, mka, type RunningDaemon, startDaemon, status } from './running.ts';
import { createShop, orderEvent, type Shop, type ShopOptions } from './shop.ts';

let shop: Shop;
let daemon: RunningDaemon;

async function open(options: ShopOptions): Promise<void> {
  shop = createShop({ quiet: false, ...options });
  daemon = await startDaemon(shop.dir);
}

afterEach(async () => {
  if (daemon.process.exitCode === null && daemon.process.signalCode === null) await daemon.end('SIGKILL');
  shop.remove();
});

const orders = (count: number) => Array.from({ length: count }, (_, n) => orderEvent('created', `o${n}`, `w${n}`));

describe('SIGTERM', () => {
  it('finishes what is in flight and ends with 0', async () => {
    await open({ wait: '0s', delay: '1500ms' });
    await daemon.post('/v1/events', orders(3));
    // Written, and not answered yet: the messages are in flight.
    await eventually(() => shop.lines('wechat').length > 0, daemon.stderr);
    expect(await daemon.end('SIGTERM')).toBe(0);
    const { sends, daemons } = await status(shop.dir);
    expect(sends['dispatching'] ?? 0).toBe(0);
    expect(sends['unknown'] ?? 0).toBe(0);
    expect(sends['accepted']).toBe(shop.lines('wechat').length);
    expect(daemons).toEqual([]);
    expect(daemon.stderr()).toContain('SIGTERM: finishing what is in flight');
  });

  it('a second one ends at once with 143', async () => {
    await open({ wait: '0s', delay: '20s' });
    await daemon.post('/v1/events', orders(1));
    await eventually(() => shop.lines('wechat').length > 0, daemon.stderr);
    daemon.process.kill('SIGTERM');
    await eventually(() => daemon.stderr().includes('once more'), daemon.stderr);
    expect(await daemon.end('SIGTERM')).toBe(143);
  });
});

describe('kill -9', () => {
  it('and a restart: nothing lost, nothing twice, taken over at once', async () => {
    await open({ wait: '1s' });
    const count = 300;
    for (let n = 0; n < count; n += 100) {
      const answer = await daemon.post('/v1/events', orders(count).slice(n, n + 100));
      expect(answer.status).toBe(202);
    }
    await eventually(() => shop.lines('wechat').length > 0, daemon.stderr);
    await daemon.end('SIGKILL');
    const restartedAt = performance.now();
    daemon = await startDaemon(shop.dir);
    await eventually(() => daemon.stderr().includes('daemon/active'), daemon.stderr);
    expect(performance.now() - restartedAt).toBeLessThan(2_900);
    await eventually(async () => (await status(shop.dir)).sends['accepted'] === count, daemon.stderr);
    const keys = shop.lines('wechat').map(({ key }) => key);
    expect([keys.length, new Set(keys).size]).toEqual([count, count]);
    expect((await status(shop.dir)).users).toBe(0);
  });
});

describe('an invalid repository', () => {
  it('without a release ends with 1, with one the last good release goes on, loudly', async () => {
    shop = createShop({ wait: '0s', quiet: false });
    shop.write('gift/gift.campaign.yaml', 'kind: Campaign\n');
    const refused = await mka(['run', '--dir', shop.dir, '--once']);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('error[repository/invalid]')]);

    shop.remove();
    await open({ wait: '0s' });
    await daemon.end('SIGTERM');
    shop.write('gift/gift.campaign.yaml', 'kind: Campaign\n');
    daemon = await startDaemon(shop.dir);
    expect(daemon.stderr()).toContain('WARNING the repository has');
    expect(daemon.stderr()).toContain('gift/gift.campaign.yaml:1');
    await daemon.post('/v1/events', orders(1));
    await eventually(() => shop.lines('wechat').length === 1, daemon.stderr);
    expect((await status(shop.dir)).release.generation).toBe(1);
  });
});
