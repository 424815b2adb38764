import type { CompiledTest } from '../../compile/test-file.ts';

/** The cases whose file, Test or own name holds one of the patterns; without patterns all of them. */
export function selectCases(tests: readonly CompiledTest[], patterns: readonly string[]): readonly CompiledTest[] {
  if (patterns.length === 0) return tests;
  return tests.flatMap((test) => {
    const isWhole = patterns.some((pattern) => test.file.includes(pattern) || test.name.includes(pattern));
    if (isWhole) return [test];
    const cases = test.cases.filter(({ name }) => patterns.some((pattern) => name.includes(pattern)));
    return cases.length === 0 ? [] : [{ ...test, cases }];
  });
}
