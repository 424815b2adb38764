/** One question to a development tool, answered by its exit code. */
export interface Check {
  readonly name: string;
  readonly tool: string;
  readonly args: readonly string[];
}

/** Looks at the package as npm would pack it, so it waits until `generated` has built it. */
export const LAST: Check = { name: 'package', tool: 'publint', args: ['--strict', '--pack', 'npm'] };

/** The slow ones first: two run at a time. */
export const CHECKS: readonly Check[] = [
  { name: 'generated', tool: 'node', args: ['scripts/generate.ts', '--check'] },
  { name: 'lint', tool: 'oxlint', args: ['--type-aware', '--deny-warnings', '--tsconfig', 'tsconfig.tools.json'] },
  { name: 'unused', tool: 'knip', args: ['--no-progress', '--no-config-hints'] },
  { name: 'types', tool: 'tsc', args: ['-p', '.', '--noEmit', '--pretty', 'false'] },
  { name: 'types:tools', tool: 'tsc', args: ['-p', 'tsconfig.tools.json', '--pretty', 'false'] },
  { name: 'workflows', tool: 'node', args: ['scripts/check-workflows.ts'] },
  { name: 'architecture', tool: 'vitest', args: ['run', '--reporter=dot', 'tests/architecture.test.ts'] },
  {
    name: 'format',
    tool: 'biome',
    args: ['ci', '--colors=off', '--diagnostic-level=error', '--max-diagnostics=50', '.'],
  },
  LAST,
];
