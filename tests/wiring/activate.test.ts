import { expect, it, onTestFinished } from 'vitest';
import { VirtualClock } from '../../src/engine/adapters/clock/virtual-clock.ts';
import { createSqliteStateStore } from '../../src/engine/adapters/state/sqlite/state-store.ts';
import type { ReleaseBundle } from '../../src/engine/model/release.ts';
import { activateRelease } from '../../src/engine/wiring/activate.ts';
import { loadRepository } from '../../src/engine/wiring/repository.ts';
import { createShop } from '../daemon/shop.ts';

it('an unchanged release keeps its generation, another one takes the next, side by side too', async () => {
  const clock = new VirtualClock(1_000);
  const store = createSqliteStateStore({ thread: false });
  const shop = createShop();
  onTestFinished(() => shop.remove());
  await store.migrate();
  const first = loadRepository(shop.dir).bundle as ReleaseBundle;
  expect((await activateRelease(store, first, clock)).generation).toBe(1);
  expect((await activateRelease(store, { ...first, commit: 'abc' }, clock)).generation).toBe(1);
  expect((await store.loadRelease(first.digest))?.commit).toBe('abc');
  const second = { ...first, digest: 'sha256:other' };
  const both = await Promise.all([activateRelease(store, second, clock), activateRelease(store, second, clock)]);
  expect(both.map(({ generation }) => generation)).toEqual([2, 2]);
});
