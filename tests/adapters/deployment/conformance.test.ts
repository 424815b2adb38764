import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe } from 'vitest';
import { createSqliteStores } from '../../../src/engine/adapters/state/sqlite/state-store.ts';
import {
  DEPLOYMENT_STORE_CASES,
  type DeploymentStoreFixture,
  type DeploymentStores,
} from '../../../src/engine/ports/conformance/deployment-store.ts';
import { keepsPromises } from '../keeps-promises.ts';

const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const MODES = [
  ['a file, in its own thread', { thread: true, onFile: true }],
  ["a file, in the caller's thread", { thread: false, onFile: true }],
  ["memory, in the caller's thread", { thread: false, onFile: false }],
] as const;

describe.each(MODES)('deployments in SQLite on %s', (mode, { thread, onFile }) => {
  const make = async (): Promise<DeploymentStoreFixture> => {
    const folder = mkdtempSync(join(tmpdir(), 'mka-deployment-'));
    closing.push(async () => rmSync(folder, { recursive: true }));
    const open = async (): Promise<DeploymentStores> => {
      const stores = createSqliteStores({ thread, ...(onFile ? { file: join(folder, 'state.db') } : {}) });
      closing.push(() => stores.state.close());
      await stores.state.migrate();
      return stores;
    };
    const stores = await open();
    const reopen = async () => {
      await stores.state.close();
      return open();
    };
    return { ...stores, reopen, second: open };
  };

  // Two connections of one thread would wait for each other's lock without ever letting it go.
  keepsPromises(mode, DEPLOYMENT_STORE_CASES, make, (need) => (need === 'durable' ? onFile : onFile && thread));
});
