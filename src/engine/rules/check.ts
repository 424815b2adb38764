import { checkCall } from './check-calls.ts';
import { comparable, joinChecked, operatorType } from './check-operators.ts';
import type { Checking } from './checking.ts';
import { stringLiteral } from './constants.ts';
import type { Expr, ExprFinding, ExprFindingCode, ExprOf, Span } from './expr.ts';
import { UNSUPPORTED, type UnsupportedFeature } from './expr.ts';
import { didYouMean, quote } from './suggest.ts';
import type { Type, TypeEnv } from './types.ts';
import { ANY, BOOL, DYN, fieldType, listOf, mapOf, NULL, STRING, sameType, typeName } from './types.ts';

/** What an expression reads: paths from the roots (`event.data.order_id`), segments, metrics, and whether `now` is used. */
export interface ExprUses {
  readonly paths: readonly string[];
  readonly segments: readonly string[];
  readonly metrics: readonly string[];
  readonly now: boolean;
}

/** The outcome of checkExpression. `types` holds the type of every node, for the compiler. */
export interface CheckedExpression {
  readonly type: Type;
  readonly findings: readonly ExprFinding[];
  readonly uses: ExprUses;
  readonly types: ReadonlyMap<Expr, Type>;
}

/** Macros inside macros multiply; three are enough for lists of lists of lists. */
const MAX_MACRO_DEPTH = 3;

/**
 * Checks names, types, literals and the supported subset. Never throws; every mistake is a finding with its place in
 * the text. With `expected` the whole must have that type (`dyn` passes and is looked at when it runs).
 */
export function checkExpression(expr: Expr, env: TypeEnv, expected?: Type): CheckedExpression {
  const checker = new Checker(env);
  const type = checker.check(expr);
  if (expected && type !== ANY && !fits(type, expected)) {
    checker.report(
      'cel/result-type',
      `This gives ${typeName(type)}; ${typeName(expected)} is wanted here.`,
      expr,
      resultHint(expected),
    );
  }
  const { findings, types } = checker;
  return { type, findings, uses: checker.uses(), types };
}

class Checker implements Checking {
  readonly env: TypeEnv;
  readonly findings: ExprFinding[] = [];
  readonly types = new Map<Expr, Type>();
  readonly segments = new Set<string>();
  readonly metrics = new Set<string>();
  readonly #paths = new Set<string>();
  readonly #locals: { readonly name: string; readonly type: Type }[] = [];

  constructor(env: TypeEnv) {
    this.env = env;
  }

  uses(): ExprUses {
    const paths = [...this.#paths].filter((path) => path !== 'now').sort();
    return {
      paths,
      segments: [...this.segments].sort(),
      metrics: [...this.metrics].sort(),
      now: this.#paths.has('now'),
    };
  }

  report(code: ExprFindingCode, message: string, { start, end }: Span, hint?: string): typeof ANY {
    this.findings.push({ code, message, ...(hint ? { hint } : {}), start, end });
    return ANY;
  }

  reportUnsupported(feature: UnsupportedFeature, at: Span): typeof ANY {
    return this.report('cel/unsupported', `CEL's ${feature} cannot be used here: ${UNSUPPORTED[feature]}.`, at);
  }

  /** The type of an expression; ANY where a finding was given, so that one mistake is one finding. */
  check(expr: Expr): Type {
    const path = this.#pathOf(expr);
    if (path !== undefined) this.#paths.add(path);
    return this.#typeOf(expr);
  }

  isLocal(name: string): boolean {
    return this.#locals.some((local) => local.name === name);
  }

  #typeOf(expr: Expr): Type {
    const type = this.#visit(expr);
    this.types.set(expr, type);
    return type;
  }

