import { checked, evaluateGenerated } from './compile.ts';
import { Constants } from './constants-table.ts';
import type { Expr } from './expr.ts';
import { FieldLoads } from './field-loads.ts';
import { type RuleCode, ruleCode } from './rule-code.ts';
import { createRuleMasks, MASK_BITS, type RuleMasks } from './rule-masks.ts';
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

/** From this many rules of one event type on, looking equalities up first is quicker than asking every rule. */
const MIN_MASKED = 8;
/** Up to this many rules are written into one function body; more become a function each, or V8 would optimize none. */
const MAX_INLINE = 96;
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
    return where ? ruleCode(where, checked(where, env, BOOL), constants, loads, `r${at}`) : ALWAYS;
  });
  const masks = rules.length >= MIN_MASKED ? createRuleMasks(codes.map((code) => code.equalities)) : [];
  const ids = constants.bind(rules.map(({ id }) => id));
  const parts = { constants, loads, codes, masks, ids };
  return evaluateGenerated(rules.length <= MAX_INLINE ? inlineSource(parts) : apartSource(parts), constants) as Matcher;
}

const ALWAYS: RuleCode = { statements: 'verdict = 1;', declarations: '', needsBudget: false, equalities: [] };

interface Parts {
  readonly constants: Constants;
  readonly loads: FieldLoads;
  readonly codes: readonly RuleCode[];
  readonly masks: readonly RuleMasks[];
  readonly ids: string;
}

/** All rules in one function body, every variable local to it. */
function inlineSource({ constants, loads, codes, masks, ids }: Parts): string {
  const decisions = codes.map((code, at) => {
    const add = (list: string): string =>
      `if (${list} === NONE) ${list} = [${ids}[${at}]]; else ${list}.push(${ids}[${at}]);`;
    const decide = `${code.statements}\nif (verdict !== 0) { if (verdict === 1) { ${add('matched')} } else { ${add('errors')} } }`;
    const word = `alive${Math.floor(at / MASK_BITS)}`;
    return masks.length > 0 ? `if ((${word} & ${1 << (at % MASK_BITS)}) !== 0) {\n${decide}\n}` : decide;
  });
  return [
    `const NOTHING = ${constants.bind(NOTHING)}, NONE = NOTHING.matched;`,
    'return (s) => {',
    `let ${[...loads.variables(), 'verdict = 0', 'rest'].join(', ')};`,
    ...codes.map((code) => code.declarations),
    codes.some((code) => code.needsBudget) ? 'const budget = { steps: 0 };' : '',
    'let matched = NONE, errors = NONE;',
    loads.code(),
    maskCode(masks, constants, codes.length),
    ...decisions,
    'return matched === NONE && errors === NONE ? NOTHING : { matched, errors };',
    '};',
  ].join('\n');
}

/** One small function for each rule over shared variables, so that each is optimized alone; the masks say which to ask. */
function apartSource({ constants, loads, codes, masks, ids }: Parts): string {
  const functions = codes.map(({ declarations, statements }) => {
    return `(s) => { let verdict = 0, rest; ${declarations}\n${statements}\nreturn verdict; }`;
  });
  const words = Array.from({ length: Math.ceil(codes.length / MASK_BITS) }, (_, word) => word);
  const all = words.map(
    (word) => `const alive${word} = -1 >>> ${32 - Math.min(MASK_BITS, codes.length - word * MASK_BITS)};`,
  );
  const variables = loads.variables();
  return [
    variables.length > 0 ? `let ${variables.join(', ')};` : '',
    'const budget = { steps: 0 };',
    `const rules = [\n${functions.join(',\n')}\n];`,
    `const ask = (s, alive, first, matched, errors) => {
      while (alive !== 0) {
        const at = first + 31 - Math.clz32(alive & -alive);
        alive &= alive - 1;
        const verdict = rules[at](s);
        if (verdict === 1) matched.push(${ids}[at]); else if (verdict === 2) errors.push(${ids}[at]);
      }
    };`,
    'return (s) => {',
    loads.code(),
    masks.length > 0 ? maskCode(masks, constants, codes.length) : all.join('\n'),
    'const matched = [], errors = [];',
    ...words.map((word) => `ask(s, alive${word}, ${word * MASK_BITS}, matched, errors);`),
    'return { matched, errors };',
    '};',
  ].join('\n');
}

/** Declares `alive0`, `alive1` …: the rules that the looked-up equalities leave open, one bit each. */
function maskCode(masks: readonly RuleMasks[], constants: Constants, rules: number): string {
  if (masks.length === 0) return '';
  const found = masks.map(({ field, byValue, otherwise, unknown }, at) => {
    const [map, miss, all] = [constants.bind(byValue), constants.bind(otherwise), constants.bind(unknown)];
    return `const m${at} = ${field.value} === undefined ? ${all} : (${map}.get(${field.value}) ?? ${miss});`;
  });
  const words = Array.from({ length: Math.ceil(rules / MASK_BITS) }, (_, word) => {
    return `const alive${word} = ${masks.map((_, at) => `m${at}[${word}]`).join(' & ')};`;
  });
  return [...found, ...words].join('\n');
}
