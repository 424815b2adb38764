import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { judge } from './judge.ts';
import { killRun } from './kill-run.ts';

const ORDERS = 1_000;
const KILLS = 8;

test('a daemon killed at random instants sends every message once, or says that it does not know', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mka-kill-'));
  try {
    const options = { orders: ORDERS, seed: 20261122, ordersPerSecond: 150 };
    const undisturbed = await killRun({
      ...options,
      root: join(folder, 'undisturbed'),
      kills: 0,
      ordersPerSecond: 2_000,
    });
    const killed = await killRun({ ...options, root: join(folder, 'killed'), kills: KILLS });
    const verdict = judge(undisturbed, killed);
    console.log(`kill test: ${JSON.stringify(verdict)}`);
    expect(verdict).toMatchObject({ twiceInFile: 0, twiceInMail: 0, lost: 0, surplus: 0, unexplained: 0 });
    expect(verdict.expectedKeys).toBe(ORDERS * 0.75);
    expect(verdict.unknown).toBeLessThanOrEqual(verdict.inFlightAtKills);
    expect({ entered: killed.entered, ended: killed.ended }).toEqual({
      entered: ORDERS,
      ended: { completed: ORDERS * 0.75, exit_event: ORDERS * 0.25 },
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}, 240_000);
