import { canonicalJson } from '../kernel/hash.ts';
import type { FieldChange } from '../model/plan.ts';
import type { ExitRule, ListDefinition } from '../model/release.ts';
import { additive, breaking, cosmetic } from './field-rules.ts';

/** Members without a name of their own: what left, what came, by their content. */
function compareSets<T>(
  before: readonly T[],
  after: readonly T[],
): { readonly left: readonly T[]; readonly came: readonly T[] } {
  const without = (items: readonly T[], others: readonly T[]): T[] => {
    const spare = new Map<string, number>();
    for (const item of others) spare.set(canonicalJson(item), (spare.get(canonicalJson(item)) ?? 0) + 1);
    return items.filter((item) => {
      const count = spare.get(canonicalJson(item)) ?? 0;
      spare.set(canonicalJson(item), count - 1);
      return count <= 0;
    });
  };
  return { left: without(before, after), came: without(after, before) };
}

const ORDER = cosmetic('the same in another order');

/** Exit rules: each that came or went. */
export function exitChanges(before: readonly ExitRule[], after: readonly ExitRule[]): FieldChange[] {
  const { left, came } = compareSets(before, after);
  if (left.length + came.length === 0) {
    return canonicalJson(before) === canonicalJson(after) ? [] : [{ path: 'spec.exit', ...ORDER }];
  }
  const path = (rule: ExitRule): string =>
    rule.kind === 'event' ? `spec.exit[event=${rule.event}]` : 'spec.exit[when]';
  const gone = breaking('no longer ends the way of users who enter from now on; users under way keep it (R13)');
  const added = breaking('ends the way of users who enter from now on; not that of users under way (R13)');
  return [
    ...left.map((rule) => ({ path: path(rule), before: exitText(rule), ...gone })),
    ...came.map((rule) => ({ path: path(rule), after: exitText(rule), ...added })),
  ];
}

function exitText(rule: ExitRule): string {
  if (rule.kind === 'condition') return rule.when;
  return rule.where === undefined ? rule.event : `${rule.event} where ${rule.where}`;
}

/** Entries of a list by number: who they are is personal data, which a plan does not hold. */
export function entryChanges(before: ListDefinition['entries'], after: ListDefinition['entries']): FieldChange[] {
  const { left, came } = compareSets(before, after);
  const counts = { before: before.length, after: after.length };
  if (left.length + came.length === 0) {
    return canonicalJson(before) === canonicalJson(after) ? [] : [{ path: 'spec.entries', ...counts, ...ORDER }];
  }
  const found: FieldChange[] = [];
  if (came.length > 0) {
    const reason = `${entries(came.length)} added: they get no more messages by these channels`;
    found.push({ path: 'spec.entries (added)', ...counts, ...additive(reason) });
  }
  if (left.length > 0) {
    const reason = `${entries(left.length)} removed or changed: messages reach them again`;
    found.push({ path: 'spec.entries (removed)', ...counts, ...breaking(reason) });
  }
  return found;
}

function entries(count: number): string {
  return count === 1 ? '1 entry' : `${count} entries`;
}
