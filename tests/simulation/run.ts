/**
 * Simulated histories of the real core and loops: `npm run simulate -- --seed N --count M`, each seed lived through twice.
 * A seed that breaks a promise is shrunk, saved to tests/simulation/regressions/, and the command that replays it printed.
 *
 *   --plan FILE   replays one saved plan and prints its whole history
 *   --once        each seed once: twice as fast, without the proof that it is deterministic
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { generatePlan } from '../../src/engine/simulator/generate/plan.ts';
import type { Violation } from '../../src/engine/simulator/history.ts';
import { addNotes, readPlan, runPlan, runTwice, shrinkPlan } from './histories.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '100' },
    plan: { type: 'string' },
    once: { type: 'boolean', default: false },
    notes: { type: 'boolean', default: false },
  },
});

process.exitCode = values.plan === undefined ? await runSeeds() : await replay(values.plan);

async function replay(file: string): Promise<number> {
  const { violation, traceHash } = await runPlan(readPlan(file), {}, print);
  print(violation === null ? `no promise broken, trace ${traceHash}` : `${violation.code}: ${violation.detail}`);
  return violation === null ? 0 : 1;
}

async function runSeeds(): Promise<number> {
  const first = Number(values.seed);
  const count = Number(values.count);
  const started = performance.now();
  const notes = new Map<string, number>();
  let simulatedMs = 0;
  let failures = 0;
  for (let seed = first; seed < first + count; seed += 1) {
    const result = values.once ? await runPlan(generatePlan(seed)) : await runTwice(seed);
    simulatedMs += result.simulatedMs;
    addNotes(notes, result.notes);
    if (result.violation === null) continue;
    failures += 1;
    await save(seed, result.violation);
  }
  const seconds = (performance.now() - started) / 1_000;
  if (values.notes) {
    const sorted = [...notes].sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [what, times] of sorted) print(`${String(times).padStart(9)}  ${what}`);
  }
  const rate = (count / seconds).toFixed(1);
  print(`${count} seeds, ${failures} failed, ${rate} seeds/s, ${(simulatedMs / 3_600_000).toFixed(2)} simulated hours`);
  return failures === 0 ? 0 : 1;
}

async function save(seed: number, { code, detail, atMs }: Violation): Promise<void> {
  print(`seed ${seed} broke ${code} after ${atMs} ms: ${detail}`);
  const plan = generatePlan(seed);
  const smallest = code === 'simulation/not-deterministic' ? plan : await shrinkPlan(plan, code);
  const folder = 'tests/simulation/regressions';
  mkdirSync(folder, { recursive: true });
  const file = `${folder}/${code.replaceAll('/', '-')}-${seed}.json`;
  writeFileSync(file, `${JSON.stringify(smallest, null, 2)}\n`);
  print(`  smallest plan: ${smallest.faults.length} faults, ${smallest.operations.length} operations`);
  print(`  npm run simulate -- --plan ${file}`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
