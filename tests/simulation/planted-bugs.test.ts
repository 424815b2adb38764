import { expect, test } from 'vitest';
import { generatePlan } from '../../src/engine/simulator/generate/plan.ts';
import { runPlan, shrinkPlan } from './histories.ts';
import { PLANTED_BUGS, type PlantedBug } from './planted-bugs.ts';

const WITHIN_SEEDS = 2_000;

async function find({ plant }: PlantedBug): Promise<{ readonly seed: number; readonly code: string } | null> {
  for (let seed = 1; seed <= WITHIN_SEEDS; seed += 1) {
    const { violation } = await runPlan(generatePlan(seed), plant());
    if (violation) return { seed, code: violation.code };
  }
  return null;
}

test.each(PLANTED_BUGS)(
  '$name is found within 2,000 seeds, by $finds',
  async (bug) => {
    const found = await find(bug);
    expect(bug.finds).toContain(found?.code);
  },
  120_000,
);

test('a failing plan shrinks to one that fails in the same way', async () => {
  const [bug] = PLANTED_BUGS;
  const found = bug ? await find(bug) : null;
  expect(found).not.toBeNull();
  if (!bug || !found) return;
  const plan = generatePlan(found.seed);
  const smallest = await shrinkPlan(plan, found.code, bug.plant);
  expect((await runPlan(smallest, bug.plant())).violation?.code).toBe(found.code);
  expect(JSON.stringify(smallest).length).toBeLessThan(JSON.stringify(plan).length);
}, 120_000);
