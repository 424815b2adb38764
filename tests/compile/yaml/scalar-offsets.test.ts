import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Scalar, stringify } from 'yaml';
import { Findings } from '../../../src/engine/compile/findings.ts';
import { parseYaml } from '../../../src/engine/compile/yaml/parse.ts';

/** The text under the place that a part of `a.b` is said to stand at. */
function placed(text: string, part: string): string {
  const file = parseYaml('a.yaml', text, new Findings());
  const value = (file?.value as { a: { b: string } } | undefined)?.a.b ?? '';
  const start = value.indexOf(part);
  const at = file?.spanAt(['a', 'b'], start, start + part.length);
  const line = text.split('\n')[(at?.line ?? 1) - 1] ?? '';
  return `${at?.line}: ${line.slice((at?.column ?? 1) - 1, (at?.endColumn ?? 1) - 1)}`;
}

describe('the place of a part of a text', () => {
  it.each([
    ['plain', 'a:\n  b: user.city == mark\n', '2: mark'],
    ['in single quotes', "a: {b: 'it''s ''x'' == mark'}\n", '1: mark'],
    ['in double quotes with escapes', 'a: {b: "\\"x\\" \\u674e\\x41\\U0001F600 == mark"}\n', '1: mark'],
    ['in double quotes over lines', 'a:\n  b: "x ==\n    mark"\n', '3: mark'],
    ['in double quotes with a continued line', 'a:\n  b: "x == \\\n    mark"\n', '3: mark'],
    ['plain over lines', 'a:\n  b: x ==\n    mark\n', '3: mark'],
    ['literal', 'a:\n  b: |\n    x ==\n      mark\n', '4: mark'],
    ['folded', 'a:\n  b: >-\n    x ==\n    mark\n', '4: mark'],
    ['folded with an empty line', 'a:\n  b: >\n    x ==\n\n    mark\n', '5: mark'],
    ['literal with a comment in its head', 'a:\n  b: |2- # why\n    x == mark\n', '3: mark'],
    ['behind an anchor', 'a:\n  b: &x mark\n', '2: mark'],
    ['behind wide characters', 'a: {b: "李😀 == mark"}\n', '1: mark'],
    ['with lines that end with CR LF', 'a:\r\n  b: |\r\n    x ==\r\n    mark\r\n', '4: mark'],
  ])('%s', (_, text, place) => {
    expect(placed(text, 'mark')).toBe(place);
  });

  it('is right for every visible character of any text in every style', () => {
    const word = fc.stringMatching(/^[a-z'"\\#:李😀é&*=]{1,6}$/u);
    const value = fc
      .array(word, { minLength: 1, maxLength: 12 })
      .chain((words) =>
        fc
          .array(fc.constantFrom(' ', '\n', '  '), { minLength: words.length, maxLength: words.length })
          .map((gaps) => words.map((one, at) => one + (at === words.length - 1 ? '' : gaps[at])).join('')),
      );
    const style = fc.constantFrom(
      Scalar.PLAIN,
      Scalar.QUOTE_DOUBLE,
      Scalar.QUOTE_SINGLE,
      Scalar.BLOCK_FOLDED,
      Scalar.BLOCK_LITERAL,
    );
    fc.assert(
      fc.property(value, style, (text, type) => {
        const scalar = new Scalar(text);
        scalar.type = type;
        const source = stringify({ a: { b: scalar } }, { lineWidth: 30 });
        const file = parseYaml('a.yaml', source, new Findings());
        if (file === undefined) return;
        const back = (file.value as { a: { b: string } }).a.b;
        const lines = source.split('\n');
        let at = 0;
        for (const unit of back) {
          const start = at;
          at += unit.length;
          if (/\s/.test(unit)) continue;
          const place = file.spanAt(['a', 'b'], start, at);
          const found = lines[place.line - 1]?.slice(place.column - 1) ?? '';
          // Half a pair is enough: folding may break a line between the two halves.
          expect(found.startsWith(unit.charAt(0)) || found.startsWith('\\')).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
