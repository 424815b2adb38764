import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, expect, it } from 'vitest';
import { createEmbeddedBus } from '../../../../src/engine/adapters/bus/embedded/bus.ts';
import { createSqliteStateStore } from '../../../../src/engine/adapters/state/sqlite/state-store.ts';
import { sha256Bytes } from '../../../../src/engine/kernel/hash.ts';
import { fingerprint, note } from '../../../../src/engine/ports/conformance/state-store-fixture.ts';
import { USERS } from './users.ts';

const ROUNDS = 8;
const IN_FLIGHT = 2;
const folder = mkdtempSync(join(tmpdir(), 'mka-kill-'));

afterAll(() => rmSync(folder, { recursive: true }));

it('a process killed at any instant leaves whole commits, all those it was told of among them', async () => {
  let promised = 0;
  for (let round = 1; round <= ROUNDS; round += 1) {
    promised = Math.max(promised, await killedRun(round));
    const committed = await wholeCommits();
    expect(committed).toBeGreaterThanOrEqual(promised);
    expect(committed).toBeLessThanOrEqual(promised + IN_FLIGHT);
    expect(await wholeBatches()).toBeGreaterThanOrEqual(promised);
    promised = committed;
  }
  expect(promised).toBeGreaterThan(ROUNDS * 4);
});

/** Lets the process work for a while that differs by round, kills it, and gives the last number it reported. */
async function killedRun(round: number): Promise<number> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'run.ts'), folder, String(round)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise<string | null>((resolve) => child.once('exit', (_, signal) => resolve(signal)));
  const [chance = 0, finer = 0] = sha256Bytes(`kill-${round}`);
  let last = 0;
  let reports = 0;
  for await (const line of createInterface(child.stdout)) {
    last = Math.max(last, Number(line));
    reports += 1;
    // Some reports in, then up to 5 ms into the next commit.
    if (reports === 5 + (chance % 30)) setTimeout(() => child.kill('SIGKILL'), finer / 50);
  }
  expect(await exited).toBe('SIGKILL');
  return last;
}

/** The number of commits that the store holds, each of them with all of its parts. */
async function wholeCommits(): Promise<number> {
  const store = createSqliteStateStore({ file: join(folder, 'state.db'), thread: false });
  const { counters, mailbox, sends, users } = await store.status(0);
  const n = counters['n'] ?? 0;
  expect([users, mailbox, sends]).toEqual([USERS.length, n * USERS.length, { planned: n * USERS.length }]);
  expect((await store.ledger({})).length).toBe(n * USERS.length);
  const notes = Array.from({ length: n }, (_, i) => note(String(i + 1)));
  for (const user of USERS) expect(sorted(await store.records(user))).toEqual(sorted(notes));
  const keys = Array.from({ length: n + IN_FLIGHT }, (_, i) => fingerprint(i + 1).key);
  expect((await store.load({ users: [], fingerprints: keys, entries: [] })).seen.size).toBe(n);
  await store.close();
  const db = new DatabaseSync(join(folder, 'state.db'));
  expect(db.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
  db.close();
  return n;
}

/** The highest number whose batch stands on the bus; every batch there is whole and in order. */
async function wholeBatches(): Promise<number> {
  const bus = createEmbeddedBus({ file: join(folder, 'bus.db'), thread: false });
  const { deliveries } = await bus.pull([0], new Map(), 1_000_000);
  expect(await bus.depth()).toBe(deliveries.length);
  for (let at = 0; at < deliveries.length; at += USERS.length) {
    const batch = deliveries.slice(at, at + USERS.length);
    expect(batch.map(({ body }) => body)).toEqual(USERS.map((user) => `${user}-${batch[0]?.receivedAtMs}`));
  }
  await bus.close();
  return deliveries.reduce((highest, { receivedAtMs }) => Math.max(highest, receivedAtMs), 0);
}

function sorted(records: readonly object[]): string[] {
  return records.map((record) => JSON.stringify(record)).sort();
}
