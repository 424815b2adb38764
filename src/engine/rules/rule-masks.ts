import type { FieldVariable } from './field-loads.ts';
import type { TwoRails } from './two-rails.ts';

type Equality = NonNullable<TwoRails['equality']>;
type Words = Int32Array;

/** Rules in one word; 31 keeps every mask a small integer for V8. */
export const MASK_BITS = 31;

/**
 * What the value of one field says about all rules: bit `r % 31` of word `r / 31` is 1 where rule r is still open. A
 * rule that asks nothing of the field always is.
 */
export interface RuleMasks {
  readonly field: FieldVariable;
  readonly byValue: ReadonlyMap<boolean | number | string, Words>;
  /** For a value that no rule names. */
  readonly otherwise: Words;
  /** Where the field has no value: every rule is open, for those that ask for it may end in an error. */
  readonly unknown: Words;
}

/** A lookup must close at least this many rules on average, or asking them is as quick. */
const MIN_CLOSED = 3;

/**
 * The masks worth looking up, the most selective field first. `equalities` are those of each rule, by position: all of
 * them must hold for the rule to match.
 */
export function createRuleMasks(equalities: readonly (readonly Equality[])[]): RuleMasks[] {
  const fields = new Map(equalities.flat().map(({ field }) => [field.value, field]));
  return [...fields.values()]
    .map((field) => masksOf(field, equalities))
    .map((masks) => ({ masks, closed: averageClosed(masks, equalities.length) }))
    .filter(({ closed }) => closed >= MIN_CLOSED)
    .sort((left, right) => right.closed - left.closed)
    .map(({ masks }) => masks);
}

function masksOf(field: FieldVariable, equalities: readonly (readonly Equality[])[]): RuleMasks {
  const asked = equalities.map((each) => each.filter((equality) => equality.field.value === field.value));
  const values = new Set(asked.flat().flatMap((equality) => equality.values));
  const isOpen =
    (value: boolean | number | string | undefined) =>
    (rule: readonly Equality[]): boolean =>
      rule.every((equality) => value !== undefined && equality.values.includes(value));
  return {
    field,
    byValue: new Map([...values].map((value) => [value, wordsOf(asked.map(isOpen(value)))])),
    otherwise: wordsOf(asked.map(isOpen(undefined))),
    unknown: wordsOf(asked.map(() => true)),
  };
}

function wordsOf(open: readonly boolean[]): Words {
  const words = new Int32Array(Math.ceil(open.length / MASK_BITS));
  for (const [at, isOpen] of open.entries()) {
    if (isOpen) words[Math.floor(at / MASK_BITS)] = (words[Math.floor(at / MASK_BITS)] ?? 0) | (1 << (at % MASK_BITS));
  }
  return words;
}

/** Rules closed by an average value that some rule names. */
function averageClosed({ byValue }: RuleMasks, rules: number): number {
  const open = [...byValue.values()].reduce(
    (sum, words) => sum + words.reduce((bits, word) => bits + bitCount(word), 0),
    0,
  );
  return rules - open / byValue.size;
}

function bitCount(word: number): number {
  let count = 0;
  for (let left = word; left !== 0; left &= left - 1) count += 1;
  return count;
}
