import fc from 'fast-check';
import { expect, it } from 'vitest';
import { conditionChange } from '../../src/engine/plan/condition-change.ts';
import { compileCondition } from '../../src/engine/rules/compile.ts';
import { parseExpression } from '../../src/engine/rules/parse.ts';
import { INT, STRING, structOf } from '../../src/engine/rules/types.ts';

it.each([
  ['user.a == 1', 'user.a == 1', 'same'],
  ['user.a == 1', 'user.a  ==  1', 'same'],
  ['user.a == 1', undefined, 'wider'],
  [undefined, 'user.a == 1', 'narrower'],
  ['user.a == 1 && user.b == 2', 'user.b == 2', 'wider'],
  ['user.a == 1', 'user.a == 1 || user.b == 2', 'wider'],
  ['user.a in [1, 2]', 'user.a in [2, 1]', 'same'],
  ['user.a in [1]', 'user.a == 1', 'same'],
  ['user.a in [1, 2]', 'user.a in [1, 2, 3]', 'wider'],
  ['user.a >= 10', 'user.a > 10', 'narrower'],
  ['user.a < 10', 'user.a < 20', 'wider'],
  ['user.a < 10', 'user.a > 10', 'other'],
  ['user.a == 1', 'user.b == 1', 'other'],
  ['!(user.a == 1 && user.b == 1)', '!(user.a == 1)', 'other'],
  ['(', 'true', 'other'],
])('%s → %s is %s', (before, after, expected) => {
  expect(conditionChange(before, after)).toBe(expected);
});

it('what is called wider admits everybody it admitted, null and errors included', () => {
  const env = { roots: { user: structOf({ a: INT, b: INT, c: STRING }) } };
  const atom = fc.oneof(
    fc
      .tuple(fc.constantFrom('a', 'b'), fc.constantFrom('<', '<=', '>', '>=', '=='), fc.integer({ min: 0, max: 3 }))
      .map(([field, op, at]) => `user.${field} ${op} ${at}`),
    fc
      .tuple(fc.constantFrom('a', 'b'), fc.uniqueArray(fc.integer({ min: 0, max: 3 }), { minLength: 1 }))
      .map(([field, items]) => `user.${field} in [${items.join(', ')}]`),
  );
  const condition = fc.letrec<{ any: string }>((tie) => ({
    any: fc.oneof(
      { maxDepth: 3 },
      atom,
      fc.tuple(tie('any'), fc.constantFrom('&&', '||'), tie('any')).map(([l, op, r]) => `(${l} ${op} ${r})`),
      tie('any').map((inner) => `!(${inner})`),
    ),
  })).any;
  const value = fc.option(fc.integer({ min: 0, max: 3 }));
  fc.assert(
    fc.property(condition, condition, value, value, (before, after, a, b) => {
      const holds = (text: string) => {
        const parsed = parseExpression(text);
        return parsed.ok && compileCondition(parsed.expr, env)({ user: { a, b } }) === true;
      };
      const change = conditionChange(before, after);
      if (change === 'wider' || change === 'same') expect(holds(before) && !holds(after)).toBe(false);
      if (change === 'narrower' || change === 'same') expect(holds(after) && !holds(before)).toBe(false);
    }),
    { numRuns: 3_000 },
  );
});
