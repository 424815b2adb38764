import type { RE2JS } from 're2js';
import { compareText } from '../kernel/text-order.ts';
import type { Value, ValueMap } from '../model/value.ts';
import { MAX_TEXT, textSize } from './text.ts';
import type { TimestampPart } from './time.ts';
import {
  formatDuration,
  formatTimestamp,
  inDurationRange,
  inTimestampRange,
  parseDuration,
  parseTimestamp,
  timestampPart,
} from './time.ts';

/** A value, or undefined for an error (R0). Absent and null are `null`. */
export type Outcome = Value | undefined;
/** A truth value of three: true, false, or undefined for an error. */
export type Truth = boolean | undefined;

/** Longest text a regular expression is run over, in UTF-16 units; RE2 is linear, this bounds the constant. */
export const MAX_MATCH_INPUT = 65_536;
/** Calls of a macro's body that one evaluation may make; beyond it the value is an error. */
export const MAX_STEPS = 100_000;

/** Counts down the macro steps of one evaluation. */
export interface Budget {
  steps: number;
}

/** True for an object that can have fields: neither null nor a list. */
export function isObject(value: unknown): value is ValueMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An own property; absent is null. Never reaches a prototype, whatever the name. */
export function ownField(object: ValueMap, name: string): Value {
  return Object.hasOwn(object, name) ? (object[name] ?? null) : null;
}

/** Deep equality as CEL's: null equals null inside lists and maps, numbers compare by value, kinds never mix. */
export function deepEqual(left: Outcome, right: Outcome): boolean {
  if (left === right) return true;
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, at) => deepEqual(item, right[at] as Value));
  }
  if (!isObject(left) || !isObject(right)) return false;
  const [names, others] = [presentNames(left), presentNames(right)];
  return (
    names.length === others.length &&
    names.every((name) => Object.hasOwn(right, name) && deepEqual(left[name], right[name]))
  );
}

function presentNames(object: ValueMap): string[] {
  return Object.keys(object).filter((name) => object[name] !== undefined);
}

function order(left: Outcome, right: Outcome): number | undefined {
  if (typeof left === 'number' && typeof right === 'number')
    return left < right ? -1 : left > right ? 1 : left === right ? 0 : Number.NaN;
  if (typeof left === 'string' && typeof right === 'string') return compareText(left, right);
  return typeof left === 'boolean' && typeof right === 'boolean' ? Number(left) - Number(right) : undefined;
}

const test = (left: Outcome, right: Outcome, holds: (order: number) => boolean): Truth => {
  const by = order(left, right);
  return by === undefined ? undefined : holds(by);
};

const integer = (value: number): Outcome => (Number.isSafeInteger(value) ? value + 0 : undefined);

const integers = (left: Outcome, right: Outcome, run: (left: number, right: number) => number): Outcome =>
  Number.isSafeInteger(left) && Number.isSafeInteger(right) ? integer(run(left as number, right as number)) : undefined;

const numbers = (left: Outcome, right: Outcome, run: (left: number, right: number) => number): Outcome =>
  typeof left === 'number' && typeof right === 'number' ? run(left, right) : undefined;

const ranged = (limit: (ms: number) => number | undefined, left: Outcome, right: Outcome): Outcome =>
  typeof left === 'number' && typeof right === 'number' ? limit(left + right) : undefined;

const onText = (left: Outcome, right: Outcome, run: (left: string, right: string) => boolean): Truth =>
  typeof left === 'string' && typeof right === 'string' ? run(left, right) : undefined;

const onMs = (value: Outcome, run: (ms: number) => Outcome): Outcome =>
  typeof value === 'number' ? run(value) : undefined;

function part(name: TimestampPart): (ms: Outcome, ...zone: Outcome[]) => Outcome {
  return (ms, ...zone) => {
    if (typeof ms !== 'number') return undefined;
    if (zone.length === 0) return timestampPart(ms, name);
    return typeof zone[0] === 'string' ? timestampPart(ms, name, zone[0]) : undefined;
  };
}

/** The items a macro runs over: those of a list, the keys of a map; undefined for anything else. */
function itemsOf(list: Outcome): readonly Value[] | undefined {
  if (Array.isArray(list)) return list;
  return isObject(list) ? presentNames(list) : undefined;
}

/** `all` and `exists` are `&&` and `||` over the items: `decisive` ends them, errors count only if nothing was decisive. */
function quantifier(decisive: boolean): (budget: Budget, list: Outcome, body: (item: Value) => Outcome) => Truth {
  return (budget, list, body) => {
    const items = itemsOf(list);
    if (items === undefined) return undefined;
    let failed = false;
    for (const item of items) {
      budget.steps -= 1;
      if (budget.steps < 0) return undefined;
      const truth = body(item);
      if (truth === decisive) return decisive;
      if (truth !== !decisive) failed = true;
    }
    return failed ? undefined : !decisive;
  };
}

