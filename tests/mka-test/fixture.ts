import { join } from 'node:path';
import { Chalk } from 'chalk';
import { readRepository } from '../../src/engine/adapters/source/local.ts';
import type { SourceFile } from '../../src/engine/compile/text.ts';
import type { TestReport } from '../../src/engine/usecases/test-campaigns/test-campaigns.ts';
import { type RepositoryTests, testFiles } from '../../src/engine/wiring/test-campaigns.ts';
import type { TestReportStyle } from '../../src/ui/test-report-pretty.ts';

/** The repository that the runner is tested on. */
export const REPOSITORY = join(import.meta.dirname, 'repository');

/** A Test file made of cases: their names and what stands below, as YAML. */
export function testFile(cases: readonly { readonly name: string; readonly yaml: string }[]): SourceFile {
  const text = cases.flatMap(({ name, yaml }) => [
    `    - name: ${JSON.stringify(name)}`,
    ...yaml.split('\n').map((line) => `      ${line}`),
  ]);
  const head = [
    'apiVersion: mka/v1',
    'kind: Test',
    'metadata: {name: made}',
    'spec:',
    '  campaigns: [nudge, monthly]',
    '  cases:',
  ];
  return { path: 'made.test.yaml', bytes: Buffer.from(`${[...head, ...text].join('\n')}\n`) };
}

/** Runs the fixture's own cases, or those of one made file alone. */
export function run(made?: SourceFile, ...patterns: readonly string[]): Promise<RepositoryTests> {
  const files = readRepository(REPOSITORY);
  if (made === undefined) return testFiles(files, patterns);
  return testFiles([...files.filter(({ path }) => !path.endsWith('.test.yaml')), made], patterns);
}

/** A report and the style in which it is drawn without colours; throws where the files have findings. */
export async function ran(...args: Parameters<typeof run>): Promise<{ report: TestReport; style: TestReportStyle }> {
  const tests = await run(...args);
  if (tests.kind === 'invalid') throw new Error(JSON.stringify(tests.validation.findings, null, 2));
  const style = { chalk: new Chalk({ level: 0 }), textOf: tests.textOf, pathOf: (file: string) => file };
  return { report: tests.report, style };
}
