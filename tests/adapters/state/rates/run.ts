/**
 * Prints what the embedded store and bus do in a second: the five writes of one user and fold (fingerprint, state, entry,
 * planned message, record) in commits of 1,000 users, then loading, claiming and settling, publishing and pulling.
 * Arguments: number of commits (100), users in all (50,000), `in-thread` to do without a second thread.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { createEmbeddedBus } from '../../../../src/engine/adapters/bus/embedded/bus.ts';
import { createSqliteStateStore } from '../../../../src/engine/adapters/state/sqlite/state-store.ts';
import { sha256Hex } from '../../../../src/engine/kernel/hash.ts';
import { partitionOf } from '../../../../src/engine/model/slot.ts';
import type { UserState } from '../../../../src/engine/model/state.ts';
import {
  change,
  entry,
  NOW_MS,
  outcome,
  request,
  send,
} from '../../../../src/engine/ports/conformance/state-store-fixture.ts';
import {
  type CommitRequest,
  type Lease,
  leaseResource,
  type UserChange,
} from '../../../../src/engine/ports/state-store.ts';

const [commits = 100, population = 50_000] = process.argv.slice(2).map(Number).filter(Number.isFinite);
const thread = !process.argv.includes('in-thread');
const BATCH = 1000;
const PARTITIONS = Array.from({ length: 64 }, (_, partition) => partition);
const folder = mkdtempSync(join(tmpdir(), 'mka-rates-'));
const store = createSqliteStateStore({ file: join(folder, 'state.db'), thread });
const bus = createEmbeddedBus({ file: join(folder, 'bus.db'), thread });
await store.migrate();
const leasesOf = (role: 'engine' | 'delivery') =>
  store.acquireLeases(
    PARTITIONS.map((partition) => leaseResource(role, partition)),
    'run-1',
    1e12,
    NOW_MS,
  );
const engine = await leasesOf('engine');
const delivery = await leasesOf('delivery');
const requests = Array.from({ length: commits }, (_, n) => fold(n, engine));
const users = requests.reduce((sum, { changes }) => sum + changes.length, 0);

await commitAll();
await rate('load', users, async () => {
  for (const { changes, fingerprints } of requests) {
    const names = changes.map(({ user }) => user);
    const entries = names.map((user) => ({ user, campaign: 'unpaid', key: '' }));
    await store.load({ users: names, fingerprints: fingerprints.map(({ key }) => key), entries });
  }
});
await rate('claim and settle', users, claimAll);
const texts = requests.slice(0, 100).map(({ changes }) => changes.map(({ state }) => JSON.stringify(state)));
await rate('publish', texts.flat().length, async () => {
  for (const bodies of texts) {
    await bus.publish(bodies.map((body, i) => ({ partition: i % 64, receivedAtMs: NOW_MS, body })));
  }
});
await rate('pull and acknowledge', texts.flat().length, pullAll);
await store.close();
await bus.close();
rmSync(folder, { recursive: true });

async function commitAll(): Promise<void> {
  let mainMs = 0;
  await rate('commit: rows', users * 5, async () => {
    let before = Promise.resolve();
    for (const one of requests) {
      const startedMs = performance.now();
      const commit = store.commit(one);
      mainMs += performance.now() - startedMs;
      await before;
      before = commit.then(({ kind }) => {
        if (kind !== 'committed') throw new Error(kind);
      });
    }
    await before;
  });
  if (thread) say('commit: caller', `${((mainMs * BATCH) / users).toFixed(2)} ms per 1,000 users`);
}

async function claimAll(): Promise<void> {
  const channel = 'wechat';
  for (;;) {
    const claim = await store.claimSends({ channel, leases: delivery, nowMs: NOW_MS, limit: BATCH });
    if (claim === 'fenced' || claim.claimed.length === 0) return;
    const settlements = claim.claimed.map((one) => {
      return { send: one, input: outcome(one), state: 'accepted' as const, providerId: 'id' };
    });
    await store.settle(settlements, delivery, NOW_MS);
  }
}

async function pullAll(): Promise<void> {
  const after = new Map<number, number>();
  for (;;) {
    const { deliveries } = await bus.pull(PARTITIONS, after, BATCH);
    if (deliveries.length === 0) return;
    for (const { partition, tag } of deliveries) after.set(partition, tag);
    await bus.ack(after);
  }
}

function fold(n: number, leases: readonly Lease[]): CommitRequest {
  const names = new Set(Array.from({ length: BATCH }, (_, i) => `user-${(n * 7919 + i * 104_729) % population}`));
  const changes = [...names].map((user, i) => planned(user, n, i));
  const fingerprints = changes.map(({ user }) => {
    const hash = sha256Hex(`${user}/${n}`);
    return { key: hash.slice(0, 32), content: hash.slice(32, 48) };
  });
  return request(leases, { changes, fingerprints });
}

function planned(user: string, n: number, i: number): UserChange {
  const digest = `sha256:${'0'.repeat(64)}`;
  const sendKey = sha256Hex(`${user}-${n}`);
  const enrollment = 'unpaid//1';
  const where = { campaign: 'unpaid', enrollment, step: 'remind' };
  const slot = i % 4096;
  const state: UserState = {
    ...{ v: 1, attributes: {}, recent: [] },
    live: [
      {
        ...{ id: enrollment, campaign: 'unpaid', digest, key: null, occurrence: 'once', entryAtMs: NOW_MS },
        ...{
          entry: { order_id: `o-${i}`, amount: 1234, items: 3 },
          entryEventId: `e-${i}`,
          entrySource: 'shop',
          visits: { remind: 1 },
        },
        position: {
          ...{ kind: 'send', step: 'remind', phase: 'planned', sendKey, visit: 1, messageDueAtMs: NOW_MS },
          ...{ dueAtMs: null, channel: 0, attempts: 1, plans: 1 },
        },
      },
    ],
  };
  return change(user, {
    ...{ slot, partition: partitionOf(slot * 4), state, dueAtMs: NOW_MS + n * 1000 + i },
    entries: [entry('unpaid', '')],
    sends: [{ ...send(user, ''), sendKey, digest }],
    records: [{ kind: 'planned', atMs: NOW_MS, rule: 'R7', ...where, channel: 'wechat', attempt: 1, sendKey }],
  });
}

async function rate(what: string, items: number, work: () => Promise<void>): Promise<void> {
  const startedMs = performance.now();
  await work();
  const perSecond = (items / (performance.now() - startedMs)) * 1000;
  say(what, `${Math.round(perSecond).toLocaleString('en')} a second (${items.toLocaleString('en')})`);
}

function say(what: string, text: string): void {
  process.stdout.write(`${what.padEnd(24)} ${text}\n`);
}
