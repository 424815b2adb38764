import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileCondition } from '../../src/engine/rules/compile.ts';
import type { Expr } from '../../src/engine/rules/expr.ts';
import { parseExpression } from '../../src/engine/rules/parse.ts';
import { createTriggerIndex, type TriggerRule } from '../../src/engine/rules/trigger-index.ts';
import { brokenData, ENV, randomCondition, randomData } from './expressions.ts';
import { createRandom, type Random } from './random.ts';

describe('the trigger index', () => {
  it.each([
    ['few rules, all in one function', 1, 7, 250],
    ['some rules, by masks in one function', 8, 40, 40],
    ['many rules, by masks and one function each', 97, 140, 6],
  ])('answers what each condition alone answers: %s', { timeout: 60_000 }, (_, least, most, runs) => {
    let compared = 0;
    const check = (seed: number): void => {
      const random = createRandom(seed);
      const rules = createRules(random, least + random.below(most - least + 1));
      const index = createTriggerIndex(rules, () => ENV);
      const alone = rules.map(({ where }) => (where ? compileCondition(where, ENV) : () => true as const));
      for (let at = 0; at < 20; at += 1) {
        const data = random.chance(0.5) ? randomData(random, random.pick([0, 0.3])) : brokenData(random);
        const scope = random.chance(0.03) ? {} : { event: { data } };
        const verdicts = alone.map((run) => run(scope));
        const idsOf = (verdict: boolean | undefined): string[] =>
          rules.flatMap(({ id }, rule) => (verdicts[rule] === verdict ? [id] : []));
        expect({ data, ...index.match('order', scope) }).toEqual({
          data,
          matched: idsOf(true),
          errors: idsOf(undefined),
        });
        compared += rules.length;
      }
    };
    fc.assert(fc.property(fc.integer(), check), { numRuns: runs, seed: 42 });
    expect(compared).toBeGreaterThan(10_000);
  });

  it('keeps event types apart and knows nothing of others', () => {
    const rules = [
      { id: 'a', eventType: 'order' },
      { id: 'b', eventType: 'visit', where: parsed('event.data.i1 == 1') },
    ];
    const index = createTriggerIndex(rules, () => ENV);
    expect(index.match('order', { event: { data: {} } })).toEqual({ matched: ['a'], errors: [] });
    expect(index.match('visit', { event: { data: { i1: 1 } } })).toEqual({ matched: ['b'], errors: [] });
    expect(index.match('visit', { event: { data: {} } })).toEqual({ matched: [], errors: ['b'] });
    expect(index.match('constructor', { event: { data: {} } })).toEqual({ matched: [], errors: [] });
  });

  it('finds rules by segment and metric, which are asked at the time', () => {
    const env = { ...ENV, segments: new Set(['vip']), metrics: new Map([['orders', { kind: 'int' as const }]]) };
    const rules = Array.from({ length: 120 }, (_, at) => ({
      id: `r${at}`,
      eventType: 'order',
      where: parsed(`event.data.i1 == ${at} && segment("vip") && metric("orders") > ${at}`),
    }));
    const index = createTriggerIndex(rules, () => env);
    const scope = (isVip: boolean | undefined, orders: number) => ({
      event: { data: { i1: 3 } },
      segment: () => isVip,
      metric: () => orders,
    });
    expect(index.match('order', scope(true, 4))).toEqual({ matched: ['r3'], errors: [] });
    expect(index.match('order', scope(true, 3))).toEqual({ matched: [], errors: [] });
    expect(index.match('order', scope(undefined, 4))).toEqual({ matched: [], errors: ['r3'] });
    expect(index.match('order', scope(undefined, 3))).toEqual({ matched: [], errors: [] });
  });

  it('refuses a filter that was not checked', () => {
    expect(() => createTriggerIndex([{ id: 'a', eventType: 'order', where: parsed('event.nope') }], () => ENV)).toThrow(
      'unknown-field',
    );
  });
});

function createRules(random: Random, count: number): TriggerRule[] {
  return Array.from({ length: count }, (_, at) => {
    if (random.chance(0.05)) return { id: `rule-${at}`, eventType: 'order' };
    const parts = Array.from({ length: 1 + random.below(3) }, () => randomCondition(random, random.below(3)).mka);
    if (random.chance(0.7)) parts.push(equality(random));
    return { id: `rule-${at}`, eventType: 'order', where: parsed(parts.join(' && ')) };
  });
}

function equality(random: Random): string {
  return random.pick([
    () => `event.data.s1 == ${JSON.stringify(random.pick(['a', 'b', 'ab', '']))}`,
    () => `event.data.i1 in [${random.below(4)}, ${random.below(4)}]`,
    () => `${random.below(4)} == event.data.i2`,
    () => 'event.data.d1 == 2.5',
    () => 'event.data.b1 == true',
    () => 'event.data.t1 == timestamp("2026-03-29T01:30:00Z")',
    () => 'event.data.s2 in []',
    () => 'event.data.m1.a == 1',
    () => 'event.data.j1 == 1',
  ])();
}

function parsed(text: string): Expr {
  const result = parseExpression(text);
  if (!result.ok) throw new Error(`${text}: ${result.findings[0]?.message}`);
  return result.expr;
}
