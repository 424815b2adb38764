import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe } from 'vitest';
import { createSqliteStateStore } from '../../../src/engine/adapters/state/sqlite/state-store.ts';
import { STATE_STORE_CASES, type StateStoreFixture } from '../../../src/engine/ports/conformance/state-store.ts';
import type { StateStore } from '../../../src/engine/ports/state-store.ts';
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

describe.each(MODES)('the SQLite state store on %s', (mode, { thread, onFile }) => {
  const make = async (): Promise<StateStoreFixture> => {
    const folder = mkdtempSync(join(tmpdir(), 'mka-state-'));
    closing.push(async () => rmSync(folder, { recursive: true }));
    const open = async (): Promise<StateStore> => {
      const store = createSqliteStateStore({ thread, ...(onFile ? { file: join(folder, 'state.db') } : {}) });
      closing.push(() => store.close());
      await store.migrate();
      return store;
    };
    const port = await open();
    const reopen = async () => {
      await port.close();
      return open();
    };
    return { port, reopen, second: open };
  };

  // Two connections of one thread would wait for each other's lock without ever letting it go.
  keepsPromises(mode, STATE_STORE_CASES, make, (need) => (need === 'durable' ? onFile : onFile && thread));
});
