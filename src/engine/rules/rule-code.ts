import type { CheckedExpression } from './check.ts';
import type { Constants } from './constants-table.ts';
import type { Expr } from './expr.ts';
import type { FieldLoads } from './field-loads.ts';
import { ExpressionCode } from './generate.ts';
import { joinRails, railsOf, type TwoRails } from './two-rails.ts';

/**
 * The code of one condition inside a function that decides many. `statements` set `verdict` to 1 where it is true, 2
 * where it is an error, 0 where it is false.
 */
export interface RuleCode {
  readonly statements: string;
  /** Declarations that the statements need once in the function around. */
  readonly declarations: string;
  readonly needsBudget: boolean;
  /** Equalities that must hold for the condition to be true: what an index may look up. */
  readonly equalities: readonly NonNullable<TwoRails['equality']>[];
}

/**
 * Writes a condition: its simple parts as two rails, asked first, the rest as an expression, asked only where the
 * simple parts leave it open. A part that is false decides; the order changes nothing (Kleene's `&&`).
 */
export function ruleCode(
  expr: Expr,
  { types }: CheckedExpression,
  constants: Constants,
  loads: FieldLoads,
  prefix: string,
): RuleCode {
  const parts = expr.kind === 'logic' && expr.op === '&&' ? expr.args : [expr];
  const simple: TwoRails[] = [];
  const complex: Expr[] = [];
  for (const part of parts) {
    const found = railsOf(part, { types, constants, loads });
    if (found) simple.push(found);
    else complex.push(part);
  }
  const writer = new ExpressionCode(types, constants, loads, prefix);
  const rest = complex.map((part) => writer.value(part, true));
  const statements = [simpleCode(joinRails('&&', simple)), ...rest.map((code) => restCode(code, writer.needsBudget))];
  return {
    statements: statements.join('\n'),
    declarations: writer.declarations(),
    needsBudget: writer.needsBudget,
    equalities: simple.flatMap(({ equality }) => (equality ? [equality] : [])),
  };
}

/** Without a missing or wrong field there can be no error, so the second rail is asked only then. */
function simpleCode({ holds, fails, fields }: TwoRails): string {
  const masks = new Map<number, number>();
  for (const { at } of fields) masks.set(Math.floor(at / 31), (masks.get(Math.floor(at / 31)) ?? 0) | (1 << (at % 31)));
  const bad = [...masks].map(([word, mask]) => `(bad${word} & ${mask}) !== 0`).join(' || ') || 'false';
  return `verdict = ${holds} ? 1 : (${bad}) && !${fails} ? 2 : 0;`;
}

function restCode(code: string, needsBudget: boolean): string {
  const reset = needsBudget ? 'budget.steps = MAX_STEPS; ' : '';
  return `if (verdict !== 0) { ${reset}rest = ${code}; if (rest === false) verdict = 0; else if (rest !== true) verdict = 2; }`;
}
