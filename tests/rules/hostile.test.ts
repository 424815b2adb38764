import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { checkExpression } from '../../src/engine/rules/check.ts';
import { compileValue } from '../../src/engine/rules/compile.ts';
import { LIMITS, parseExpression } from '../../src/engine/rules/parse.ts';
import { createTriggerIndex } from '../../src/engine/rules/trigger-index.ts';
import { DYN, INT, listOf, STRING, structOf } from '../../src/engine/rules/types.ts';
import { evaluate, findings, SHOP } from './evaluate.ts';
import { createRandom } from './random.ts';

const deep = (open: string, close: string, times: number): string => `${open.repeat(times)}true${close.repeat(times)}`;

describe('hostile expressions', () => {
  it.each<[string, string]>([
    ['100,000 characters', `"${'a'.repeat(100_000)}" == "b"`],
    ['4,000 opening parentheses', '('.repeat(4000)],
    ['200 nested parentheses', deep('(', ')', 200)],
    ['4,000 exclamation marks', `${'!'.repeat(4000)}true`],
    ['70 exclamation marks', `${'!'.repeat(70)}true`],
    ['1,000 minus signs', `${'-'.repeat(1000)}1`],
    ['nested lists', deep('[', ']', 100)],
    ['nested ternaries', `${'true ? true : '.repeat(200)}true`],
    ['a long sum', `1${' + 1'.repeat(500)} == 1`],
    ['a long chain of selects', `event${'.a'.repeat(1500)}`],
    ['more than 2,000 parts', `${'a||'.repeat(1300)}a`],
    ['nested calls', deep('dyn(', ')', 90)],
  ])('%s: refused as too complex, at once', (_, text) => {
    const start = performance.now();
    expect(findings(text)[0]).toMatch(/^cel\/too-complex/);
    expect(performance.now() - start).toBeLessThan(500);
  });

  it('long flat chains are fine', () => {
    const text = Array.from({ length: 150 }, (_, at) => `user.age == ${at}`).join(' || ');
    expect(text.length).toBeLessThan(LIMITS.length);
    expect(findings(text)).toEqual([]);
    expect(evaluate(text, { user: { age: 149 } })).toBe(true);
    expect(evaluate(text, { user: { age: 150 } })).toBe(false);
  });

  it('at the limits still compile and run, alone and in the index', () => {
    const nested = deep('!(', ')', 60);
    expect(evaluate(nested)).toBe(true);
    const ternary = `${'user.vip ? 1 : '.repeat(30)}2`;
    expect(evaluate(ternary, { user: { vip: false } })).toBe(2);
    const equalities = `${'('.repeat(55)}user.vip${' == true)'.repeat(55)}`;
    const parsed = parseExpression(equalities);
    if (!parsed.ok) throw new Error('not parsed');
    const index = createTriggerIndex([{ id: 'a', eventType: 'e', where: parsed.expr }], () => SHOP);
    expect(index.match('e', { user: { vip: true } }).matched).toEqual(['a']);
  });

  it('find nothing on prototypes', () => {
    expect(findings('event.__proto__ == null')[0]).toMatch(/^cel\/(syntax|unknown-field)/);
    expect(findings('event["__proto__"] == null')).toEqual(['cel/unknown-field at ["__proto__"]']);
    expect(findings('event.toString == null')).toEqual(['cel/unknown-field at [toString]']);
    expect(findings('constructor == null')).toEqual(['cel/unknown-name at [constructor]']);
    expect(findings('user.constructor("return 1")')[0]).toMatch(/^cel\/unknown-function/);
    const scope = { event: { data: { raw: { a: 1 }, labels: {} } } };
    expect(evaluate('event.data.constructor', scope)).toBe(null);
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf']) {
      expect(evaluate(`event.data.raw["${name}"]`, scope)).toBe(null);
      expect(evaluate(`event.data.labels["${name}"]`, scope)).toBe(null);
      expect(evaluate(`"${name}" in event.data.labels`, scope)).toBe(false);
    }
    expect(evaluate('{"__proto__": 1}["__proto__"]')).toBe(1);
    expect(evaluate('{"a": 1}.constructor')).toBe(null);
  });

  it('cannot break out of the generated code', () => {
    const nasty = ['"; throw 1; "', "'", '`\u0024{1}`', '\\', '\u2028', '*/', '</script>', '\u0024{K}', '\u0000', 'k0'];
    for (const text of nasty) {
      const literal = JSON.stringify(text).replace('\u2028', '\\u2028');
      expect(evaluate(`${literal} == event.data.order_id`, { event: { data: { order_id: text } } })).toBe(true);
      const env = { roots: { user: structOf({ [text]: STRING }) } };
      expect(evaluate(`user[${literal}]`, { user: { [text]: 'found' } }, env)).toBe('found');
    }
    const odd = { roots: { 'x; throw 1': INT, R: INT, K: INT, s: INT, undefined: INT } };
    expect(evaluate('R + K + s + undefined', { R: 1, K: 2, s: 3, undefined: 4 } as never, odd)).toBe(10);
  });

  it('loops are bounded: an error once too many steps were made', () => {
    const numbers = Array.from({ length: 3000 }, (_, at) => at);
    const env = { roots: { event: structOf({ l: listOf(INT) }) } };
    const start = performance.now();
    expect(
      evaluate('event.l.all(a, event.l.all(b, event.l.all(c, a + b + c >= 0)))', { event: { l: numbers } }, env),
    ).toBe(undefined);
    expect(performance.now() - start).toBeLessThan(1000);
    expect(evaluate('event.l.all(a, a >= 0)', { event: { l: numbers } }, env)).toBe(true);
    const four = 'event.l.all(a, event.l.all(b, event.l.all(c, event.l.all(d, true))))';
    expect(findings(four, env)[0]).toMatch(/^cel\/too-complex/);
  });

  it('text and patterns are bounded', () => {
    const env = { roots: { event: structOf({ t: STRING }) } };
    const doubled = `${'event.t + '.repeat(30)}event.t == "x"`;
    expect(evaluate(doubled, { event: { t: 'x'.repeat(65_536) } }, env)).toBe(undefined);
    const start = performance.now();
    expect(evaluate('event.t.matches("^(a+)+$")', { event: { t: `${'a'.repeat(60_000)}b` } }, env)).toBe(false);
    expect(performance.now() - start).toBeLessThan(1000);
    expect(evaluate('event.t.matches("a")', { event: { t: 'a'.repeat(70_000) } }, env)).toBe(undefined);
    expect(() => RE2JS.compile('(((a{1000}){1000}){1000})')).toThrow();
  });

  it('random bytes never throw and never hang', () => {
    const random = createRandom(3);
    const pieces = [
      '(',
      ')',
      '[',
      ']',
      '{',
      '}',
      '.',
      ',',
      '?',
      ':',
      '!',
      '-',
      '&&',
      '||',
      '==',
      'in',
      'event',
      'data',
      'x',
      '1',
      '"a"',
      "'",
      '\\',
      '\u{1f600}',
      ' ',
      'has',
      'all',
      '`',
      '0x',
      '1e',
      '//',
      'r"',
      'null',
      'u',
      '@',
      '\n',
    ];
    for (let at = 0; at < 20_000; at += 1) {
      const text = Array.from({ length: 1 + random.below(14) }, () => random.pick(pieces)).join('');
      const parsed = parseExpression(text);
      if (!parsed.ok) {
        for (const { start, end } of parsed.findings)
          expect(0 <= start && start <= end && end <= text.length).toBe(true);
        continue;
      }
      const env = { roots: { event: DYN, x: DYN, data: DYN } };
      if (checkExpression(parsed.expr, env).findings.length === 0)
        compileValue(parsed.expr, env)({ event: { data: 1 } });
    }
  });
});
