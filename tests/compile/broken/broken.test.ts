import { describe, expect, it } from 'vitest';
import { compileRepository } from '../../../src/engine/compile/compile-repository.ts';
import { edited, exampleFiles } from '../example-repository.ts';
import { FAULTS } from './faults.ts';

describe('a repository with one fault gives exactly one finding, at the right place', () => {
  const files = exampleFiles();

  it('and there are at least forty of them', () => {
    expect(new Set(FAULTS.map(({ name }) => name)).size).toBe(FAULTS.length);
    expect(FAULTS.length).toBeGreaterThanOrEqual(40);
  });

  it.each(FAULTS.map((fault) => [fault.name, fault] as const))('%s', (_, fault) => {
    const broken = edited(files, fault.edits);
    const { diagnostics, bundle } = compileRepository(broken, { environment: fault.environment });
    expect(diagnostics.map(({ code }) => code)).toEqual([fault.code]);
    const [finding] = diagnostics;
    const at = finding?.at;
    expect({ file: at?.file, line: at?.line, column: at?.column }).toEqual({
      file: fault.file ?? fault.edits[0]?.file,
      line: fault.line,
      column: fault.column,
    });
    if (fault.marks !== undefined) expect(textAt(broken, at)).toBe(fault.marks);
    expect(finding?.severity).toBe(fault.severity ?? 'error');
    expect(bundle === undefined).toBe(finding?.severity === 'error');
    expect(finding?.message).not.toMatch(/undefined|\[object|NaN/);
  });
});

function textAt(
  files: ReturnType<typeof exampleFiles>,
  at: { file: string; line: number; column: number; endColumn: number } | undefined,
): string {
  const file = files.find(({ path }) => path === at?.file);
  const line = new TextDecoder().decode(file?.bytes).split('\n')[(at?.line ?? 1) - 1] ?? '';
  return line.slice((at?.column ?? 1) - 1, (at?.endColumn ?? 1) - 1);
}
