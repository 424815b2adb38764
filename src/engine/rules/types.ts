/**
 * The static type of an expression or a declared field. `struct` is an object with declared fields (event data, a
 * profile); `map` has string keys, as JSON has; `dyn` is JSON of unknown shape. Source: CEL specification, "Values",
 * without `uint`, `bytes`, `type` and messages (docs/expressions.md says why).
 */
export type Type =
  | { readonly kind: ScalarKind }
  | { readonly kind: 'list'; readonly element: Type }
  | { readonly kind: 'map'; readonly value: Type }
  | { readonly kind: 'struct'; readonly fields: Readonly<Record<string, Type>> };

/** The kinds of type that need no further parts. */
export type ScalarKind = 'bool' | 'int' | 'double' | 'string' | 'timestamp' | 'duration' | 'null' | 'dyn';

/** What an expression may name: its roots, and the segments and metrics of the project. */
export interface TypeEnv {
  /** Root name → type, such as `event`, `entry`, `user`, `now`. */
  readonly roots: Readonly<Record<string, Type>>;
  /** Names that `segment("…")` may take; left out: none. */
  readonly segments?: ReadonlySet<string>;
  /** Names that `metric("…")` may take, with the type of each; left out: none. */
  readonly metrics?: ReadonlyMap<string, Type>;
}

/** The scalar types, one shared value each. */
export const BOOL: Type = { kind: 'bool' };
export const INT: Type = { kind: 'int' };
export const DOUBLE: Type = { kind: 'double' };
export const STRING: Type = { kind: 'string' };
export const TIMESTAMP: Type = { kind: 'timestamp' };
export const DURATION: Type = { kind: 'duration' };
export const NULL: Type = { kind: 'null' };
export const DYN: Type = { kind: 'dyn' };

/**
 * A type nothing is known of, because nothing is in it (the items of `[]`) or because a finding was given already. It
 * agrees with everything. One shared value: compare by identity.
 */
export const ANY: Type = { kind: 'dyn' };

/** `list(element)`. */
export function listOf(element: Type): Type {
  return { kind: 'list', element };
}

/** `map(string, value)`. */
export function mapOf(value: Type): Type {
  return { kind: 'map', value };
}

/** An object with exactly these declared fields; each may be absent at run time (R0). */
export function structOf(fields: Readonly<Record<string, Type>>): Type {
  return { kind: 'struct', fields };
}

/** A type as users read it: `list(string)`, `map(string, int)`, `object`. */
export function typeName(type: Type): string {
  if (type === ANY) return 'anything';
  if (type.kind === 'list') return `list(${typeName(type.element)})`;
  if (type.kind === 'map') return `map(string, ${typeName(type.value)})`;
  if (type.kind === 'struct') return 'object';
  return type.kind;
}

/** Int or double. */
export function isNumeric(type: Type): boolean {
  return type.kind === 'int' || type.kind === 'double';
}

/** True when both have the same shape; structs are compared field by field. */
export function sameType(left: Type, right: Type): boolean {
  if (left === right) return true;
  if (left.kind === 'list' && right.kind === 'list') return sameType(left.element, right.element);
  if (left.kind === 'map' && right.kind === 'map') return sameType(left.value, right.value);
  if (left.kind === 'struct' && right.kind === 'struct') return sameFields(left.fields, right.fields);
  return left.kind === right.kind;
}

/**
 * The type of "one of these two": the other type beside `null` (any value may be absent, R0), `dyn` where they differ,
 * and undefined where they cannot share a list: a timestamp or duration is a number at run time, so beside anything
 * else it could no longer be told apart.
 */
export function joinTypes(left: Type, right: Type): Type | undefined {
  if (left === ANY || right === ANY) return left === ANY ? right : left;
  if (sameType(left, right) || right.kind === 'null') return left;
  if (left.kind === 'null') return right;
  if (left.kind === 'list' && right.kind === 'list') return wrap(joinTypes(left.element, right.element), listOf);
  if (left.kind === 'map' && right.kind === 'map') return wrap(joinTypes(left.value, right.value), mapOf);
  return fitsDyn(left) && fitsDyn(right) ? DYN : undefined;
}

/** True when a value of this type keeps its meaning as plain JSON: no timestamp or duration anywhere inside. */
export function fitsDyn(type: Type): boolean {
  if (type.kind === 'timestamp' || type.kind === 'duration') return false;
  if (type.kind === 'list') return fitsDyn(type.element);
  if (type.kind === 'map') return fitsDyn(type.value);
  return true;
}

/** The declared type of a field, or undefined. Looks at own properties only, so `constructor` is no field. */
export function fieldType(type: Type, field: string): Type | undefined {
  return type.kind === 'struct' && Object.hasOwn(type.fields, field) ? type.fields[field] : undefined;
}

function wrap(inner: Type | undefined, make: (inner: Type) => Type): Type | undefined {
  return inner === undefined ? undefined : make(inner);
}

function sameFields(left: Readonly<Record<string, Type>>, right: Readonly<Record<string, Type>>): boolean {
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && sameType(left[name] as Type, right[name] as Type))
  );
}
