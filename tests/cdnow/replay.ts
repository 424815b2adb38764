import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readPurchases, toCustomer, toEvent } from '../../scripts/demo/cdnow-events.ts';
import { createEmbeddedBus } from '../../src/engine/adapters/bus/embedded/bus.ts';
import { openChannel } from '../../src/engine/adapters/channels/open.ts';
import { VirtualClock } from '../../src/engine/adapters/clock/virtual-clock.ts';
import { createSecretResolver } from '../../src/engine/adapters/secrets/resolve.ts';
import { readRepository } from '../../src/engine/adapters/source/local.ts';
import { createSqliteStateStore } from '../../src/engine/adapters/state/sqlite/state-store.ts';
import { createTableSource } from '../../src/engine/adapters/tables/source.ts';
import { compileRepository } from '../../src/engine/compile/compile-repository.ts';
import { type AcceptedEvent, compareEvents } from '../../src/engine/model/event.ts';
import type { ChannelDefinition, ReleaseBundle } from '../../src/engine/model/release.ts';
import { SILENT } from '../../src/engine/ports/log.ts';
import type { StateStore } from '../../src/engine/ports/state-store.ts';
import { decodeEventText } from '../../src/engine/runtime/intake.ts';
import { publish } from '../../src/engine/runtime/publish.ts';
import type { EngineParts } from '../../src/engine/runtime/session.ts';
import { openVirtualRun } from '../../src/engine/runtime/virtual-run.ts';

export const REPOSITORY = join(import.meta.dirname, '..', '..', 'campaigns', 'cdnow');
export const HISTORY = join(REPOSITORY, 'data', 'CDNOW_master.txt');

/** A line of a file channel. */
interface Delivered {
  readonly key: string;
  readonly at: string;
  readonly to: string;
  readonly subject?: string;
  readonly body: string;
}

/** A replay of the whole history through the real loops, on SQLite, the embedded bus and file channels. */
export interface Replay {
  readonly store: StateStore;
  /** Goes on to an instant; whatever occurred up to and including it is received at its own instant. */
  advanceTo(untilMs: number): Promise<void>;
  delivered(channel: 'email' | 'inbox'): readonly Delivered[];
  close(): Promise<void>;
}

export async function openReplay(): Promise<Replay> {
  const dir = mkdtempSync(join(tmpdir(), 'mka-cdnow-'));
  const bundle = writeRepository(join(dir, 'repository'));
  const events = readEvents(bundle);
  const clock = new VirtualClock((events[0]?.occurredAtMs ?? 0) - 1);
  const store = createSqliteStateStore({ file: join(dir, 'state.db') });
  const bus = createEmbeddedBus({ file: join(dir, 'bus.db') });
  const tables = createTableSource(bundle.release.tables, {
    root: join(dir, 'repository'),
    cacheDir: join(dir, 'cache'),
  });
  const tenant = { project: bundle.release.project.name, environment: 'test' };
  const secrets = createSecretResolver({}, dir);
  const parts: EngineParts = {
    ...{ tenant, store, bus, tables, clock, log: SILENT },
    openChannel: (definition) => openChannel(asFile(definition), { dataDir: dir, clock, secrets }),
    ...{ holder: 'replay', workers: 2, batchSize: 1_000 },
  };
  await store.migrate();
  await store.saveRelease(bundle);
  await store.activate(bundle.digest, 0, clock.now());
  const run = await openVirtualRun(parts, clock);
  let next = 0;
  return {
    store,
    advanceTo: async (untilMs) => {
      for (let event = events[next]; event && event.occurredAtMs <= untilMs; event = events[next]) {
        const atMs = event.occurredAtMs;
        const first = next;
        while (events[next]?.occurredAtMs === atMs) next += 1;
        const group = events.slice(first, next).map((one) => ({ kind: 'event' as const, event: one }));
        if (atMs - 1 > clock.now()) await run.advanceTo(atMs - 1);
        await clock.advanceTo(atMs);
        await publish(bus, tenant, group, atMs);
        await run.settle();
      }
      await run.advanceTo(untilMs);
    },
    delivered: (channel) =>
      readFileSync(join(dir, `${channel}.ndjson`), 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Delivered),
    close: async () => {
      await run.close();
      await Promise.all([store.close(), bus.close(), tables.close()]);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** A copy of the repository with all its customers, compiled. */
function writeRepository(root: string): ReleaseBundle {
  cpSync(REPOSITORY, root, { recursive: true });
  const customers = new Set([...readPurchases(readFileSync(HISTORY, 'latin1'))].map(({ customer }) => customer));
  const rows = ['id,name,email,newsletter', ...[...customers].map(toCustomer), ''];
  writeFileSync(join(root, 'data', 'customers.csv'), rows.join('\n'));
  const { bundle, diagnostics } = compileRepository(readRepository(root));
  if (!bundle) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return bundle;
}

/** The events in the order of R23's instant: a history without a time of reception was received as it occurred. */
function readEvents({ release }: ReleaseBundle): AcceptedEvent[] {
  const events = [...readPurchases(readFileSync(HISTORY, 'latin1'))].map((purchase) => {
    const result = decodeEventText(toEvent(purchase), release, Date.parse(`${purchase.date}T00:00:00Z`));
    if (!result.ok) throw new Error(`line ${purchase.line}: ${result.code}`);
    return result.event;
  });
  return events.sort(compareEvents);
}

/** The mail server's part is played by a file too; npm run demo speaks SMTP. */
function asFile(definition: ChannelDefinition): ChannelDefinition {
  const path = `${definition.name}.ndjson`;
  return { ...definition, provider: { type: 'file', path, behaviour: 'accept', delayMs: 0, addresses: {} } };
}
