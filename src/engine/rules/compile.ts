import { compareText } from '../kernel/text-order.ts';
import type { Value } from '../model/value.ts';
import { type CheckedExpression, checkExpression } from './check.ts';
import { coerce } from './coerce.ts';
import { Constants } from './constants-table.ts';
import type { Expr } from './expr.ts';
import { FieldLoads, LOADERS } from './field-loads.ts';
import { ExpressionCode } from './generate.ts';
import { MAX_STEPS, OPERATIONS, type Outcome, type Truth } from './operations.ts';
import type { Scope } from './scope.ts';
import { BOOL, type Type, type TypeEnv } from './types.ts';

/** True, false, or undefined: an error reached the top; the caller takes it as false and counts a `rule_error` (R0). */
export type Condition = (scope: Scope) => true | false | undefined;

/**
 * The value, null when it is absent, undefined for an error. A timestamp is epoch milliseconds, a duration
 * milliseconds.
 */
export type ValueFunction = (scope: Scope) => Value | undefined;

/**
 * Compiles a checked condition to JavaScript. Never evaluates what users wrote as code: constants are bound, names are
 * declared identifiers. Throws an Error when the expression has findings: it was to be checked before.
 */
export function compileCondition(expr: Expr, env: TypeEnv): Condition {
  const run = compileFunction(expr, checked(expr, env, BOOL));
  return (scope) => {
    const value = run(scope);
    return typeof value === 'boolean' ? value : undefined;
  };
}

/** Compiles a checked expression of any type; see compileCondition. */
export function compileValue(expr: Expr, env: TypeEnv): ValueFunction {
  return compileFunction(expr, checked(expr, env));
}

/** The findings-free check of an expression; throws an Error when there are findings. */
export function checked(expr: Expr, env: TypeEnv, expected?: Type): CheckedExpression {
  const result = checkExpression(expr, env, expected);
  const [finding] = result.findings;
  if (finding) throw new Error(`expression with findings: ${finding.code}: ${finding.message}`);
  return result;
}

/**
 * Turns generated source into what it returns. `K` are its constants; `R` and the rest of RUNTIME are all it can reach
 * besides the language itself.
 */
export function evaluateGenerated(source: string, constants: Constants): unknown {
  const names = Object.keys(RUNTIME);
  // oxlint-disable-next-line typescript/no-implied-eval -- the source is made by generate.ts from a checked tree, constants apart
  const make = new Function('K', 'R', ...names, `'use strict';\n${constants.code()}\n${source}`);
  return make(constants.values, OPERATIONS, ...names.map((name) => RUNTIME[name as keyof typeof RUNTIME]));
}

const RUNTIME = {
  ...LOADERS,
  compareText,
  MAX_STEPS,
  /** A read value as its declared type; an error stays one. */
  as: (type: Type, value: Outcome): Outcome => (value === undefined ? undefined : coerce(type, value)),
  inSegment: (scope: Scope, name: string): Truth => {
    const isIn = scope.segment?.(name);
    return typeof isIn === 'boolean' ? isIn : undefined;
  },
  metricOf: (scope: Scope, name: string, type: Type): Outcome => {
    const value = scope.metric?.(name);
    return value === undefined ? undefined : coerce(type, value);
  },
} as const;

function compileFunction(expr: Expr, { types }: CheckedExpression): ValueFunction {
  const constants = new Constants();
  const loads = new FieldLoads(constants);
  const writer = new ExpressionCode(types, constants, loads, '');
  const code = writer.value(expr);
  const load = loads.code();
  const variables = loads.variables();
  const source = [
    'return (s) => {',
    variables.length > 0 ? `let ${variables.join(', ')};` : '',
    writer.declarations(),
    load,
    writer.needsBudget ? 'const budget = { steps: MAX_STEPS };' : '',
    `return ${code};`,
    '};',
  ].join('\n');
  return evaluateGenerated(source, constants) as ValueFunction;
}
