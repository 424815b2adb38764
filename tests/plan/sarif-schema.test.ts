import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { Chalk } from 'chalk';
import { expect, it, onTestFinished } from 'vitest';
import { writePlan } from '../../src/ui/plan-formats.ts';
import { ROOT, runMka } from '../package/run-mka.ts';
import { examplePresent, hostilePresent } from './present.ts';

/** The published schema of SARIF 2.1.0 (rtm.5), as Microsoft's package of matchers carries it. */
const require = createRequire(import.meta.url);
const path = require.resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json');
// It is written for draft 4, whose name and `id` Ajv no longer takes; none of what it asks for has changed since.
const { $schema: _draft, id: _id, ...schema } = JSON.parse(readFileSync(path, 'utf8'));
const isSarif = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false, allErrors: true }).compile(
  schema,
);
const problems = (text: string) => (isSarif(JSON.parse(text)) ? [] : isSarif.errors);

it('the schema refuses what is no SARIF', () => {
  expect(problems('{"version":"2.1.0","runs":[{"tool":{}}]}')).not.toEqual([]);
});

it.each([
  ['a plan', examplePresent()],
  ['a hostile plan', hostilePresent()],
])('%s is SARIF 2.1.0', (_name, present) => {
  expect(problems(writePlan('sarif', present, '0.0.0', new Chalk({ level: 0 })))).toEqual([]);
});

it('what validate finds is SARIF 2.1.0', () => {
  const dir = mkdtempSync(join(tmpdir(), 'mka-sarif-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  cpSync(join(ROOT, 'campaigns'), dir, {
    recursive: true,
    filter: (from) => !/cdnow|\.mka/.test(from.slice(ROOT.length)),
  });
  expect(problems(runMka(['validate', '-f', 'sarif', '--dir', dir]).stdout)).toEqual([]);
  const file = join(dir, 'order-reminder/order-reminder.campaign.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace('after: 1d', 'afer: 1d').replace('user.city', 'user.ctiy'));
  const { stdout, code } = runMka(['validate', '-f', 'sarif', '--dir', dir]);
  expect(code).toBe(1);
  expect((JSON.parse(stdout) as { runs: { results: unknown[] }[] }).runs[0]?.results.length).toBeGreaterThan(1);
  expect(problems(stdout)).toEqual([]);
});
