import { isNullLiteral } from './check-operators.ts';
import { constantOf } from './constants.ts';
import type { Constants } from './constants-table.ts';
import type { Expr, ExprOf } from './expr.ts';
import { declaredPath, type FieldLoads, type FieldVariable } from './field-loads.ts';
import { constantSet } from './generate.ts';
import type { Type } from './types.ts';

/**
 * A condition as two JavaScript conditions: `holds` is true where it is true, `fails` where it is false; neither is
 * where it is an error. Where every field in `fields` has a value, exactly one of them is true.
 */
export interface TwoRails {
  readonly holds: string;
  readonly fails: string;
  /** The fields it reads. */
  readonly fields: readonly FieldVariable[];
  /** How dear `holds` is, roughly; cheap ones are asked first. */
  readonly cost: number;
  /** The field and the constants of `field == constant` and `field in [constants]`: what the index can look up. */
  readonly equality?: { readonly field: FieldVariable; readonly values: readonly (boolean | number | string)[] };
}

/** What rails are written from: the checker's types, and the constants and fields of the function around. */
export interface RailContext {
  readonly types: ReadonlyMap<Expr, Type>;
  readonly constants: Constants;
  readonly loads: FieldLoads;
}

interface Operand {
  readonly code: string;
  readonly field?: FieldVariable;
}

const NUMBER_LIKE: ReadonlySet<string> = new Set(['int', 'double', 'timestamp', 'duration']);
const SCALAR: ReadonlySet<string> = new Set([...NUMBER_LIKE, 'bool', 'string']);
const MIRRORED = { '<': '>=', '<=': '>', '>': '<=', '>=': '<' } as const;
const TEXT_CALLS: Readonly<Record<string, string>> = {
  startsWith: 'startsWith',
  endsWith: 'endsWith',
  contains: 'includes',
};
/** Up to this many constants are compared one after the other; more are looked up in a set. */
const MAX_COMPARED = 8;

/**
 * The rails of a condition made of fields with declared scalar types and constants, by comparison, `in`, tests for
 * null, text functions and logic; undefined for anything else, which ExpressionCode writes.
 */
export function railsOf(expr: Expr, context: RailContext): TwoRails | undefined {
  switch (expr.kind) {
    case 'literal':
      return expr.type === 'bool' ? rails(String(expr.value), String(!expr.value), [], 0) : undefined;
    case 'logic':
      return logicRails(expr, context);
    case 'unary':
      return expr.op === '!' ? swap(railsOf(expr.operand, context)) : undefined;
    case 'has':
      return swap(absenceRails(expr.operand, context));
    case 'binary':
      return binaryRails(expr, context);
    case 'call':
      return textRails(expr, context);
    default:
      return truthRails(expr, context);
  }
}

function rails(holds: string, fails: string, fields: readonly (FieldVariable | undefined)[], cost: number): TwoRails {
  return { holds, fails, fields: fields.filter((field) => field !== undefined), cost };
}

function swap(inner: TwoRails | undefined): TwoRails | undefined {
  return inner && rails(inner.fails, inner.holds, inner.fields, inner.cost);
}

function logicRails({ op, args }: ExprOf<'logic'>, context: RailContext): TwoRails | undefined {
  const parts = args.map((arg) => railsOf(arg, context));
  if (parts.includes(undefined)) return undefined;
  return joinRails(op, parts as TwoRails[]);
}

/** `&&` or `||` over parts; the cheap ones first, which changes nothing but the time. */
export function joinRails(op: '&&' | '||', parts: readonly TwoRails[]): TwoRails {
  const ordered = [...parts].sort((left, right) => left.cost - right.cost);
  const other = op === '&&' ? '||' : '&&';
  const join = (codes: readonly string[], by: string): string =>
    codes.length > 0 ? `(${codes.join(` ${by} `)})` : String(by === '&&');
  return rails(
    join(
      ordered.map((part) => part.holds),
      op,
    ),
    join(
      ordered.map((part) => part.fails),
      other,
    ),
    parts.flatMap((part) => part.fields),
    parts.reduce((sum, part) => sum + part.cost, 0),
  );
}

function truthRails(expr: Expr, context: RailContext): TwoRails | undefined {
  const field = fieldOf(expr, context);
  return field?.type.kind === 'bool'
    ? rails(`${field.value} === true`, `${field.value} === false`, [field], 1)
    : undefined;
}

function absenceRails(expr: Expr, context: RailContext): TwoRails | undefined {
  const field = fieldOf(expr, context);
  return field && rails(field.absent, `${field.value} !== undefined`, [field], 1);
}

