/**
 * Runs all of tests/ and closes with one plain line, `N passed, N failed`, that a person and a machine read alike.
 * Red when a test failed, when none ran, and, where CI=true, when one was skipped.
 *
 *   npm test [-- file or vitest flag …]
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Counts, countResults, verdict } from './test-results.ts';
import { watchTool } from './tools.ts';

const folder = mkdtempSync(join(tmpdir(), 'mka-test-'));
const report = join(folder, 'results.json');
const code = await watchTool('vitest', [
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${report}`,
  ...process.argv.slice(2),
]);
const counts = readCounts();
rmSync(folder, { recursive: true, force: true });

const { line, reasons, ok } = verdict(counts, { runnerCode: code, skipsAllowed: process.env.CI !== 'true' });
for (const reason of reasons) process.stderr.write(`test: ${reason}\n`);
process.stdout.write(`${line}\n`);
process.exitCode = ok ? 0 : 1;

function readCounts(): Counts {
  try {
    return countResults(JSON.parse(readFileSync(report, 'utf8')));
  } catch {
    return { passed: 0, failed: 0, skipped: 0, brokenFiles: [] };
  }
}
