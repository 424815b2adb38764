import { copyFileSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEmbeddedBus } from '../../../src/engine/adapters/bus/embedded/bus.ts';
import { createSqliteStateStore } from '../../../src/engine/adapters/state/sqlite/state-store.ts';
import { change, committed, note, send } from '../../../src/engine/ports/conformance/state-store-fixture.ts';
import type { StateStore } from '../../../src/engine/ports/state-store.ts';

const COMMITS = 30;

let folder = '';
let file = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mka-damage-'));
  file = join(folder, 'state.db');
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('a file that is not what it should be', () => {
  it.each([
    ['no database', () => writeFileSync(file, 'name,amount\n'.repeat(1000)), 'store/corrupt'],
    ['a folder', () => rmSync(file, { force: true, recursive: true }), 'store/unavailable'],
  ])('%s is refused with its name and a hint', async (what, prepare, code) => {
    prepare();
    const store = createSqliteStateStore({ file: what === 'a folder' ? folder : file });
    await expect(store.migrate()).rejects.toMatchObject({ code, message: expect.stringContaining(folder) });
    await store.close();
  });

  it('one that was not prepared says so', async () => {
    const store = createSqliteStateStore({ file, thread: false });
    await expect(store.pauses()).rejects.toMatchObject({ code: 'store/not-migrated' });
  });

  it('one of a newer version is refused, the store and the bus alike', async () => {
    const store = await filled();
    await store.close();
    const db = new DatabaseSync(file);
    db.exec('INSERT INTO migrations (version) VALUES (99)');
    db.close();
    await expect(createSqliteStateStore({ file, thread: false }).migrate()).rejects.toMatchObject({
      code: 'store/newer-schema',
    });
    const queues = new DatabaseSync(join(folder, 'bus.db'));
    queues.exec('PRAGMA user_version = 99');
    queues.close();
    const bus = createEmbeddedBus({ file: join(folder, 'bus.db'), thread: false });
    await expect(bus.depth()).rejects.toMatchObject({ code: 'bus/newer-schema' });
  });

  it('cut off in its middle is refused as corrupt, not read as less', async () => {
    await (await filled()).close();
    truncateSync(file, Math.floor(statSync(file).size / 2));
    const store = createSqliteStateStore({ file });
    await expect(everything(store)).rejects.toMatchObject({ code: 'store/corrupt' });
    await store.close();
  });

  it('a log that was cut anywhere gives whole commits up to that place', async () => {
    const store = await filled();
    const copy = join(folder, 'copy.db');
    const size = statSync(`${file}-wal`).size;
    let last = COMMITS;
    for (let part = 10; part >= 1; part -= 1) {
      for (const end of ['', '-wal']) copyFileSync(`${file}${end}`, `${copy}${end}`);
      rmSync(`${copy}-shm`, { force: true });
      truncateSync(`${copy}-wal`, Math.floor((size * part) / 10) - (part === 10 ? 0 : 7));
      const cut = createSqliteStateStore({ file: copy, thread: false });
      const { counters, sends } = await cut.migrate().then(() => cut.status(0));
      const n = counters['n'] ?? 0;
      expect(n).toBeLessThanOrEqual(last);
      expect([sends['planned'] ?? 0, (await cut.ledger({})).length, (await cut.records('u')).length]).toEqual([
        n,
        n,
        n,
      ]);
      last = n;
      await cut.close();
    }
    expect(last).toBeLessThan(COMMITS);
    await store.close();
  });
});

it('the files are readable by their owner alone', async () => {
  const store = await filled();
  for (const end of ['', '-wal', '-shm']) expect(statSync(`${file}${end}`).mode & 0o077).toBe(0);
  await store.close();
});

it('content is gone from the row once it cannot be needed any more', async () => {
  const store = await filled();
  const cancels = [{ sendKey: send('u', '1').sendKey, reason: 'exit_event' }];
  await committed(store, { changes: [change('u', { cancels })] });
  await store.close();
  const db = new DatabaseSync(file);
  const rows = db.prepare('SELECT state, count(content) AS kept, count(*) AS n FROM sends GROUP BY state').all();
  db.close();
  expect(rows).toEqual([
    { state: 'cancelled', kept: 0, n: 1 },
    { state: 'planned', kept: COMMITS - 1, n: COMMITS - 1 },
  ]);
});

async function filled(): Promise<StateStore> {
  const store = createSqliteStateStore({ file });
  await store.migrate();
  for (let n = 1; n <= COMMITS; n += 1) {
    const one = change('u', { sends: [send('u', String(n))], records: [note('x'.repeat(2000))] });
    await committed(store, { changes: [one], counters: { n: 1 } });
  }
  return store;
}

async function everything(store: StateStore): Promise<void> {
  await store.migrate();
  await store.records('u');
  await store.ledger({});
  await store.status(0);
}