function binaryRails(expr: ExprOf<'binary'>, context: RailContext): TwoRails | undefined {
  const { op, left, right } = expr;
  if (op === '==' || op === '!=') {
    const nullSide = isNullLiteral(left) ? right : isNullLiteral(right) ? left : undefined;
    const equal = nullSide ? absenceRails(nullSide, context) : equalityRails(left, right, context);
    return op === '==' ? equal : swap(equal);
  }
  if (op === 'in') return membershipRails(left, right, context);
  return op === '<' || op === '<=' || op === '>' || op === '>=' ? orderRails(op, left, right, context) : undefined;
}

function equalityRails(left: Expr, right: Expr, context: RailContext): TwoRails | undefined {
  const [a, b] = [operandOf(left, context), operandOf(right, context)];
  if (!a || !b || !(a.field || b.field)) return undefined;
  const defined = [a, b].flatMap(({ field }) => (field ? [`${field.value} !== undefined`] : []));
  const both = a.field && b.field ? `${a.code} !== undefined && ` : '';
  const result = rails(
    `(${both}${a.code} === ${b.code})`,
    `(${defined.join(' && ')} && ${a.code} !== ${b.code})`,
    [a.field, b.field],
    1,
  );
  const constant = constantOf(a.field ? right : left);
  const field = a.field ?? b.field;
  return constant && field ? { ...result, cost: 0, equality: { field, values: [constant.value] } } : result;
}

function membershipRails(left: Expr, right: Expr, context: RailContext): TwoRails | undefined {
  const set = constantSet(right);
  const field = set && fieldOf(left, context);
  if (!set || !field || !SCALAR.has(field.type.kind)) return undefined;
  const { value } = field;
  const values = [...set];
  if (values.length === 0) return undefined;
  const equality = { field, values };
  if (values.length > MAX_COMPARED) {
    const has = `${context.constants.bind(set)}.has(${value})`;
    return { ...rails(has, `(${value} !== undefined && !${has})`, [field], 2), equality };
  }
  const codes = values.map((constant) => constantCode(constant, context.constants));
  const holds = codes.map((code) => `${value} === ${code}`).join(' || ') || 'false';
  const fails = [`${value} !== undefined`, ...codes.map((code) => `${value} !== ${code}`)].join(' && ');
  return { ...rails(`(${holds})`, `(${fails})`, [field], 1), equality };
}

function orderRails(op: keyof typeof MIRRORED, left: Expr, right: Expr, context: RailContext): TwoRails | undefined {
  const [a, b] = [operandOf(left, context), operandOf(right, context)];
  if (!a || !b || !(a.field || b.field)) return undefined;
  const [leftKind, rightKind] = [kindOf(left, context), kindOf(right, context)];
  const fields = [a.field, b.field];
  // Fields are never NaN, so `!(a < b)` is `a >= b`; with undefined both are false.
  if (NUMBER_LIKE.has(leftKind) && NUMBER_LIKE.has(rightKind)) {
    return rails(`${a.code} ${op} ${b.code}`, `${a.code} ${MIRRORED[op]} ${b.code}`, fields, 1);
  }
  if (leftKind !== 'string' || rightKind !== 'string') return undefined;
  const defined = fields.flatMap((field) => (field ? [`${field.value} !== undefined && `] : [])).join('');
  const by = (sign: string): string => `(${defined}compareText(${a.code}, ${b.code}) ${sign} 0)`;
  return rails(by(op), by(MIRRORED[op]), fields, 3);
}

function textRails(expr: ExprOf<'call'>, context: RailContext): TwoRails | undefined {
  const method = Object.hasOwn(TEXT_CALLS, expr.name) ? TEXT_CALLS[expr.name] : undefined;
  const [argument] = expr.args;
  if (!method || !expr.target || !argument) return undefined;
  const field = fieldOf(expr.target, context);
  const part = constantOf(argument);
  if (field?.type.kind !== 'string' || part?.type.kind !== 'string') return undefined;
  const call = `${field.value}.${method}(${constantCode(part.value, context.constants)})`;
  const defined = `${field.value} !== undefined`;
  return rails(`(${defined} && ${call})`, `(${defined} && !${call})`, [field], 4);
}

function operandOf(expr: Expr, context: RailContext): Operand | undefined {
  const constant = constantOf(expr);
  if (constant) return { code: constantCode(constant.value, context.constants) };
  const field = fieldOf(expr, context);
  return field && SCALAR.has(field.type.kind) ? { code: field.value, field } : undefined;
}

function fieldOf(expr: Expr, { types, loads }: RailContext): FieldVariable | undefined {
  const path = declaredPath(expr, types, () => false);
  return path && loads.field(path);
}

function kindOf(expr: Expr, { types }: RailContext): Type['kind'] {
  return constantOf(expr)?.type.kind ?? types.get(expr)?.kind ?? 'dyn';
}

function constantCode(value: boolean | number | string, constants: Constants): string {
  return typeof value === 'boolean' ? String(value) : constants.bind(value);
}
