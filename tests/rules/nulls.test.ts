import { describe, expect, it } from 'vitest';
import { compileCondition } from '../../src/engine/rules/compile.ts';
import { parseExpression } from '../../src/engine/rules/parse.ts';
import type { Scope } from '../../src/engine/rules/scope.ts';
import { INT, listOf, mapOf, structOf } from '../../src/engine/rules/types.ts';
import { evaluate, SHOP } from './evaluate.ts';

const ERROR = undefined;
const scope: Scope = {
  event: {
    id: 'e1',
    occurred_at: 1_000,
    data: { order_id: 'o1', amount: 12.5, quantity: 3, labels: { a: 'x', n: null }, tags: ['a', null] },
  },
  user: { id: 'u1', city: null },
  now: 61_000,
};

describe('R0: absent and null are one value', () => {
  it.each<[string, unknown]>([
    ['user.city', null],
    ['user.vip', null],
    ['user.city == null', true],
    ['user.vip == null', true],
    ['null == user.vip', true],
    ['user.id != null', true],
    ['user.id == null', false],
    ['has(user.city)', false],
    ['has(user.vip)', false],
    ['has(user.id)', true],
    ['event.data.labels.n == null', true],
    ['event.data.labels.zzz == null', true],
    ['event.data.labels["a"] == null', false],
    ['has(event.data.labels.n)', false],
    ['"n" in event.data.labels', false],
    ['event.data.address == null', true],
    ['null == null', true],
    ['null != null', false],
  ])('%s is %j', (text, expected) => {
    expect(evaluate(text, scope)).toBe(expected);
  });
});

describe('R0: any operator on null gives an error', () => {
  it.each([
    'user.city == "Berlin"',
    'user.city != "Berlin"',
    'user.city == user.city',
    'user.age < 5',
    'user.age + 1',
    '-user.age',
    '!user.vip',
    'user.vip ? 1 : 2',
    'user.city.startsWith("B")',
    'user.city.matches("B")',
    'size(user.city)',
    'user.city in ["Berlin"]',
    'user.city in []',
    '"b" in event.data.tags',
    'int(user.city)',
    'string(user.age)',
    'bool(user.vip)',
    'event.data.placed.getFullYear()',
    'event.data.address.city',
    'event.data.address.city == null',
    'event.data.items.exists(i, true)',
    'event.data.raw[0]',
    'event.data.raw.x',
    '[1, 2][user.age]',
    'user.age == null && user.vip',
  ])('%s', (text) => {
    expect(evaluate(text, scope)).toBe(ERROR);
  });
});

describe("R0: && and || absorb errors as SQL's AND and OR do", () => {
  const values = { true: true, false: false, 'user.vip': ERROR } as const;
  const and = (a: boolean | undefined, b: boolean | undefined) => (a === false || b === false ? false : a && b);
  const or = (a: boolean | undefined, b: boolean | undefined) =>
    a || b ? true : a === false && b === false ? false : ERROR;
  const pairs = Object.entries(values).flatMap(([a, left]) =>
    Object.entries(values).map(([b, right]) => ({ a, b, left, right })),
  );

  it.each(pairs)('$a with $b', ({ a, b, left, right }) => {
    expect(evaluate(`${a} && ${b}`, scope)).toBe(and(left, right));
    expect(evaluate(`${a} || ${b}`, scope)).toBe(or(left, right));
    expect(evaluate(`true && ${a} && ${b} && true`, scope)).toBe(and(left, right));
    expect(evaluate(`(${a} || ${b}) || false`, scope)).toBe(or(left, right));
  });

  it('in macros too', () => {
    const data = { event: { data: { items: [{ sku: 'a' }, {}, { sku: 'b' }] } } };
    expect(evaluate('event.data.items.exists(i, i.sku == "b")', data)).toBe(true);
    expect(evaluate('event.data.items.exists(i, i.sku == "c")', data)).toBe(ERROR);
    expect(evaluate('event.data.items.all(i, i.sku == "a")', data)).toBe(false);
    expect(evaluate('event.data.items.all(i, i.sku != "c")', data)).toBe(ERROR);
    expect(evaluate('event.data.items.exists_one(i, i.sku == "b")', data)).toBe(ERROR);
    expect(evaluate('event.data.items.filter(i, i.sku != null).all(i, i.sku < "c")', data)).toBe(true);
  });
});

describe('R0: a value of another type than declared', () => {
  const wrong = (data: Record<string, unknown>): Scope => ({ event: { data: data as never } });

  it.each<[string, Record<string, unknown>]>([
    ['event.data.quantity > 1', { quantity: '3' }],
    ['event.data.quantity > 1', { quantity: 1.5 }],
    ['event.data.quantity > 1', { quantity: 2 ** 53 }],
    ['event.data.amount > 1.0', { amount: Number.NaN }],
    ['event.data.order_id == "1"', { order_id: 1 }],
    ['event.data.order_id != "1"', { order_id: {} }],
    ['event.data.order_id == null', { order_id: [] }],
    ['has(event.data.order_id)', { order_id: 7 }],
    ['event.data.paid || false', { paid: 1 }],
    ['event.data.placed < now', { placed: '2026-13-01T00:00:00Z' }],
    ['size(event.data.tags)', { tags: ['a', 1] }],
    ['size(event.data.tags)', { tags: 'a' }],
    ['event.data.items.exists(i, i.sku == "a")', { items: [{ sku: 1 }] }],
    ['event.data.items.exists(i, i.sku == "a")', { items: ['a'] }],
    ['event.data.labels.a == "x"', { labels: { a: 1 } }],
    ['event.data.labels.a == "x"', { labels: [] }],
    ['event.data.address.city == "x"', { address: [] }],
  ])('%s on %j is an error, never a throw', (text, data) => {
    expect(evaluate(text, { ...wrong(data), now: 5 })).toBe(ERROR);
  });

  it.each([[2 ** 53], [1.5], ['1'], [[1]]])('%j is no item of a list of int', (item) => {
    const env = { roots: { event: structOf({ l: listOf(INT), m: mapOf(INT) }) } };
    expect(evaluate('size(event.l)', { event: { l: [1, item] } }, env)).toBe(ERROR);
    expect(evaluate('event.m.a', { event: { m: { a: item } } }, env)).toBe(ERROR);
  });

  it('counts as an error where a root is left out', () => {
    expect(evaluate('user.city == null', {})).toBe(ERROR);
    expect(evaluate('now > timestamp(0)', {})).toBe(ERROR);
    expect(evaluate('segment("buyers")', {})).toBe(ERROR);
    expect(evaluate('metric("orders_7d") > 1', {})).toBe(ERROR);
  });
});

describe('R0: the top of a condition', () => {
  const condition = (text: string) => {
    const parsed = parseExpression(text);
    if (!parsed.ok) throw new Error(text);
    return compileCondition(parsed.expr, SHOP)(scope);
  };

  it('is true, false, or undefined for an error; an absent value is no truth', () => {
    expect(condition('event.data.amount > 10.0')).toBe(true);
    expect(condition('event.data.amount > 100')).toBe(false);
    expect(condition('user.city == "Berlin"')).toBe(ERROR);
    expect(condition('user.vip')).toBe(ERROR);
    expect(condition('event.data.raw')).toBe(ERROR);
    expect(condition('now - event.occurred_at == duration("1m")')).toBe(true);
  });
});
