import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { createEmbeddedBus } from '../../src/engine/adapters/bus/embedded/bus.ts';
import { openChannel } from '../../src/engine/adapters/channels/open.ts';
import { systemClock } from '../../src/engine/adapters/clock/system-clock.ts';
import { createSecretResolver } from '../../src/engine/adapters/secrets/resolve.ts';
import { createSqliteStateStore } from '../../src/engine/adapters/state/sqlite/state-store.ts';
import type { ReleaseBundle } from '../../src/engine/model/release.ts';
import { SILENT } from '../../src/engine/ports/log.ts';
import { createDaemon, type Daemon } from '../../src/engine/runtime/daemon.ts';
import { openDoor } from '../../src/engine/usecases/run-daemon.ts';
import { activateRelease } from '../../src/engine/wiring/activate.ts';
import { loadRepository } from '../../src/engine/wiring/repository.ts';
import { openTables } from '../../src/engine/wiring/tables.ts';
import { eventually } from '../daemon/running.ts';
import { createShop, orderEvent, type Shop } from '../daemon/shop.ts';

const cleanups: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A daemon in this process over a shop's files, with the door to it. */
async function openDaemon(shop: Shop) {
  const clock = systemClock();
  const dataDir = mkdtempSync(join(tmpdir(), 'mka-channels-'));
  const store = createSqliteStateStore({ thread: false });
  const bus = createEmbeddedBus({ thread: false });
  await store.migrate();
  const release = () => loadRepository(shop.dir).bundle as ReleaseBundle;
  await activateRelease(store, release(), clock);
  const tables = openTables(release().release.tables, shop.dir, dataDir);
  const secrets = createSecretResolver({ TEST_SMTP_PORT: '1' }, shop.dir);
  const parts = {
    ...{ tenant: { project: 'shop', environment: 'dev' }, store, bus, tables, clock, log: SILENT },
    openChannel: (definition: Parameters<typeof openChannel>[0]) =>
      openChannel(definition, { dataDir: shop.dataDir, clock, secrets }),
    ...{ holder: 'one', workers: 1, batchSize: 100 },
  };
  const daemon: Daemon = await createDaemon(parts);
  const running = daemon.run();
  cleanups.push(async () => {
    daemon.stop();
    await running;
    await Promise.all([store.close(), bus.close(), tables.close()]);
    rmSync(dataDir, { recursive: true });
    shop.remove();
  });
  const door = openDoor(parts, daemon, () => 'request');
  let orders = 0;
  return {
    activate: async () => {
      await activateRelease(store, release(), clock);
      await daemon.releases.refresh();
    },
    order: async (user: string) => {
      orders += 1;
      await door.events([{ value: orderEvent('created', `o${orders}`, user) }]);
    },
  };
}

const channel = (name: string, path = `${name}.ndjson`) =>
  `apiVersion: mka/v1\nkind: Channel\nmetadata: {name: ${name}, owner: growth}\nspec:\n  type: file\n  path: ${path}\n  address: user.phone\n`;
const remindBy = (shop: Shop, via: string) =>
  shop.write(
    'reminder/reminder.campaign.yaml',
    `apiVersion: mka/v1\nkind: Campaign\nmetadata: {name: reminder, owner: growth}\nspec:\n  state: active\n  class: marketing\n  topic: promo\n  trigger: {event: order.created}\n  entry: {key: event.data.order_id, reentry: once}\n  steps:\n    - {id: remind, send: {template: unpaid, via: [${via}]}}\n    - {id: done, exit: {}}\n`,
  );

it('a channel that a release adds sends at once, one with another file goes over, one removed sends what was planned', async () => {
  const shop = createShop({ quiet: false });
  remindBy(shop, 'wechat');
  const { activate, order } = await openDaemon(shop);
  await order('w1');
  await eventually(() => shop.lines('wechat').length === 1);

  shop.write('channels/push.channel.yaml', channel('push'));
  remindBy(shop, 'push');
  await activate();
  await order('w2');
  await eventually(() => shop.lines('push').length === 1);

  shop.write('channels/push.channel.yaml', channel('push', 'push-two.ndjson'));
  await activate();
  await order('w3');
  await eventually(() => shop.lines('push-two').length === 1);

  shop.write('channels/push.channel.yaml', `${channel('push', 'push-two.ndjson')}  delay: 1s\n  concurrency: 1\n`);
  await activate();
  for (const user of ['w4', 'w5', 'w6']) await order(user);
  await eventually(() => shop.lines('push-two').length >= 2);
  rmSync(join(shop.dir, 'channels/push.channel.yaml'));
  remindBy(shop, 'wechat');
  await activate();
  await order('w7');
  await eventually(() => shop.lines('wechat').length === 2);
  await eventually(() => shop.lines('push-two').length === 4);
  expect(shop.lines('push')).toHaveLength(1);
}, 30_000);
