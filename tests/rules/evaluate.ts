import { checkExpression } from '../../src/engine/rules/check.ts';
import { compileValue } from '../../src/engine/rules/compile.ts';
import type { ExprFinding } from '../../src/engine/rules/expr.ts';
import { parseExpression } from '../../src/engine/rules/parse.ts';
import type { Scope } from '../../src/engine/rules/scope.ts';
import {
  BOOL,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  listOf,
  mapOf,
  STRING,
  structOf,
  TIMESTAMP,
  type Type,
  type TypeEnv,
} from '../../src/engine/rules/types.ts';

/** A small shop: an order event, its entry, a profile, a segment, a metric. */
export const SHOP: TypeEnv = {
  roots: {
    event: structOf({
      id: STRING,
      source: STRING,
      type: STRING,
      occurred_at: TIMESTAMP,
      received_at: TIMESTAMP,
      data: structOf({
        order_id: STRING,
        amount: DOUBLE,
        quantity: INT,
        paid: BOOL,
        placed: TIMESTAMP,
        lasts: DURATION,
        tags: listOf(STRING),
        times: listOf(TIMESTAMP),
        items: listOf(structOf({ sku: STRING, price: DOUBLE, from: TIMESTAMP })),
        labels: mapOf(STRING),
        due: mapOf(TIMESTAMP),
        raw: DYN,
        'utm-source': STRING,
        constructor: STRING,
        address: structOf({ city: STRING }),
      }),
    }),
    entry: structOf({ id: STRING, at: TIMESTAMP, data: structOf({ order_id: STRING }) }),
    user: structOf({ id: STRING, city: STRING, vip: BOOL, age: INT, zone: STRING }),
    now: TIMESTAMP,
  },
  segments: new Set(['buyers', 'big-spenders']),
  metrics: new Map<string, Type>([
    ['orders_7d', INT],
    ['revenue', DOUBLE],
  ]),
};

/** The findings of a text, parsing included, or its value on a scope. */
export function evaluate(text: string, scope: Scope = {}, env: TypeEnv = SHOP): unknown {
  const parsed = parseExpression(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.findings.map(({ message }) => message).join(' ')}`);
  return compileValue(parsed.expr, env)(scope);
}

/** The findings of a text as `code at [the text they point at]`. */
export function findings(text: string, env: TypeEnv = SHOP, expected?: Type): string[] {
  return allFindings(text, env, expected).map(({ code, start, end }) => `${code} at [${text.slice(start, end)}]`);
}

/** The findings of a text, whole. */
export function allFindings(text: string, env: TypeEnv = SHOP, expected?: Type): readonly ExprFinding[] {
  const parsed = parseExpression(text);
  return parsed.ok ? checkExpression(parsed.expr, env, expected).findings : parsed.findings;
}
