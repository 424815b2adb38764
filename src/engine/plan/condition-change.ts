import type { Expr } from '../rules/expr.ts';
import { parseExpression } from '../rules/parse.ts';

/** How a condition differs from an earlier one, as far as its text alone shows. */
export type ConditionChange = 'same' | 'wider' | 'narrower' | 'other';

/**
 * Compares two conditions; an absent one is always true. `wider`: whatever met the earlier one meets this one. It is decided
 * from parts added and removed, longer lists and moved bounds; what cannot be shown so is `other`. Right under R0 too: an
 * expression that is true has no error that the other one would not absorb.
 */
export function conditionChange(before: unknown, after: unknown): ConditionChange {
  const [old, next] = [parsed(before), parsed(after)];
  if (old === undefined || next === undefined) return 'other';
  const isWider = implies(old, next);
  const isNarrower = implies(next, old);
  if (isWider && isNarrower) return 'same';
  if (isWider) return 'wider';
  return isNarrower ? 'narrower' : 'other';
}

const TRUE: Expr = { kind: 'literal', type: 'bool', value: true, start: 0, end: 0 };

function parsed(text: unknown): Expr | undefined {
  if (typeof text !== 'string') return TRUE;
  const result = parseExpression(text);
  return result.ok ? result.expr : undefined;
}

/** True when it is shown that whenever `a` is true, `b` is; false when it is not shown. */
function implies(a: Expr, b: Expr): boolean {
  if (isTrue(b) || text(a) === text(b)) return true;
  if (b.kind === 'logic' && b.op === '&&') return b.args.every((part) => implies(a, part));
  if (a.kind === 'logic' && a.op === '||') return a.args.every((part) => implies(part, b));
  if (a.kind === 'logic' && a.op === '&&' && a.args.some((part) => implies(part, b))) return true;
  if (b.kind === 'logic' && b.op === '||' && b.args.some((part) => implies(a, part))) return true;
  return impliesMembership(a, b) || impliesBound(a, b);
}

function isTrue(expr: Expr): boolean {
  return expr.kind === 'literal' && expr.type === 'bool' && expr.value;
}

/** `x in ["a"]` or `x == "a"` implies `x in ["a", "b"]`. */
function impliesMembership(a: Expr, b: Expr): boolean {
  const [one, other] = [membership(a), membership(b)];
  if (one === undefined || other === undefined || one.of !== other.of) return false;
  return [...one.items].every((item) => other.items.has(item));
}

function membership(expr: Expr): { readonly of: string; readonly items: ReadonlySet<string> } | undefined {
  if (expr.kind !== 'binary') return undefined;
  const { op, left, right } = expr;
  if (op === '==' && right.kind === 'literal') return { of: text(left), items: new Set([text(right)]) };
  if (op !== 'in' || right.kind !== 'list' || !right.items.every(({ kind }) => kind === 'literal')) return undefined;
  return { of: text(left), items: new Set(right.items.map(text)) };
}

/** `x >= 200` implies `x >= 100` and `x > 100`. */
function impliesBound(a: Expr, b: Expr): boolean {
  const [one, other] = [bound(a), bound(b)];
  if (one === undefined || other === undefined || one.of !== other.of || one.isUpper !== other.isUpper) return false;
  if (one.at === other.at) return one.isStrict || !other.isStrict;
  return one.isUpper ? one.at < other.at : one.at > other.at;
}

interface Bound {
  readonly of: string;
  readonly at: number;
  readonly isUpper: boolean;
  readonly isStrict: boolean;
}

function bound(expr: Expr): Bound | undefined {
  if (expr.kind !== 'binary' || !['<', '<=', '>', '>='].includes(expr.op)) return undefined;
  const { op, left, right } = expr;
  if (right.kind !== 'literal' || typeof right.value !== 'number') return undefined;
  return { of: text(left), at: right.value, isUpper: op.startsWith('<'), isStrict: op.length === 1 };
}

/** An expression without its positions. */
function text(expr: Expr): string {
  return JSON.stringify(expr, (key, value: unknown) =>
    key === 'start' || key === 'end' || key === 'fieldSpan' ? undefined : value,
  );
}
