import { describe, expect, it } from 'vitest';
import { displayWidth, printable } from '../../src/ui/diagnostics/display-width.ts';
import { FORMATS, writeFindings } from '../../src/ui/diagnostics/formats.ts';
import { drawFrame } from '../../src/ui/diagnostics/frame.ts';
import { githubSummary } from '../../src/ui/diagnostics/github.ts';
import { worstFirst } from '../../src/ui/diagnostics/report.ts';
import { FINDINGS, reportOfFindings } from './findings.ts';

const ENDINGS = { pretty: 'txt', json: 'json', github: 'txt', sarif: 'json', junit: 'xml' } as const;

describe('findings are written', () => {
  it.each(FORMATS)('as %s', async (format) => {
    const text = writeFindings(format, reportOfFindings());
    await expect(text).toMatchFileSnapshot(`golden/${format}.golden.${ENDINGS[format]}`);
    expect(text).not.toContain('hunter2');
  });

  it('as a table for the summary of a step', async () => {
    await expect(githubSummary(reportOfFindings())).toMatchFileSnapshot('golden/summary.golden.md');
  });

  it('as nothing where nothing was found', () => {
    expect(writeFindings('pretty', reportOfFindings([]))).toBe('');
    expect(writeFindings('github', reportOfFindings([]))).toBe('');
    expect(JSON.parse(writeFindings('sarif', reportOfFindings([]))).runs[0].results).toEqual([]);
    expect(JSON.parse(writeFindings('json', reportOfFindings([])))).toMatchObject({
      version: 1,
      ok: true,
      findings: [],
    });
  });
});

describe('annotations', () => {
  it('are ten at most, the worst first; the others are plain lines that are no commands', () => {
    const [first, , warning] = FINDINGS;
    const many = [...Array(12)].flatMap((_, at) => [
      { ...(warning as (typeof FINDINGS)[number]), message: `warning ${at}` },
      { ...(first as (typeof FINDINGS)[number]), message: `error ${at}` },
    ]);
    const lines = writeFindings('github', reportOfFindings(many)).trimEnd().split('\n');
    expect(lines.filter((line) => line.startsWith('::'))).toHaveLength(10);
    expect(lines.slice(0, 10).every((line) => line.startsWith('::error '))).toBe(true);
    expect(lines[10]).toBe('14 further findings:');
    expect(lines).toHaveLength(25);
    expect(worstFirst(many)[12]?.severity).toBe('warning');
  });
});

describe('a frame', () => {
  const at = { file: 'a', line: 1, column: 1, endLine: 1, endColumn: 2 };
  const frame = (text: string, column: number, endColumn: number, line = 1): string[] =>
    drawFrame(
      { code: 'x/y', severity: 'error', message: 'm', at: { ...at, line, endLine: line, column, endColumn } },
      { textOf: () => text },
    ).split('\n');

  it.each([
    ['Latin text', 'abc def', 5, 8, '      |     ^^^'],
    ['Chinese text before it', '李明 def', 4, 7, '      |      ^^^'],
    ['Chinese text in it', 'ab 李明', 4, 6, '      |    ^^^^'],
    ['an emoji before it', '😀 def', 4, 7, '      |    ^^^'],
    ['an emoji of several parts', '👩‍👧 def', 7, 10, '      |    ^^^'],
    ['combining marks', 'e\u0301 def', 4, 7, '      |   ^^^'],
    ['a tab', '\tdef', 2, 5, '      |     ^^^'],
    ['nothing left on the line', 'ab', 3, 3, '      |   ^'],
  ])('has its caret under the right place with %s', (_, text, column, endColumn, caret) => {
    expect(frame(text, column, endColumn).at(-1)).toBe(caret);
  });

  it('widens its margin with the number of the line', () => {
    const text = `${'x\n'.repeat(1233)}mark`;
    expect(frame(text, 1, 5, 1234).slice(-3)).toEqual(['   1233 | x', '   1234 | mark', '        | ^^^^']);
  });

  it('shows of a long line the part around the mark', () => {
    const [line, caret] = frame(`${'a'.repeat(1000)}MARK${'b'.repeat(1000)}`, 1001, 1005).slice(-2) as [string, string];
    expect(line.length).toBeLessThan(180);
    expect(line.slice(caret.indexOf('^'), caret.lastIndexOf('^') + 1)).toBe('MARK');
  });

  it('lets no control character through to the terminal', () => {
    const text = frame('a\u001b[31mred\u202e', 1, 2).join('\n');
    expect(text).not.toContain('\u001b');
    expect(text).not.toContain('\u202e');
    expect(printable('a\u0000b\tc')).toBe('a\ufffdb    c');
  });

  it('does without the text of a file', () => {
    expect(drawFrame({ code: 'x/y', severity: 'warning', message: 'm', at }, { textOf: () => undefined })).toBe(
      'warning[x/y] m\n  --> a:1:1',
    );
  });
});

describe('the width of text', () => {
  it.each([
    ['', 0],
    ['abc', 3],
    ['李明', 4],
    ['ＡＢ', 4],
    ['한국', 4],
    ['é', 1],
    ['😀', 2],
    ['❤️', 2],
    ['👨‍👩‍👧‍👦', 2],
  ])('of %s is %i', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });
});
