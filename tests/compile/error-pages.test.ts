import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { OWN_CODES } from '../../src/engine/compile/codes.ts';
import { FAULTS } from './broken/faults.ts';

const ROOT = join(import.meta.dirname, '../..');
const PAGES = filesOf('docs/errors', '.md').map((path) => path.slice(0, -'.md'.length));

describe('pages of error codes', () => {
  it.each(OWN_CODES)('%s has one', (code) => {
    const text = readFileSync(join(ROOT, 'docs/errors', `${code}.md`), 'utf8');
    expect(text.startsWith(`# ${code}\n`)).toBe(true);
    expect(text).toContain('**To mend it:**');
  });

  it('exist for the codes of expressions', () => {
    const codes = [...readFileSync(join(ROOT, 'src/engine/rules/expr.ts'), 'utf8').matchAll(/'(cel\/[a-z-]+)'/g)].map(
      (match) => match[1],
    );
    expect(codes.length).toBeGreaterThan(10);
    expect(codes.filter((code) => !PAGES.includes(code ?? ''))).toEqual([]);
  });

  it('exist only for codes that the sources give', () => {
    const sources = filesOf('src', '.ts')
      .map((path) => readFileSync(join(ROOT, 'src', path), 'utf8'))
      .join('\n');
    const unused = PAGES.filter((code) => !sources.includes(`'${code}'`) && !sources.includes(`\`${code}\``));
    expect(unused).toEqual([]);
  });

  it('stand beside a broken repository or a trap that gives the code', () => {
    const tested = new Set(FAULTS.map(({ code }) => code));
    const others = filesOf('tests/compile', '.ts')
      .map((path) => readFileSync(join(ROOT, 'tests/compile', path), 'utf8'))
      .join('\n');
    expect(OWN_CODES.filter((code) => !tested.has(code) && !others.includes(code))).toEqual([]);
  });
});

function filesOf(folder: string, ending: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(ending))
    .map((path) => path.replaceAll('\\', '/'));
}
