import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ThreadClient } from '../../../src/engine/adapters/sqlite-worker/thread-client.ts';
import type { StateProcedures } from '../../../src/engine/adapters/state/sqlite/procedures.ts';

const BODY = new URL('../../../src/engine/adapters/state/sqlite/thread.ts', import.meta.url);

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mka-thread-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

describe("a database's thread", () => {
  it('that dies rejects what it had not answered with store/unavailable, and the next call starts another', async () => {
    const client = new ThreadClient<StateProcedures>('store', join(folder, 'state.db'), BODY);
    await client.call('migrate', undefined);
    await client.call('addCounters', [['n', 1]]);
    const asked = Array.from({ length: 10 }, () => client.call('status', 0));
    const ended = client.terminate();
    const answers = await Promise.allSettled(asked);
    await ended;
    const reasons = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []));
    expect(reasons.length).toBeGreaterThan(0);
    for (const reason of reasons) expect(reason).toMatchObject({ code: 'store/unavailable', exitCode: 69 });
    expect((await client.call('status', 0)).counters).toEqual({ n: 1 });
    await client.close();
  });

  it('in memory is not started again: what it held is gone', async () => {
    const client = new ThreadClient<StateProcedures>('store', ':memory:', BODY);
    await client.call('migrate', undefined);
    await client.terminate();
    await expect(client.call('status', 0)).rejects.toMatchObject({ code: 'store/unavailable' });
    await client.close();
  });

  it('answers what was asked before it is closed', async () => {
    const client = new ThreadClient<StateProcedures>('store', join(folder, 'state.db'), BODY);
    const asked = [client.call('migrate', undefined), client.call('addCounters', [['n', 1]])];
    await client.close();
    await expect(Promise.all(asked)).resolves.toHaveLength(2);
    await expect(client.call('status', 0)).rejects.toMatchObject({ code: 'store/unavailable' });
  });

  it('that cannot be started at all answers store/unavailable', async () => {
    const client = new ThreadClient<StateProcedures>('store', join(folder, 'state.db'), new URL('./none.ts', BODY));
    await expect(client.call('status', 0)).rejects.toMatchObject({ code: 'store/unavailable' });
    await client.close();
  });
});
