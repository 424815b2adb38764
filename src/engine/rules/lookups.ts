import type { FieldVariable } from './field-loads.ts';
import type { TwoRails } from './two-rails.ts';

type Equality = NonNullable<TwoRails['equality']>;

/** Rules found by the value of one field, as ascending positions. */
export interface Lookup {
  readonly field: FieldVariable;
  readonly byValue: ReadonlyMap<boolean | number | string, readonly number[]>;
  /** All rules of this lookup: asked where the field has no value. */
  readonly all: readonly number[];
}

interface Draft extends Lookup {
  readonly byValue: Map<boolean | number | string, number[]>;
  readonly all: number[];
}

/** A lookup must spare at least this many rules on average, or asking them is as quick. */
const MIN_SPARED = 4;
/** At most this many constants of one rule go into a lookup. */
const MAX_VALUES = 64;

/**
 * Chooses the fields to look rules up by: each time the one that spares most (rules it covers minus rules it leaves to
 * ask for an average constant), until none spares enough. `equalities` are those of each rule, by position; rules in
 * no lookup are `others`.
 */
export function chooseLookups(equalities: readonly (readonly Equality[])[]): { lookups: Lookup[]; others: number[] } {
  const lookups: Lookup[] = [];
  let open = equalities.map((_, at) => at);
  for (;;) {
    const best = candidates(equalities, open).reduce<Lookup | undefined>(
      (chosen, lookup) => (chosen && spared(chosen) >= spared(lookup) ? chosen : lookup),
      undefined,
    );
    if (!best || spared(best) < MIN_SPARED) return { lookups, others: open };
    lookups.push(best);
    const covered = new Set(best.all);
    open = open.filter((at) => !covered.has(at));
  }
}

function candidates(equalities: readonly (readonly Equality[])[], open: readonly number[]): Lookup[] {
  const found = new Map<string, Draft>();
  for (const at of open) {
    for (const { field, values } of firstByField(equalities[at] ?? [])) {
      const lookup: Draft = found.get(field.value) ?? { field, byValue: new Map(), all: [] };
      found.set(field.value, lookup);
      lookup.all.push(at);
      for (const value of values) {
        const bucket = lookup.byValue.get(value);
        if (bucket) bucket.push(at);
        else lookup.byValue.set(value, [at]);
      }
    }
  }
  return [...found.values()];
}

/** One equality for each field is enough: every one of them must hold. */
function firstByField(equalities: readonly Equality[]): Equality[] {
  const byField = new Map<string, Equality>();
  for (const equality of equalities) {
    if (equality.values.length <= MAX_VALUES && !byField.has(equality.field.value))
      byField.set(equality.field.value, equality);
  }
  return [...byField.values()];
}

function spared({ byValue, all }: Lookup): number {
  const left = [...byValue.values()].reduce((sum, bucket) => sum + bucket.length, 0);
  return byValue.size === 0 ? all.length : all.length - left / byValue.size;
}
