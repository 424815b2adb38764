/**
 * Whole path, embedded: event text → intake → bus → enrollment → timer → decision → ledger → outbox → file channel.
 * Every round counts what the channel's own file holds. `--messages N` and `--rounds N` set the size.
 */
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { createEmbeddedBus } from '../../src/engine/adapters/bus/embedded/bus.ts';
import { openChannel } from '../../src/engine/adapters/channels/open.ts';
import { systemClock } from '../../src/engine/adapters/clock/system-clock.ts';
import { createSqliteStateStore } from '../../src/engine/adapters/state/sqlite/state-store.ts';
import { createTableSource } from '../../src/engine/adapters/tables/source.ts';
import { digestOf } from '../../src/engine/kernel/hash.ts';
import type { Log } from '../../src/engine/ports/log.ts';
import { createDaemon } from '../../src/engine/runtime/daemon.ts';
import { decodeEventText } from '../../src/engine/runtime/intake.ts';
import { publish } from '../../src/engine/runtime/publish.ts';
import { benchRelease } from './release.ts';

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '50000' },
    rounds: { type: 'string', default: '5' },
    quick: { type: 'boolean', default: false },
  },
});
const messages = values.quick ? 5_000 : Number(values.messages);
const rounds = values.quick ? 1 : Number(values.rounds);
const PUBLISH_BATCH = 1_000;
const tenant = { project: 'bench', environment: 'bench' };

const log: Log = { info: () => {}, warn: console.error, error: console.error };

const rates: number[] = [];
for (let round = 1; round <= rounds; round += 1) {
  const { seconds, delivered, distinct, cpuSeconds } = await runOnce();
  if (delivered !== messages || distinct !== messages) {
    throw new Error(`${delivered} lines, ${distinct} keys, expected ${messages}`);
  }
  rates.push(messages / seconds);
  console.log(
    `round ${round}: ${messages} messages in ${seconds.toFixed(2)} s = ${Math.round(messages / seconds)}/s, ` +
      `${((cpuSeconds / messages) * 1e6).toFixed(0)} µs CPU a message`,
  );
}
rates.sort((a, b) => a - b);
console.log(
  `median ${Math.round(rates[Math.floor(rates.length / 2)] ?? 0)} messages/s (goal: 10000), verified by the channel's file`,
);

async function runOnce() {
  const root = await mkdtemp(join(tmpdir(), 'mka-bench-'));
  const release = benchRelease();
  const rows = ['id,surname,phone'];
  for (let user = 0; user < messages; user += 1) rows.push(`u${user},Li,139${String(user).padStart(8, '0')}`);
  await writeFile(join(root, 'customers.csv'), `${rows.join('\n')}\n`);
  const store = createSqliteStateStore({ file: join(root, 'state.db') });
  const bus = createEmbeddedBus({ file: join(root, 'bus.db') });
  const tables = createTableSource(release.tables, { root, cacheDir: root });
  await store.migrate();
  await tables.check('customers');
  const digest = digestOf(release);
  await store.saveRelease({ digest, release, places: {} });
  const clock = systemClock();
  await store.activate(digest, 0, clock.now());
  const daemon = await createDaemon({
    tenant,
    store,
    bus,
    tables,
    clock,
    log,
    openChannel: (definition) => openChannel(definition, { dataDir: root, clock } as never),
    holder: 'bench',
    workers: 2,
    batchSize: 2_000,
  });
  const running = daemon.run();
  const startedMs = performance.now();
  const cpu = process.cpuUsage();
  for (let first = 0; first < messages; first += PUBLISH_BATCH) {
    const nowMs = clock.now();
    const inputs = [];
    for (let i = first; i < Math.min(first + PUBLISH_BATCH, messages); i += 1) {
      const result = decodeEventText(eventText(i, nowMs), release, nowMs);
      if (!result.ok) throw new Error(result.detail);
      inputs.push({ kind: 'event' as const, event: result.event });
    }
    await publish(bus, tenant, inputs, nowMs);
    daemon.wake();
  }
  for (;;) {
    const status = await store.status(clock.now());
    if ((status.sends['accepted'] ?? 0) >= messages) break;
    await clock.sleep(20);
  }
  const seconds = (performance.now() - startedMs) / 1000;
  const used = process.cpuUsage(cpu);
  daemon.stop();
  await running;
  const keys = new Set<string>();
  let delivered = 0;
  for await (const line of createInterface({ input: createReadStream(join(root, 'sms.ndjson')) })) {
    delivered += 1;
    keys.add((JSON.parse(line) as { key: string }).key);
  }
  await Promise.all([store.close(), bus.close(), tables.close()]);
  await rm(root, { recursive: true });
  return { seconds, delivered, distinct: keys.size, cpuSeconds: (used.user + used.system) / 1e6 };
}

function eventText(i: number, nowMs: number): string {
  const data = { order_id: `o${i}`, user_id: `u${i}`, amount_minor: 10_000 + i };
  return JSON.stringify({
    specversion: '1.0',
    id: `e${i}`,
    source: 'shop',
    type: 'order.created',
    time: new Date(nowMs).toISOString(),
    data,
  });
}
