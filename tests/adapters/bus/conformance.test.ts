import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe } from 'vitest';
import { createEmbeddedBus } from '../../../src/engine/adapters/bus/embedded/bus.ts';
import { BUS_CASES, type BusFixture } from '../../../src/engine/ports/conformance/bus.ts';
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

describe.each(MODES)('the embedded bus on %s', (_, { thread, onFile }) => {
  const make = async (maxDepth = 1_000_000): Promise<BusFixture> => {
    const folder = mkdtempSync(join(tmpdir(), 'mka-bus-'));
    closing.push(async () => rmSync(folder, { recursive: true }));
    const open = () => {
      const bus = createEmbeddedBus({ thread, maxDepth, ...(onFile ? { file: join(folder, 'bus.db') } : {}) });
      closing.push(() => bus.close());
      return bus;
    };
    const port = open();
    const reopen = async () => {
      await port.close();
      return open();
    };
    return { port, reopen, second: async () => open() };
  };

  keepsPromises('the bus in memory', BUS_CASES, make, () => onFile);
});
