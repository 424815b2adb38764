import { checked, evaluateGenerated } from './compile.ts';
import { Constants } from './constants-table.ts';
import type { Expr } from './expr.ts';
import { FieldLoads } from './field-loads.ts';
import { chooseLookups, type Lookup } from './lookups.ts';
import { type RuleCode, ruleCode } from './rule-code.ts';
import type { Scope } from './scope.ts';
import { BOOL, type TypeEnv } from './types.ts';

/** A rule that an event can match: its id, the type of event it listens to, and its filter (left out: every such event). */
export interface TriggerRule {
  readonly id: string;
  readonly eventType: string;
  readonly where?: Expr;
}

/** Ids of the rules that matched and of those that ended in an error, each in the order the rules were given. */
export interface TriggerMatch {
  readonly matched: readonly string[];
  readonly errors: readonly string[];
}

/** Finds the rules that an event matches. */
export interface TriggerIndex {
  /** Semantics of evaluating each rule's condition alone; not to be called again from inside a scope's functions. */
  match(eventType: string, scope: Scope): TriggerMatch;
}

type Matcher = (scope: Scope) => TriggerMatch;

/** Up to this many rules of one event type are asked one after the other inside one function; more go by lookups. */
const MAX_INLINE = 12;
const NONE: readonly string[] = Object.freeze([]);
const NOTHING: TriggerMatch = { matched: NONE, errors: NONE };

/**
 * Builds one generated function for each event type: fields are read once, equalities looked up first. `envOf` gives
 * the names a filter of that event type may use. Throws an Error for a filter with findings: they were to be checked.
 */
export function createTriggerIndex(rules: readonly TriggerRule[], envOf: (eventType: string) => TypeEnv): TriggerIndex {
  const byType = Map.groupBy(rules, (rule) => rule.eventType);
  const matchers = new Map([...byType].map(([type, group]) => [type, createMatcher(group, envOf(type))]));
  return {
    match: (eventType, scope) => matchers.get(eventType)?.(scope) ?? NOTHING,
  };
}

function createMatcher(rules: readonly TriggerRule[], env: TypeEnv): Matcher {
  const constants = new Constants();
  const loads = new FieldLoads(constants);
  const codes = rules.map(({ where }, at) => {
    return where ? ruleCode(where, checked(where, env, BOOL), constants, loads, `r${at}`) : undefined;
  });
  const source =
    rules.length <= MAX_INLINE
      ? inlineSource(rules, codes, constants, loads)
      : lookupSource(rules, codes, constants, loads);
  return evaluateGenerated(source, constants) as Matcher;
}

/** All rules in one function body, every variable local to it. */
function inlineSource(
  rules: readonly TriggerRule[],
  codes: readonly (RuleCode | undefined)[],
  constants: Constants,
  loads: FieldLoads,
): string {
  const decisions = rules.map(({ id }, at) => {
    const name = constants.bind(id);
    const code = codes[at];
    const add = (list: string): string => `if (${list} === NONE) ${list} = [${name}]; else ${list}.push(${name});`;
    if (!code) return add('matched');
    return `${code.statements}\nif (verdict !== 0) { if (verdict === 1) { ${add('matched')} } else { ${add('errors')} } }`;
  });
  const load = loads.code();
  return [
    `const NOTHING = ${constants.bind(NOTHING)}, NONE = NOTHING.matched;`,
    'return (s) => {',
    `let ${[...loads.variables(), 'verdict = 0', 'rest'].join(', ')};`,
    ...codes.map((code) => code?.declarations ?? ''),
    codes.some((code) => code?.needsBudget) ? 'const budget = { steps: 0 };' : '',
    `let matched = NONE, errors = NONE;`,
    load,
    ...decisions,
    'return matched === NONE && errors === NONE ? NOTHING : { matched, errors };',
    '};',
  ].join('\n');
}

/**
 * One small function for each rule over shared variables, so that each is optimized alone; the lookups say which are
 * asked. Where the field of a lookup has no value, all its rules are: their verdict may be an error.
 */
function lookupSource(
  rules: readonly TriggerRule[],
  codes: readonly (RuleCode | undefined)[],
  constants: Constants,
  loads: FieldLoads,
): string {
  const { lookups, others } = chooseLookups(codes.map((code) => code?.equalities ?? []));
  const functions = codes.map((code) => {
    if (!code) return '() => 1';
    return `() => { let verdict = 0, rest; ${code.declarations}\n${code.statements}\nreturn verdict; }`;
  });
  const load = loads.code();
  const variables = loads.variables();
  return [
    variables.length > 0 ? `let ${variables.join(', ')};` : '',
    'const budget = { steps: 0 };',
    `const ids = ${constants.bind(rules.map(({ id }) => id))};`,
    `const rules = [\n${functions.join(',\n')}\n];`,
    ASK,
    'return (s) => {',
    load,
    'const matched = [], errors = [];',
    others.length > 0 ? `ask(${constants.bind(others)}, matched, errors);` : '',
    ...lookups.map((lookup) => lookupCode(lookup, constants)),
    `return { matched: named(matched, ${lookups.length}), errors: named(errors, ${lookups.length}) };`,
    '};',
  ].join('\n');
}

const ASK = `
const ask = (candidates, matched, errors) => {
  for (let i = 0; i < candidates.length; i += 1) {
    const at = candidates[i];
    const verdict = rules[at]();
    if (verdict === 1) matched.push(at); else if (verdict === 2) errors.push(at);
  }
};
const named = (found, lookups) => {
  if (found.length > 1 && lookups > 0) found.sort((a, b) => a - b);
  for (let i = 0; i < found.length; i += 1) found[i] = ids[found[i]];
  return found;
};`;

function lookupCode({ field, byValue, all }: Lookup, constants: Constants): string {
  const [map, every] = [constants.bind(byValue), constants.bind(all)];
  return `{ const found = ${field.value} === undefined ? ${every} : ${map}.get(${field.value}); if (found !== undefined) ask(found, matched, errors); }`;
}
