/**
 * Everything that can be said about the sources without running them, in seconds: one line a check, the output of the
 * red ones, exit 1 when any is red. `npm run check -- types lint` runs only those.
 */
import { performance } from 'node:perf_hooks';
import { CHECKS, type Check, LAST } from './check-list.ts';
import { runTool, type ToolResult } from './tools.ts';

const MAX_LINES = 60;

const wanted = process.argv.slice(2);
const chosen = wanted.length === 0 ? CHECKS : CHECKS.filter(({ name }) => wanted.includes(name));
if (chosen.length === 0) {
  process.stderr.write(`check: no such check; there are ${CHECKS.map(({ name }) => name).join(', ')}\n`);
  process.exit(64);
}

const started = performance.now();
const queue = chosen.filter((check) => check !== LAST);
const red: Check[] = [];
// Two at a time: most of the tools use several threads themselves.
await Promise.all([work(), work()]);
if (chosen.includes(LAST)) await runOne(LAST);
const seconds = secondsSince(started);
process.stdout.write(`check: ${chosen.length - red.length} of ${chosen.length} clean in ${seconds} s\n`);
process.exitCode = red.length === 0 ? 0 : 1;

async function work(): Promise<void> {
  for (let check = queue.shift(); check !== undefined; check = queue.shift()) await runOne(check);
}

async function runOne(check: Check): Promise<void> {
  const since = performance.now();
  report(check, await runTool(check.tool, check.args), secondsSince(since));
}

function report(check: Check, result: ToolResult, seconds: string): void {
  const clean = result.code === 0;
  process.stdout.write(`${clean ? 'ok ' : 'RED'} ${check.name.padEnd(12)} ${seconds.padStart(5)} s\n`);
  if (clean) return;
  red.push(check);
  const lines = result.output.trimEnd().split('\n');
  // Asked for alone, a check says everything; among others, enough to begin with.
  const shown = wanted.length > 0 ? lines : lines.slice(0, MAX_LINES);
  process.stdout.write(`${shown.join('\n')}\n`);
  if (shown.length < lines.length) {
    process.stdout.write(`… ${lines.length - shown.length} lines more: npm run check -- ${check.name}\n`);
  }
}

function secondsSince(start: number): string {
  return ((performance.now() - start) / 1000).toFixed(1);
}
