/**
 * Commits to a state store and to a bus without end, two at a time, and prints each number once it is durable. Its parent
 * kills it. Arguments: folder, number of the run.
 */
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { createEmbeddedBus } from '../../../../src/engine/adapters/bus/embedded/bus.ts';
import { createSqliteStateStore } from '../../../../src/engine/adapters/state/sqlite/state-store.ts';
import {
  change,
  fingerprint,
  lease,
  NOW_MS,
  note,
  receipt,
  request,
  send,
  TTL_MS,
} from '../../../../src/engine/ports/conformance/state-store-fixture.ts';
import { USERS } from './users.ts';

const [folder = '', run = ''] = process.argv.slice(2);
const atMs = NOW_MS + Number(run) * TTL_MS;
const store = createSqliteStateStore({ file: join(folder, 'state.db') });
const bus = createEmbeddedBus({ file: join(folder, 'bus.db') });
await store.migrate();
const leases = await lease(store, 'engine', `run-${run}`, atMs);
const { counters } = await store.status(atMs);

for (let n = (counters['n'] ?? 0) + 1; ; n += 2) await Promise.all([once(n), once(n + 1)]);

async function once(n: number): Promise<void> {
  const changes = USERS.map((user) =>
    change(user, { sends: [send(user, `${user}-${n}`)], records: [note(String(n))], mail: [receipt(user)] }),
  );
  const published = bus.publish(USERS.map((user) => ({ partition: 0, receivedAtMs: n, body: `${user}-${n}` })));
  const result = await store.commit(
    request(leases, { atMs, changes, fingerprints: [fingerprint(n)], counters: { n: 1 } }),
  );
  if (result.kind !== 'committed') throw new Error(`commit ${n} was ${result.kind}`);
  await published;
  writeSync(1, `${n}\n`);
}
