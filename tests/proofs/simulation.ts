/**
 * Simulation at full size: `npm run proof -- simulation [--seeds N] [--seed N]`; writes docs/proofs/simulation.md. Seeds go
 * in chunks, each in a process of its own, one a core; every seed is lived through twice.
 */
import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { parseArgs, promisify } from 'node:util';
import { generatePlan } from '../../src/engine/simulator/generate/plan.ts';
import { runPlan } from '../simulation/histories.ts';
import { PLANTED_BUGS } from '../simulation/planted-bugs.ts';
import { writeProof } from './write-proof.ts';

const CHUNK = 500;
const PLANTED_WITHIN = 2_000;

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '20000' }, seed: { type: 'string', default: '1' } },
});
const first = Number(values.seed);
const seeds = Number(values.seeds);

const started = performance.now();
const chunks = Array.from({ length: Math.ceil(seeds / CHUNK) }, (_, index) => first + index * CHUNK);
const failed: string[] = [];
let simulatedHours = 0;
await Promise.all(Array.from({ length: availableParallelism() }, work));
const seconds = (performance.now() - started) / 1_000;
const planted = await findPlanted();

await writeProof('simulation', 'Simulation', [
  'Histories of the real core and loops over a simulated world, each lived through twice (docs/simulation.md).',
  {
    'first seed': first,
    seeds,
    'seeds that broke a promise or gave two histories': failed.length,
    'simulated hours, each counted once': simulatedHours.toFixed(1),
    seconds: seconds.toFixed(0),
    'seeds a second, each twice': (seeds / seconds).toFixed(1),
  },
  `Planted bugs: the first seed from 1 on that finds each, of at most ${PLANTED_WITHIN}.`,
  planted,
]);
for (const line of failed) console.log(line);
if (failed.length > 0) throw new Error('a seed broke a promise');
if (Object.values(planted).some((seed) => seed === 'not found')) throw new Error('a planted bug was not found');

async function work(): Promise<void> {
  for (let from = chunks.shift(); from !== undefined; from = chunks.shift()) {
    const count = Math.min(CHUNK, first + seeds - from);
    const output = await runChunk(from, count);
    failed.push(...output.split('\n').filter((line) => line.startsWith('seed ')));
    simulatedHours += Number(/([\d.]+) simulated hours/.exec(output)?.[1] ?? 0);
    console.log(`${from}–${from + count - 1}: ${output.trimEnd().split('\n').at(-1)}`);
  }
}

async function runChunk(from: number, count: number): Promise<string> {
  const args = ['tests/simulation/run.ts', '--seed', String(from), '--count', String(count)];
  try {
    return (await promisify(execFile)(process.execPath, args, { maxBuffer: 64 * 2 ** 20 })).stdout;
  } catch (error) {
    if (error instanceof Error && 'stdout' in error && String(error.stdout).includes('failed'))
      return String(error.stdout);
    throw error;
  }
}

async function findPlanted(): Promise<Record<string, number | string>> {
  const found: Record<string, number | string> = {};
  for (const { name, plant } of PLANTED_BUGS) {
    found[name] = 'not found';
    for (let seed = 1; seed <= PLANTED_WITHIN && found[name] === 'not found'; seed += 1) {
      if ((await runPlan(generatePlan(seed), plant())).violation) found[name] = seed;
    }
  }
  return found;
}
