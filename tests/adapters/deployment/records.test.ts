import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSqliteStores, type SqliteStores } from '../../../src/engine/adapters/state/sqlite/state-store.ts';
import { bundleOf, record } from '../../../src/engine/ports/conformance/deployment-store.ts';
import { NOW_MS } from '../../../src/engine/ports/conformance/state-store-fixture.ts';

const BUNDLE = bundleOf('sha256:b1');

let folder = '';
let file = '';
let stores: SqliteStores;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mka-records-'));
  file = join(folder, 'state.db');
  stores = createSqliteStores({ file });
  await stores.state.migrate();
});

afterEach(async () => {
  await stores.state.close();
  rmSync(folder, { recursive: true });
});

function withDatabase(work: (db: DatabaseSync) => void): void {
  const db = new DatabaseSync(file);
  work(db);
  db.close();
}

describe('records of deployments in SQLite', () => {
  it.each([
    ['changed', "UPDATE deployments SET record = '{}'"],
    ['removed', 'DELETE FROM deployments'],
    ['replaced', "INSERT OR REPLACE INTO deployments VALUES (1, 'other', 'deploy', '{}')"],
  ])('are not %s, not even by hand', async (_, sql) => {
    await stores.deployments.deploy(BUNDLE, record(0));
    withDatabase((db) => expect(() => db.exec(sql)).toThrow(/never/));
    expect(await stores.deployments.deployments(9)).toEqual([record(0)]);
  });

  it('a record that cannot be written leaves neither bundle nor activation behind', async () => {
    withDatabase((db) =>
      db.exec("CREATE TRIGGER full BEFORE INSERT ON deployments BEGIN SELECT RAISE(ABORT, 'full'); END"),
    );
    await expect(stores.deployments.deploy(BUNDLE, record(0))).rejects.toThrow('full');
    expect([await stores.state.activeRelease(), await stores.state.loadRelease(BUNDLE.digest)]).toEqual([null, null]);
  });

  it('one that fails among others that share its transaction takes nothing of theirs back', async () => {
    const results = await Promise.allSettled([
      stores.deployments.deploy(BUNDLE, record(0)),
      stores.deployments.deploy(BUNDLE, record(0, { plan: 'sha256:other' })),
      stores.deployments.acquireLock('ann', 'deploy', 1000, NOW_MS),
    ]);
    expect(results.map((each) => each.status === 'fulfilled' && each.value)).toEqual([
      'deployed',
      'stale',
      expect.objectContaining({ holder: 'ann' }),
    ]);
  });
});

describe('a store of the version before', () => {
  it('gains the tables while its daemon goes on beside', async () => {
    await stores.state.saveRelease(BUNDLE);
    await stores.state.activate(BUNDLE.digest, 0, NOW_MS);
    withDatabase((db) => {
      for (const table of ['deployment_reviews', 'deployments', 'deployment_lock', 'reconcile_conditions']) {
        db.exec(`DROP TABLE ${table}`);
      }
      db.exec('DELETE FROM migrations WHERE version = 2');
    });
    await expect(stores.deployments.lock(NOW_MS)).rejects.toMatchObject({ code: 'store/not-migrated' });
    const later = createSqliteStores({ file });
    await later.state.migrate();
    expect(await later.deployments.deploy(BUNDLE, record(1))).toBe('deployed');
    // The older one sees the activation, as it always does.
    expect((await stores.state.activeRelease())?.generation).toBe(2);
    await later.state.close();
  });
});
