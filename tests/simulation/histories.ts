import { readFileSync } from 'node:fs';
import { createSqliteStateStore } from '../../src/engine/adapters/state/sqlite/state-store.ts';
import { generatePlan } from '../../src/engine/simulator/generate/plan.ts';
import type { SimulationResult } from '../../src/engine/simulator/history.ts';
import type { Plan } from '../../src/engine/simulator/plan.ts';
import { shrink } from '../../src/engine/simulator/shrink.ts';
import { simulate } from '../../src/engine/simulator/simulate.ts';
import type { Planted } from '../../src/engine/simulator/world/world.ts';

/** One history over the real SQL, in memory. */
export function runPlan(plan: Plan, planted: Planted = {}, log?: (line: string) => void): Promise<SimulationResult> {
  return simulate(plan, {
    createStore: () => createSqliteStateStore({ thread: false }),
    planted,
    ...(log === undefined ? {} : { log }),
  });
}

/** The history of a seed, twice: the same seed must give the same history, to the byte. */
export async function runTwice(seed: number): Promise<SimulationResult> {
  const plan = generatePlan(seed);
  const first = await runPlan(plan);
  const second = await runPlan(plan);
  if (first.traceHash === second.traceHash) return first;
  const detail = `the seed gave ${first.traceHash}, then ${second.traceHash}`;
  return { ...first, violation: { code: 'simulation/not-deterministic', detail, atMs: 0 } };
}

/** The least plan that breaks the same promise. */
export function shrinkPlan(plan: Plan, code: string, plant: () => Planted = () => ({})): Promise<Plan> {
  return shrink(plan, async (candidate) => (await runPlan(candidate, plant())).violation?.code === code);
}

export function readPlan(file: string): Plan {
  return JSON.parse(readFileSync(file, 'utf8')) as Plan;
}

/** Adds the notes of one history to those of many. */
export function addNotes(sum: Map<string, number>, notes: ReadonlyMap<string, number>): void {
  for (const [what, count] of notes) sum.set(what, (sum.get(what) ?? 0) + count);
}
