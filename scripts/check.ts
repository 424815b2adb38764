/**
 * Everything that can be said about the sources without running them, in seconds: one line a check, the output of the
 * red ones, exit 1 when any is red. `npm run check -- types lint` runs only those.
 */
import { performance } from 'node:perf_hooks';
import { runTool, type ToolResult } from './tools.ts';

interface Check {
  readonly name: string;
  readonly tool: string;
  readonly args: readonly string[];
}

const CHECKS: readonly Check[] = [
  { name: 'format', tool: 'biome', args: ['ci', '--colors=off', '--max-diagnostics=50', '.'] },
  { name: 'types', tool: 'tsc', args: ['-p', '.', '--noEmit', '--pretty', 'false'] },
  { name: 'types:tools', tool: 'tsc', args: ['-p', 'tsconfig.tools.json', '--pretty', 'false'] },
  { name: 'lint', tool: 'oxlint', args: ['--type-aware', '--deny-warnings', '--tsconfig', 'tsconfig.tools.json'] },
  { name: 'unused', tool: 'knip', args: ['--no-progress'] },
  { name: 'architecture', tool: 'vitest', args: ['run', '--reporter=dot', 'tests/architecture.test.ts'] },
  { name: 'generated', tool: 'node', args: ['scripts/generate.ts', '--check'] },
  { name: 'package', tool: 'publint', args: ['--strict', '--pack', 'npm'] },
];

const wanted = process.argv.slice(2);
const chosen = wanted.length === 0 ? CHECKS : CHECKS.filter(({ name }) => wanted.includes(name));
if (chosen.length === 0) {
  process.stderr.write(`check: no such check; there are ${CHECKS.map(({ name }) => name).join(', ')}\n`);
  process.exit(64);
}

const started = performance.now();
const queue = [...chosen];
const red: Check[] = [];
// Two at a time: most of the tools use several threads themselves.
await Promise.all([work(), work()]);
const seconds = secondsSince(started);
process.stdout.write(`check: ${chosen.length - red.length} of ${chosen.length} clean in ${seconds} s\n`);
process.exitCode = red.length === 0 ? 0 : 1;

async function work(): Promise<void> {
  for (let check = queue.shift(); check !== undefined; check = queue.shift()) {
    const since = performance.now();
    const result = await runTool(check.tool, check.args);
    report(check, result, secondsSince(since));
  }
}

function report(check: Check, result: ToolResult, seconds: string): void {
  const clean = result.code === 0;
  process.stdout.write(`${clean ? 'ok ' : 'RED'} ${check.name.padEnd(12)} ${seconds.padStart(5)} s\n`);
  if (clean) return;
  red.push(check);
  process.stdout.write(`${result.output.trimEnd()}\n`);
}

function secondsSince(start: number): string {
  return ((performance.now() - start) / 1000).toFixed(1);
}
