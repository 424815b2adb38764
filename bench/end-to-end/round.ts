import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createEmbeddedBus } from '../../src/engine/adapters/bus/embedded/bus.ts';
import { openChannel } from '../../src/engine/adapters/channels/open.ts';
import { systemClock } from '../../src/engine/adapters/clock/system-clock.ts';
import { createSqliteStateStore } from '../../src/engine/adapters/state/sqlite/state-store.ts';
import { createTableSource } from '../../src/engine/adapters/tables/source.ts';
import { digestOf } from '../../src/engine/kernel/hash.ts';
import type { Release } from '../../src/engine/model/release.ts';
import type { BusPort } from '../../src/engine/ports/bus.ts';
import type { Clock } from '../../src/engine/ports/clock.ts';
import type { CommitRequest } from '../../src/engine/ports/state-store.ts';
import { createDaemon } from '../../src/engine/runtime/daemon.ts';
import { decodeEventText } from '../../src/engine/runtime/intake.ts';
import { publish } from '../../src/engine/runtime/publish.ts';
import { type Counts, counted } from './counted.ts';
import { bareLedgerInserts } from './limit.ts';
import { benchRelease } from './release.ts';
import { cpuByThread } from './threads.ts';

const PUBLISH_BATCH = 1_000;
const POLL_MS = 100;
const tenant = { project: 'bench', environment: 'bench' };

/** What one round measured; its results have been verified. */
export interface Round {
  readonly perSecond: number;
  readonly cpuMicros: number;
  /** CPU microseconds a message by thread; null where the system does not tell. */
  readonly byThread: Readonly<Record<string, number>> | null;
  readonly limitPerSecond: number;
  readonly store: Counts;
  readonly bus: Counts;
}

/** One round over new files: events in, messages out, every one of them in the channel's own file exactly once. */
export async function runRound(messages: number): Promise<Round> {
  const root = await mkdtemp(join(tmpdir(), 'mka-bench-'));
  try {
    return await measure(root, messages);
  } finally {
    await rm(root, { recursive: true });
  }
}

async function measure(root: string, messages: number): Promise<Round> {
  const release = benchRelease();
  await writeFile(join(root, 'customers.csv'), customers(messages));
  const store = counted(createSqliteStateStore({ file: join(root, 'state.db') }), STORE_ROWS);
  await store.port.migrate();
  const bus = counted(createEmbeddedBus({ file: join(root, 'bus.db') }), BUS_ROWS);
  const tables = createTableSource(release.tables, { root, cacheDir: root });
  await Promise.all([tables.check('customers'), bus.port.depth()]);
  const clock = systemClock();
  const digest = digestOf(release);
  await store.port.saveRelease({ digest, release, places: {} });
  await store.port.activate(digest, 0, clock.now());
  const daemon = await createDaemon({
    ...{ tenant, store: store.port, bus: bus.port, tables, clock },
    log: { info: () => {}, warn: console.error, error: console.error },
    openChannel: (definition) => openChannel(definition, { dataDir: root, clock } as never),
    holder: 'bench',
    workers: 4,
    batchSize: 1_000,
  });
  const running = daemon.run();
  const startedMs = performance.now();
  const cpu = process.cpuUsage();
  const before = cpuByThread();
  await feed(messages, release, bus.port, clock, () => daemon.wake());
  while (((await store.port.status(clock.now())).sends['accepted'] ?? 0) < messages) await clock.sleep(POLL_MS);
  const seconds = (performance.now() - startedMs) / 1000;
  const used = process.cpuUsage(cpu);
  const after = cpuByThread();
  daemon.stop();
  await running;
  await Promise.all([store.port.close(), bus.port.close(), tables.close()]);
  const keys = await verify(join(root, 'sms.ndjson'), messages);
  return {
    perSecond: messages / seconds,
    cpuMicros: (used.user + used.system) / messages,
    byThread: before && after && difference(before, after, messages),
    limitPerSecond: bareLedgerInserts(root, keys),
    store: store.counts,
    bus: bus.counts,
  };
}

const STORE_ROWS = {
  mailbox: (_: readonly never[], items: readonly unknown[]) => items.length,
  dueUsers: (_: readonly never[], users: readonly unknown[]) => users.length,
  load: ([request]: readonly { readonly users: readonly string[] }[]) => request?.users.length ?? 0,
  commit: ([request]: readonly CommitRequest[]) => request?.changes.length ?? 0,
  claimSends: (_: readonly never[], answer: { readonly claimed: readonly unknown[] }) => answer.claimed.length,
  settle: ([settlements]: readonly (readonly unknown[])[]) => settlements?.length ?? 0,
};
const BUS_ROWS = {
  publish: ([batch]: readonly (readonly unknown[])[]) => batch?.length ?? 0,
  pull: (_: readonly never[], answer: { readonly deliveries: readonly unknown[] }) => answer.deliveries.length,
};

/** Publishes as intake does: event text, decoded and checked, durable in the queue before the next batch. */
async function feed(messages: number, release: Release, bus: BusPort, clock: Clock, wake: () => void): Promise<void> {
  for (let first = 0; first < messages; first += PUBLISH_BATCH) {
    const nowMs = clock.now();
    const inputs = [];
    for (let i = first; i < Math.min(first + PUBLISH_BATCH, messages); i += 1) {
      const result = decodeEventText(eventText(i, nowMs), release, nowMs);
      if (!result.ok) throw new Error(result.detail);
      inputs.push({ kind: 'event' as const, event: result.event });
    }
    await publish(bus, tenant, inputs, nowMs);
    wake();
  }
}

function eventText(i: number, nowMs: number): string {
  return JSON.stringify({
    specversion: '1.0',
    id: `e${i}`,
    source: 'shop',
    type: 'order.created',
    time: new Date(nowMs).toISOString(),
    data: { order_id: `o${i}`, user_id: `u${i}`, amount_minor: 10_000 + i },
  });
}

function customers(count: number): string {
  const rows = ['id,surname,phone'];
  for (let user = 0; user < count; user += 1) rows.push(`u${user},Li,139${String(user).padStart(8, '0')}`);
  return `${rows.join('\n')}\n`;
}

/** The receiver's own file: as many lines as messages, as many keys as lines. */
async function verify(file: string, messages: number): Promise<Set<string>> {
  const keys = new Set<string>();
  let lines = 0;
  for await (const line of createInterface({ input: createReadStream(file) })) {
    lines += 1;
    keys.add((JSON.parse(line) as { key: string }).key);
  }
  if (lines !== messages || keys.size !== messages) {
    throw new Error(`${lines} lines, ${keys.size} keys, expected ${messages}`);
  }
  return keys;
}

function difference(
  before: Readonly<Record<string, number>>,
  after: Readonly<Record<string, number>>,
  messages: number,
): Record<string, number> {
  return Object.fromEntries(
    Object.entries(after).map(([name, seconds]) => [name, ((seconds - (before[name] ?? 0)) * 1e6) / messages]),
  );
}
