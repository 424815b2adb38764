import { canonicalJson } from '../kernel/hash.ts';
import type { ChangeClass, FieldChange } from '../model/plan.ts';

/** What a difference means for those who are under way or may enter. */
export interface Judgement {
  readonly class: ChangeClass;
  readonly reason: string;
}

type Judge = Judgement | ((before: unknown, after: unknown) => Judgement);

/**
 * What a difference at one place of a lowered definition means. `at` is the place in the definition, dotted, `*` for any
 * name; `path` is what users write there, `*` standing for the same name.
 */
export interface FieldRule {
  readonly at: string;
  readonly path: string;
  readonly judge: Judge;
  /** How values are shown; for durations, times of day, personal data. */
  readonly show?: (value: unknown) => unknown;
  /** Holds only where the whole place appears or disappears; otherwise its parts are compared. */
  readonly whole?: boolean;
}

export function cosmetic(reason: string): Judgement {
  return { class: 'cosmetic', reason };
}

export function additive(reason: string): Judgement {
  return { class: 'additive', reason };
}

export function breaking(reason: string): Judgement {
  return { class: 'breaking', reason };
}

export function destructive(reason: string): Judgement {
  return { class: 'destructive', reason };
}

/** A judgement by which of two numbers is larger; `absent` stands for a value that is not there. */
export function byOrder(larger: Judgement, smaller: Judgement, absent = 0): (b: unknown, a: unknown) => Judgement {
  const number = (value: unknown): number => (typeof value === 'number' ? value : absent);
  return (before, after) => (number(after) > number(before) ? larger : smaller);
}

/** True when both have the same canonical JSON; absent is only like absent. */
export function isSame(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (left === undefined || right === undefined) return false;
  return canonicalJson(left) === canonicalJson(right);
}

/** Differences of two definitions of one object. A place that no rule knows is breaking: what is not known is not harmless. */
export function compareFields(rules: readonly FieldRule[], before: unknown, after: unknown): FieldChange[] {
  const found: FieldChange[] = [];
  const table = rules.map((rule) => ({ rule, names: rule.at.split('.') }));
  const visit = (place: readonly string[], left: unknown, right: unknown): void => {
    if (isSame(left, right)) return;
    const rule = table.find(
      ({ rule: one, names }) => fits(names, place) && (one.whole !== true || isHalf(left, right)),
    );
    if (rule !== undefined) {
      found.push(changeOf(rule.rule, rule.names, place, left, right));
      return;
    }
    if (isRecord(left) && isRecord(right)) {
      for (const name of new Set([...Object.keys(left), ...Object.keys(right)])) {
        visit([...place, name], left[name], right[name]);
      }
      return;
    }
    found.push({ path: ['spec', ...place].join('.'), ...values(left, right), ...unknownChange });
  };
  visit([], before, after);
  return sortFields(found);
}

const unknownChange = breaking('changes what this object does');

/** By path, so that one difference has one form. */
export function sortFields(fields: readonly FieldChange[]): FieldChange[] {
  return [...fields].sort((a, b) => compare(a.path, b.path) || compare(canonicalJson(a), canonicalJson(b)));
}

/** By code units. */
export function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** `before` and `after` of a change, each only where it is there. */
export function values(before: unknown, after: unknown): Pick<FieldChange, 'before' | 'after'> {
  return { ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) };
}

function changeOf(
  { path, judge, show }: FieldRule,
  names: readonly string[],
  place: readonly string[],
  before: unknown,
  after: unknown,
): FieldChange {
  const stars = place.filter((_, index) => names[index] === '*');
  const shown = show === undefined ? values(before, after) : values(show(before), show(after));
  const { class: own, reason } = typeof judge === 'function' ? judge(before, after) : judge;
  return { path: path.replaceAll('*', () => stars.shift() ?? '*'), ...shown, class: own, reason };
}

function fits(names: readonly string[], place: readonly string[]): boolean {
  return names.length === place.length && names.every((name, index) => name === '*' || name === place[index]);
}

function isHalf(left: unknown, right: unknown): boolean {
  return left === undefined || right === undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