  #visit(expr: Expr): Type {
    switch (expr.kind) {
      case 'literal':
        return this.#literal(expr);
      case 'name':
        return this.#name(expr);
      case 'select':
        return this.#field(expr.base, expr.field, expr.fieldSpan);
      case 'index':
        return this.#index(expr);
      case 'call':
        return checkCall(this, expr);
      case 'unary':
        return this.#unary(expr);
      case 'binary':
        return operatorType(this, expr, this.check(expr.left), this.check(expr.right));
      case 'logic':
        for (const arg of expr.args) this.#truth(arg, expr.op);
        return BOOL;
      case 'conditional':
        this.#truth(expr.test, '?');
        return joinChecked(this, expr, this.check(expr.whenTrue), this.check(expr.whenFalse));
      case 'list':
        return listOf(this.#join(expr.items));
      case 'object':
        for (const { key } of expr.entries) this.#key(key);
        return mapOf(this.#join(expr.entries.map((entry) => entry.value)));
      case 'has':
        return this.#has(expr);
      case 'macro':
        return this.#macro(expr);
      case 'unsupported':
        return this.reportUnsupported(expr.feature, expr);
    }
  }

  #literal(expr: ExprOf<'literal'>): Type {
    if (expr.type === 'int' && !expr.exact) {
      const message = 'This integer is beyond 2^53 − 1, where numbers in JSON lose their last digits.';
      return this.report('cel/integer-too-large', message, expr, 'Ids are strings: write it in quotes.');
    }
    return expr.type === 'null' ? NULL : { kind: expr.type };
  }

  #name(expr: ExprOf<'name'>): Type {
    const local = this.#locals.findLast(({ name }) => name === expr.name);
    if (local) return local.type;
    if (Object.hasOwn(this.env.roots, expr.name)) return this.env.roots[expr.name] as Type;
    if (/^(?:bool|int|uint|double|string|bytes|list|map|null_type|type)$/.test(expr.name)) {
      return this.reportUnsupported('type()', expr);
    }
    const roots = [...this.#locals.map(({ name }) => name), ...Object.keys(this.env.roots)];
    return this.report(
      'cel/unknown-name',
      `There is no ${quote(expr.name)} here.`,
      expr,
      this.#nameHint(expr.name, roots),
    );
  }

