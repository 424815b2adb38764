import type { Checking } from './checking.ts';
import type { Expr, ExprOf } from './expr.ts';
import type { Type } from './types.ts';
import { ANY, BOOL, DURATION, isNumeric, joinTypes, sameType, TIMESTAMP, typeName } from './types.ts';

type BinaryExpr = ExprOf<'binary'>;

const ORDERED: ReadonlySet<string> = new Set(['bool', 'int', 'double', 'string', 'timestamp', 'duration']);

/** The type of `left op right`, after a finding for operands that CEL has no such operator for. */
export function operatorType(checker: Checking, expr: BinaryExpr, left: Type, right: Type): Type {
  switch (expr.op) {
    case '==':
    case '!=':
      if (!isNullLiteral(expr.left) && !isNullLiteral(expr.right)) checkComparable(checker, expr, left, right);
      return BOOL;
    case '<':
    case '<=':
    case '>':
    case '>=':
      checkOrdered(checker, expr, left, right);
      return BOOL;
    case 'in':
      checkMembership(checker, expr, left, right);
      return BOOL;
    default:
      return arithmeticType(checker, expr, left, right);
  }
}

/** True for the literal `null`, the one operand that `==` and `!=` accept it as (R0). */
export function isNullLiteral(expr: Expr): boolean {
  return expr.kind === 'literal' && expr.type === 'null';
}

/** True when `==` can hold between the two; objects with declared fields are compared field by field, never whole. */
export function comparable(left: Type, right: Type): boolean {
  if (left === ANY || right === ANY) return true;
  if (left.kind === 'struct' || right.kind === 'struct') return false;
  if (left.kind === 'null' || right.kind === 'null') return true;
  if (left.kind === 'dyn' || right.kind === 'dyn') return joinTypes(left, right) !== undefined;
  if (left.kind === 'list' && right.kind === 'list') return comparable(left.element, right.element);
  if (left.kind === 'map' && right.kind === 'map') return comparable(left.value, right.value);
  return sameType(left, right) || (isNumeric(left) && isNumeric(right));
}

/**
 * The one type of two branches or items. Branches must agree; items of a literal may differ (`literal` true) and are
 * then of unknown type, as in CEL.
 */
export function joinChecked(checker: Checking, at: Expr, left: Type, right: Type, literal = false): Type {
  if (left === ANY || right === ANY) return left === ANY ? right : left;
  const joined = joinTypes(left, right);
  const mixed = joined?.kind === 'dyn' && left.kind !== 'dyn' && right.kind !== 'dyn';
  if (joined !== undefined && (literal || !mixed)) return joined;
  const message = literal
    ? `A list or map cannot hold both ${typeName(left)} and ${typeName(right)}.`
    : `The two branches give ${typeName(left)} and ${typeName(right)}; they must agree.`;
  return checker.report('cel/operand-type', message, at, numericHint(left, right));
}

function checkComparable(checker: Checking, expr: BinaryExpr, left: Type, right: Type): void {
  if (comparable(left, right)) return;
  const hint = left.kind === 'struct' || right.kind === 'struct' ? 'Compare their fields.' : undefined;
  checker.report(
    'cel/operand-type',
    `${typeName(left)} and ${typeName(right)} are never equal.`,
    expr,
    hint ?? textHint(left, right),
  );
}

function checkOrdered(checker: Checking, expr: BinaryExpr, left: Type, right: Type): void {
  if (left === ANY || right === ANY) return;
  const both = isNumeric(left) && isNumeric(right);
  if (both || (left.kind === right.kind && ORDERED.has(left.kind))) return;
  const other = left.kind === 'dyn' ? right : left;
  const open = (left.kind === 'dyn' || right.kind === 'dyn') && /^(?:dyn|bool|int|double|string)$/.test(other.kind);
  if (open) return;
  const message = `There is no ${expr.op} between ${typeName(left)} and ${typeName(right)}.`;
  checker.report('cel/operand-type', message, expr, nullHint(expr) ?? textHint(left, right));
}

function checkMembership(checker: Checking, expr: BinaryExpr, left: Type, right: Type): void {
  if (left === ANY || right === ANY) return;
  if (isNullLiteral(expr.left)) {
    checker.report('cel/operand-type', 'Null is in nothing: in gives an error for it.', expr, 'Test it with == null.');
    return;
  }
  if (right.kind === 'dyn' && left.kind !== 'struct' && joinTypes(left, right)) return;
  if (right.kind === 'list' && comparable(left, right.element)) return;
  if (right.kind === 'map' && (left.kind === 'string' || left.kind === 'dyn' || right.value === ANY)) return;
  const hint = right.kind === 'string' ? 'For a part of a text write text.contains(part).' : undefined;
  checker.report('cel/operand-type', `A ${typeName(left)} cannot be in ${typeName(right)}.`, expr, hint);
}

function arithmeticType(checker: Checking, expr: BinaryExpr, left: Type, right: Type): Type {
  if (left === ANY || right === ANY) return left === ANY ? right : left;
  if (left.kind === 'dyn' || right.kind === 'dyn') {
    return checker.reportUnsupported(
      'arithmetic on values of unknown type',
      left.kind === 'dyn' ? expr.left : expr.right,
    );
  }
  const { op } = expr;
  if (left.kind === right.kind) {
    if (left.kind === 'int' || (left.kind === 'double' && op !== '%')) return left;
    if (op === '+' && left.kind === 'string') return left;
    if ((op === '+' || op === '-') && left.kind === 'duration') return left;
    if (op === '-' && left.kind === 'timestamp') return DURATION;
    if (op === '+' && left.kind === 'list') return joinTypes(left, right) ?? mismatch(checker, expr, left, right);
  }
  if (left.kind === 'timestamp' && right.kind === 'duration' && (op === '+' || op === '-')) return TIMESTAMP;
  if (left.kind === 'duration' && right.kind === 'timestamp' && op === '+') return TIMESTAMP;
  return mismatch(checker, expr, left, right);
}

function mismatch(checker: Checking, expr: BinaryExpr, left: Type, right: Type): Type {
  const message = `There is no ${expr.op} between ${typeName(left)} and ${typeName(right)}.`;
  return checker.report(
    'cel/operand-type',
    message,
    expr,
    nullHint(expr) ?? numericHint(left, right) ?? textHint(left, right),
  );
}

function nullHint(expr: BinaryExpr): string | undefined {
  const named = isNullLiteral(expr.left) || isNullLiteral(expr.right);
  return named ? 'Null has no value to work with; test for it with == null.' : undefined;
}

function numericHint(left: Type, right: Type): string | undefined {
  return isNumeric(left) && isNumeric(right) ? 'Write 2.0 instead of 2, or convert one side with double().' : undefined;
}

function textHint(left: Type, right: Type): string | undefined {
  if (left.kind !== 'string' && right.kind !== 'string') return undefined;
  const other = left.kind === 'string' ? right : left;
  if (other.kind === 'timestamp' || other.kind === 'duration') return `Convert the text with ${other.kind}("…").`;
  return isNumeric(other) ? 'Convert one side: int("…"), double("…") or string(…).' : undefined;
}
