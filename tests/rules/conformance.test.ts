import { describe, expect, it } from 'vitest';
import type { Value } from '../../src/engine/model/value.ts';
import { checkExpression } from '../../src/engine/rules/check.ts';
import { compileValue } from '../../src/engine/rules/compile.ts';
import type { ExprFinding } from '../../src/engine/rules/expr.ts';
import { deepEqual } from '../../src/engine/rules/operations.ts';
import { parseExpression } from '../../src/engine/rules/parse.ts';
import { DEVIATIONS, OMISSIONS, OMITTED_VECTORS, SUITES_OUTSIDE } from './conformance/omissions.ts';
import { readVectors, type Vector } from './conformance/vectors.ts';

type Outcome = { kind: 'passed' } | { kind: 'skipped'; reason: string } | { kind: 'failed'; why: string };

const vectors = readVectors();
const outcomes = new Map(vectors.map((vector) => [vector.name, run(vector)]));

describe('R0: the conformance vectors of CEL', () => {
  it('hold within the supported subset', () => {
    const failed = [...outcomes].flatMap(([name, outcome]) =>
      outcome.kind === 'failed' ? [`${name}: ${outcome.why}`] : [],
    );
    expect(failed).toEqual([]);
  });

  it('are skipped for a listed reason only, and every listed reason is met', () => {
    const counts = new Map<string, number>();
    for (const outcome of outcomes.values()) {
      if (outcome.kind === 'skipped') counts.set(outcome.reason, (counts.get(outcome.reason) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual([...OMISSIONS].sort());
    const table = [...counts]
      .sort(([, left], [, right]) => right - left)
      .map(([reason, count]) => `  ${count} ${reason}`);
    const passed = [...outcomes.values()].filter(({ kind }) => kind === 'passed').length;
    console.log(
      `CEL vectors: ${vectors.length}, executed ${passed}, skipped ${vectors.length - passed}:\n${table.join('\n')}`,
    );
  });

  it('are executed, so many of them', () => {
    const passed = [...outcomes.values()].filter(({ kind }) => kind === 'passed').length;
    expect({ all: vectors.length, executed: passed }).toEqual({ all: 2344, executed: 669 });
  });

  it('that deviate do so as listed', () => {
    for (const [name, expected] of Object.entries(DEVIATIONS)) {
      const vector = vectors.find((each) => each.name === name);
      expect(vector, name).toBeDefined();
      if (vector)
        expect({ name, result: evaluate(vector) }).toEqual({
          name,
          result: { value: expected === 'error' ? undefined : expected },
        });
    }
  });
});

function run(vector: Vector): Outcome {
  const suite = vector.name.split('/')[0] as string;
  const skipped = (reason: string): Outcome => ({ kind: 'skipped', reason });
  if (Object.hasOwn(SUITES_OUTSIDE, suite)) return skipped(SUITES_OUTSIDE[suite] as string);
  if (Object.hasOwn(OMITTED_VECTORS, vector.name)) return skipped(OMITTED_VECTORS[vector.name] as string);
  if (Object.hasOwn(DEVIATIONS, vector.name)) return skipped('null and absent fields (the two deviations)');
  if (vector.outside !== undefined) return skipped(vector.outside);
  const result = evaluate(vector);
  if ('findings' in result) return refused(vector, result.findings);
  if (vector.expected === 'error') {
    return result.value === undefined
      ? { kind: 'passed' }
      : { kind: 'failed', why: `${JSON.stringify(result.value)} instead of an error` };
  }
  if (deepEqual(result.value as Value, vector.expected.value) || Object.is(result.value, vector.expected.value))
    return { kind: 'passed' };
  return { kind: 'failed', why: `${JSON.stringify(result.value)} instead of ${JSON.stringify(vector.expected.value)}` };
}

/** An expression that is refused before it runs is an error found early, unless what it needs is left out of the subset. */
function refused(vector: Vector, findings: readonly ExprFinding[]): Outcome {
  const omitted = findings.map(omissionOf).find((reason) => reason !== undefined);
  if (omitted !== undefined) return { kind: 'skipped', reason: omitted };
  const isUnread = findings.some(({ code }) => code === 'cel/syntax' || code === 'cel/too-complex');
  if (vector.expected === 'error' && !isUnread) return { kind: 'passed' };
  if (vector.disableCheck && !isUnread)
    return { kind: 'skipped', reason: 'expressions that CEL too refuses once types are checked' };
  return { kind: 'failed', why: findings.map(({ code, message }) => `${code} ${message}`).join('; ') };
}

function omissionOf({ code, message }: ExprFinding): string | undefined {
  if (code === 'cel/integer-too-large') return 'integers beyond 2^53';
  return code === 'cel/unsupported' ? (/^CEL's (.+) cannot be used here/.exec(message)?.[1] ?? message) : undefined;
}

function evaluate({ expr, roots, bindings }: Vector): { value: unknown } | { findings: readonly ExprFinding[] } {
  const parsed = parseExpression(expr);
  if (!parsed.ok) return { findings: parsed.findings };
  const { findings } = checkExpression(parsed.expr, { roots });
  return findings.length > 0 ? { findings } : { value: compileValue(parsed.expr, { roots })(bindings) };
}