  /** A bare field name is the commonest slip: say where the field lives. */
  #nameHint(name: string, roots: readonly string[]): string {
    for (const [root, type] of Object.entries(this.env.roots)) {
      if (fieldType(type, name)) return `Did you mean ${root}.${name}?`;
      const data = fieldType(type, 'data');
      if (data && fieldType(data, name)) return `Did you mean ${root}.data.${name}?`;
    }
    return didYouMean(name, roots) ?? `Known are ${roots.join(', ')}.`;
  }

  #field(base: Expr, field: string, at: Span): Type {
    const type = this.#typeOf(base);
    if (type === ANY) return ANY;
    if (type.kind === 'dyn') return DYN;
    if (type.kind === 'map') return type.value;
    if (type.kind !== 'struct') {
      const hint = type.kind === 'list' ? `Ask about its items: .exists(item, item.${field} == …).` : undefined;
      return this.report('cel/unknown-field', `A ${typeName(type)} has no field ${quote(field)}.`, at, hint);
    }
    const known = Object.keys(type.fields);
    const hint =
      didYouMean(field, known) ?? (known.length > 0 ? `Known are ${listed(known)}.` : 'No field is declared here.');
    return (
      fieldType(type, field) ?? this.report('cel/unknown-field', `There is no field ${quote(field)} here.`, at, hint)
    );
  }

  #index(expr: ExprOf<'index'>): Type {
    const key = stringLiteral(expr.key);
    if (key !== undefined) {
      const base = this.#typeOf(expr.base);
      this.types.set(expr.key, STRING);
      if (base.kind === 'struct') return this.#field(expr.base, key, expr.key);
    }
    const base = this.check(expr.base);
    const keyType = this.check(expr.key);
    if (base === ANY || keyType === ANY) return ANY;
    if (base.kind === 'dyn') return DYN;
    const wanted = base.kind === 'list' ? 'int' : base.kind === 'map' ? 'string' : undefined;
    if (wanted === undefined) {
      const hint = base.kind === 'struct' ? 'Write the name as a literal: ["name"].' : undefined;
      return this.report(
        'cel/operand-type',
        `A ${typeName(base)} cannot be indexed by ${typeName(keyType)}.`,
        expr,
        hint,
      );
    }
    if (keyType.kind !== wanted && keyType.kind !== 'dyn') {
      return this.report(
        'cel/operand-type',
        `A ${typeName(base)} is indexed by ${wanted}, not ${typeName(keyType)}.`,
        expr.key,
      );
    }
    return base.kind === 'list' ? base.element : base.kind === 'map' ? base.value : ANY;
  }

  #unary(expr: ExprOf<'unary'>): Type {
    if (expr.op === '!') {
      this.#truth(expr.operand, '!');
      return BOOL;
    }
    const type = this.check(expr.operand);
    if (type === ANY || type.kind === 'int' || type.kind === 'double') return type;
    if (type.kind === 'dyn') return this.reportUnsupported('arithmetic on values of unknown type', expr.operand);
    return this.report('cel/operand-type', `There is no minus of ${typeName(type)}.`, expr.operand);
  }

  #truth(expr: Expr, op: string): void {
    const type = this.check(expr);
    if (type === ANY || type.kind === 'bool' || type.kind === 'dyn') return;
    const hint = type.kind === 'null' ? undefined : 'Compare it with something, or test it with != null.';
    this.report('cel/operand-type', `${op} takes bool, not ${typeName(type)}.`, expr, hint);
  }

  #key(key: Expr): void {
    const type = this.check(key);
    if (type !== ANY && type.kind !== 'string') this.reportUnsupported('map keys other than strings', key);
  }

  #join(items: readonly Expr[]): Type {
    return items
      .map((item) => this.check(item))
      .reduce((all, type, at) => joinChecked(this, items[at] as Expr, all, type, true), ANY);
  }

  #has(expr: ExprOf<'has'>): Type {
    const { operand } = expr;
    if (operand.kind !== 'select') {
      this.report('cel/arguments', 'has() takes a field, such as has(user.city).', operand);
      return BOOL;
    }
    this.check(operand);
    return BOOL;
  }

  #macro(expr: ExprOf<'macro'>): Type {
    const list = this.check(expr.list);
    const item = itemType(list);
    if (item === undefined) {
      return this.report(
        'cel/operand-type',
        `.${expr.name}() works on a list or map, not on ${typeName(list)}.`,
        expr.list,
      );
    }
    if (this.#locals.length >= MAX_MACRO_DEPTH) {
      return this.report('cel/too-complex', `Macros are nested more than ${MAX_MACRO_DEPTH} deep.`, expr);
    }
    this.#locals.push({ name: expr.variable, type: item });
    if (expr.filter) this.#truth(expr.filter, `.${expr.name}()`);
    if (expr.name !== 'map') this.#truth(expr.body, `.${expr.name}()`);
    const result = expr.name === 'map' ? listOf(this.check(expr.body)) : expr.name === 'filter' ? listOf(item) : BOOL;
    this.#locals.pop();
    return result;
  }

  /** `event.data.order_id` for a chain of declared fields from a root; the outermost one is what the expression reads. */
  #pathOf(expr: Expr): string | undefined {
    if (expr.kind === 'name') {
      return !this.isLocal(expr.name) && Object.hasOwn(this.env.roots, expr.name) ? expr.name : undefined;
    }
    const field = expr.kind === 'select' ? expr.field : expr.kind === 'index' ? stringLiteral(expr.key) : undefined;
    if (field === undefined || (expr.kind !== 'select' && expr.kind !== 'index')) return undefined;
    const base = this.#pathOf(expr.base);
    if (base === undefined) return undefined;
    return fieldType(declaredType(this.env, base) ?? ANY, field) ? `${base}.${field}` : base;
  }
}

function listed(names: readonly string[]): string {
  return names.length > 12 ? `${names.slice(0, 12).join(', ')} and ${names.length - 12} more` : names.join(', ');
}

function declaredType(env: TypeEnv, path: string): Type | undefined {
  const [root, ...fields] = path.split('.');
  let type = env.roots[root as string];
  for (const field of fields) type = type && fieldType(type, field);
  return type;
}

function itemType(list: Type): Type | undefined {
  if (list === ANY) return ANY;
  if (list.kind === 'list') return list.element;
  if (list.kind === 'map') return STRING;
  return list.kind === 'dyn' ? DYN : undefined;
}

function fits(type: Type, expected: Type): boolean {
  if (type.kind === 'dyn' || type.kind === 'null' || expected.kind === 'dyn') return true;
  if (type.kind === 'int' && expected.kind === 'double') return true;
  return sameType(type, expected) || (type.kind === expected.kind && comparable(type, expected));
}

function resultHint(expected: Type): string | undefined {
  return expected.kind === 'bool' ? 'A condition is true or false: compare the value with something.' : undefined;
}