function collect(budget: Budget, list: Outcome, visit: (item: Value, into: Value[]) => boolean): Value[] | undefined {
  const items = itemsOf(list);
  if (items === undefined) return undefined;
  const into: Value[] = [];
  for (const item of items) {
    budget.steps -= 1;
    if (budget.steps < 0 || !visit(item, into)) return undefined;
  }
  return into;
}

const keepIf = (truth: Outcome, item: Value, into: Value[]): boolean => {
  if (truth === true) into.push(item);
  return typeof truth === 'boolean';
};

/**
 * The operations generated code calls. Each is total: it looks at the run-time type of its operands and answers
 * undefined where CEL has an error or an operand is null (R0), never throws.
 */
export const OPERATIONS = {
  same: (value: Outcome): Outcome => value,
  present: (value: Outcome): Outcome => (value === null ? undefined : value),
  isNull: (value: Outcome): Truth => (value === undefined ? undefined : value === null),
  isPresent: (value: Outcome): Truth => (value === undefined ? undefined : value !== null),
  not: (value: Outcome): Truth => (typeof value === 'boolean' ? !value : undefined),

  equal: (left: Outcome, right: Outcome): Truth => (left == null || right == null ? undefined : deepEqual(left, right)),
  unequal: (left: Outcome, right: Outcome): Truth =>
    left == null || right == null ? undefined : !deepEqual(left, right),
  less: (left: Outcome, right: Outcome): Truth => test(left, right, (by) => by < 0),
  lessOrEqual: (left: Outcome, right: Outcome): Truth => test(left, right, (by) => by <= 0),
  greater: (left: Outcome, right: Outcome): Truth => test(left, right, (by) => by > 0),
  greaterOrEqual: (left: Outcome, right: Outcome): Truth => test(left, right, (by) => by >= 0),

  equalScalars: (left: Outcome, right: Outcome): Truth => (left == null || right == null ? undefined : left === right),
  unequalScalars: (left: Outcome, right: Outcome): Truth =>
    left == null || right == null ? undefined : left !== right,
  lessNumber: (left: Outcome, right: Outcome): Truth =>
    typeof left === 'number' && typeof right === 'number' ? left < right : undefined,
  lessOrEqualNumber: (left: Outcome, right: Outcome): Truth =>
    typeof left === 'number' && typeof right === 'number' ? left <= right : undefined,
  isInSet: (value: Outcome, set: ReadonlySet<Value>): Truth => (value == null ? undefined : set.has(value)),

  /** `x in [a, b]` is `x == a || x == b`, as in SQL: an absent item, or an error, counts unless another one is equal. */
  isIn: (value: Outcome, list: Outcome | readonly Outcome[]): Truth => {
    if (value == null || list == null) return undefined;
    if (isObject(list)) return typeof value === 'string' && ownField(list, value) !== null;
    if (!Array.isArray(list)) return undefined;
    let isOpen = false;
    for (const item of list) {
      if (item == null) isOpen = true;
      else if (deepEqual(value, item)) return true;
    }
    return isOpen ? undefined : false;
  },

  addInt: (left: Outcome, right: Outcome): Outcome => integers(left, right, (a, b) => a + b),
  subtractInt: (left: Outcome, right: Outcome): Outcome => integers(left, right, (a, b) => a - b),
  multiplyInt: (left: Outcome, right: Outcome): Outcome => integers(left, right, (a, b) => a * b),
  // (a − a mod b) is an exact multiple of b, so the division is exact too; b = 0 gives NaN, which is no integer.
  divideInt: (left: Outcome, right: Outcome): Outcome => integers(left, right, (a, b) => (a - (a % b)) / b),
  remainder: (left: Outcome, right: Outcome): Outcome => integers(left, right, (a, b) => a % b),
  negateInt: (value: Outcome): Outcome => (typeof value === 'number' ? integer(-value) : undefined),
  add: (left: Outcome, right: Outcome): Outcome => numbers(left, right, (a, b) => a + b),
  subtract: (left: Outcome, right: Outcome): Outcome => numbers(left, right, (a, b) => a - b),
  multiply: (left: Outcome, right: Outcome): Outcome => numbers(left, right, (a, b) => a * b),
  divide: (left: Outcome, right: Outcome): Outcome => numbers(left, right, (a, b) => a / b),
  negate: (value: Outcome): Outcome => (typeof value === 'number' ? -value : undefined),
  joinText: (left: Outcome, right: Outcome): Outcome =>
    typeof left === 'string' && typeof right === 'string' && left.length + right.length <= MAX_TEXT
      ? left + right
      : undefined,
  joinLists: (left: Outcome, right: Outcome): Outcome =>
    Array.isArray(left) && Array.isArray(right) && left.length + right.length <= MAX_STEPS
      ? [...left, ...right]
      : undefined,
  /** Timestamp + duration (the second negated for `-`). */
  shift: (left: Outcome, right: Outcome): Outcome => ranged(inTimestampRange, left, right),
  shiftBack: (left: Outcome, right: Outcome): Outcome => onMs(right, (ms) => ranged(inTimestampRange, left, -ms)),
  addDuration: (left: Outcome, right: Outcome): Outcome => ranged(inDurationRange, left, right),
  difference: (left: Outcome, right: Outcome): Outcome => onMs(right, (ms) => ranged(inDurationRange, left, -ms)),

  index: (base: Outcome, key: Outcome): Outcome => {
    if (Array.isArray(base)) return typeof key === 'number' && key >= 0 && key < base.length ? base[key] : undefined;
    return isObject(base) && typeof key === 'string' ? ownField(base, key) : undefined;
  },
  field: (base: Outcome, name: string): Outcome => (isObject(base) ? ownField(base, name) : undefined),

  size: (value: Outcome): Outcome => {
    if (typeof value === 'string') return textSize(value);
    return itemsOf(value)?.length;
  },
  startsWith: (text: Outcome, start: Outcome): Truth => onText(text, start, (a, b) => a.startsWith(b)),
  endsWith: (text: Outcome, end: Outcome): Truth => onText(text, end, (a, b) => a.endsWith(b)),
  contains: (text: Outcome, inner: Outcome): Truth => onText(text, inner, (a, b) => a.includes(b)),
  matches: (pattern: RE2JS, text: Outcome): Truth =>
    typeof text === 'string' && text.length <= MAX_MATCH_INPUT ? pattern.test(text) : undefined,

  toBool: (value: Outcome): Outcome => {
    if (typeof value === 'boolean') return value;
    if (typeof value !== 'string') return undefined;
    if (/^(?:1|t|true|TRUE|True)$/.test(value)) return true;
    return /^(?:0|f|false|FALSE|False)$/.test(value) ? false : undefined;
  },
  toInt: (value: Outcome): Outcome => {
    if (typeof value === 'number') return integer(Math.trunc(value));
    return typeof value === 'string' && /^[+-]?\d{1,20}$/.test(value) ? integer(Number(value)) : undefined;
  },
  toDouble: (value: Outcome): Outcome => {
    if (typeof value === 'number') return value;
    const isNumber =
      typeof value === 'string' && value.length <= 400 && /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(value);
    return isNumber ? Number(value) : undefined;
  },
  toText: (value: Outcome): Outcome => {
    if (typeof value === 'string') return value;
    return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
  },
  toTimestamp: (value: Outcome): Outcome => {
    if (typeof value === 'string') return parseTimestamp(value);
    return typeof value === 'number' ? inTimestampRange(value * 1000) : undefined;
  },
  toDuration: (value: Outcome): Outcome => (typeof value === 'string' ? parseDuration(value) : undefined),
  timestampToInt: (value: Outcome): Outcome => onMs(value, (ms) => Math.floor(ms / 1000)),
  timestampToText: (value: Outcome): Outcome => onMs(value, formatTimestamp),
  durationToText: (value: Outcome): Outcome => onMs(value, formatDuration),

  getFullYear: part('getFullYear'),
  getMonth: part('getMonth'),
  getDayOfYear: part('getDayOfYear'),
  getDayOfMonth: part('getDayOfMonth'),
  getDate: part('getDate'),
  getDayOfWeek: part('getDayOfWeek'),
  getHours: part('getHours'),
  getMinutes: part('getMinutes'),
  getSeconds: part('getSeconds'),
  getMilliseconds: part('getMilliseconds'),
  durationHours: (value: Outcome): Outcome => onMs(value, (ms) => Math.trunc(ms / 3_600_000) + 0),
  durationMinutes: (value: Outcome): Outcome => onMs(value, (ms) => Math.trunc(ms / 60_000) + 0),
  durationSeconds: (value: Outcome): Outcome => onMs(value, (ms) => Math.trunc(ms / 1000) + 0),
  durationMilliseconds: (value: Outcome): Outcome => onMs(value, (ms) => (ms % 1000) + 0),

  all: quantifier(false),
  exists: quantifier(true),
  exists_one: (budget: Budget, list: Outcome, body: (item: Value) => Outcome): Truth => {
    const found = collect(budget, list, (item, into) => keepIf(body(item), item, into));
    return found && found.length === 1;
  },
  filter: (budget: Budget, list: Outcome, body: (item: Value) => Outcome): Outcome =>
    collect(budget, list, (item, into) => keepIf(body(item), item, into)),
  map: (budget: Budget, list: Outcome, body: (item: Value) => Outcome): Outcome =>
    collect(budget, list, (item, into) => {
      const value = body(item);
      if (value !== undefined) into.push(value);
      return value !== undefined;
    }),

  /** A list literal: an error among its items is its error. */
  list: (...items: Outcome[]): Outcome => (items.includes(undefined) ? undefined : (items as Value[])),
  /** A map literal from keys and values in turn; a null or repeated key is an error, as in CEL. */
  object: (...parts: Outcome[]): Outcome => {
    const object: Record<string, Value> = Object.create(null);
    for (let at = 0; at < parts.length; at += 2) {
      const [key, value] = [parts[at], parts[at + 1]];
      if (typeof key !== 'string' || value === undefined || Object.hasOwn(object, key)) return undefined;
      object[key] = value;
    }
    return object;
  },
} as const;

/** The name of an operation. */
export type Operation = keyof typeof OPERATIONS;
