import { celEnv, parse as parseCel, plan } from '@bufbuild/cel';
import { Environment } from '@marcbachmann/cel-js';
import { LogicEngine } from 'json-logic-engine';
import { Engine, type TopLevelCondition } from 'json-rules-engine';
import { parseExpression } from '../../src/engine/rules/parse.ts';
import { createTriggerIndex, type TriggerRule } from '../../src/engine/rules/trigger-index.ts';
import { BOOL, DOUBLE, INT, STRING, structOf, TIMESTAMP, type TypeEnv } from '../../src/engine/rules/types.ts';
import type { BenchEvent, Campaign, Predicate } from './workload.ts';

/** Answers the ids of the campaigns an event matches, in their order. */
export type Match = (event: BenchEvent) => readonly string[] | Promise<readonly string[]>;

/** An engine under test. `share` is the part of the events it is given: slow ones are measured on fewer. */
export interface EngineUnderTest {
  readonly name: string;
  readonly share: number;
  readonly isAsync?: true;
  create(campaigns: readonly Campaign[]): Match;
}

/** All engines; each gets the campaigns of the event's type only, which is kind to those without an index. */
export const ENGINES: readonly EngineUnderTest[] = [
  { name: 'mka', share: 1, create: createMka },
  { name: 'json-logic-engine, compiled', share: 1, create: createJsonLogic },
  { name: '@marcbachmann/cel-js', share: 0.2, create: createCelJs },
  { name: '@bufbuild/cel', share: 0.05, create: createBufbuildCel },
  { name: 'json-rules-engine', share: 0.01, isAsync: true, create: createJsonRules },
];

const ENV: TypeEnv = {
  roots: {
    event: structOf({
      id: STRING,
      source: STRING,
      type: STRING,
      occurred_at: TIMESTAMP,
      received_at: TIMESTAMP,
      data: structOf({
        order_id: STRING,
        user_id: STRING,
        amount: DOUBLE,
        quantity: INT,
        category: STRING,
        country: STRING,
        channel: STRING,
        vip: BOOL,
        age_days: INT,
        note: STRING,
        coupon: STRING,
      }),
    }),
  },
};

function createMka(campaigns: readonly Campaign[]): Match {
  const rules = campaigns.map(({ id, eventType, predicates }): TriggerRule => {
    const parsed = parseExpression(predicates.map((predicate) => celOf(predicate, false)).join(' && '));
    if (!parsed.ok) throw new Error(parsed.findings[0]?.message);
    return { id, eventType, where: parsed.expr };
  });
  const index = createTriggerIndex(rules, () => ENV);
  return (event) => index.match(event.type, { event: event as never }).matched;
}

function createCelJs(campaigns: readonly Campaign[]): Match {
  const env = new Environment().registerVariable('event', 'map');
  const byType = compiledByType(campaigns, ({ predicates }) =>
    env.parse(predicates.map((part) => celOf(part, true)).join(' && ')),
  );
  return (event) => {
    const scope = { event };
    return matchesOf(byType, event, (run) => run(scope) === true);
  };
}

function createBufbuildCel(campaigns: readonly Campaign[]): Match {
  const env = celEnv();
  const byType = compiledByType(campaigns, ({ predicates }) =>
    plan(env, parseCel(predicates.map((part) => celOf(part, true)).join(' && '))),
  );
  return (event) => {
    const scope = { event };
    return matchesOf(byType, event, (run) => run(scope as never) === true);
  };
}

function createJsonLogic(campaigns: readonly Campaign[]): Match {
  const engine = new LogicEngine();
  engine.addMethod('startsWith', ([text, part]: [string, string]) => text.startsWith(part), {
    deterministic: true,
    sync: true,
  } as never);
  const byType = compiledByType(campaigns, ({ predicates }) =>
    engine.build({ and: predicates.map(jsonLogicOf) } as never),
  );
  return (event) => matchesOf(byType, event, (run) => run(event) === true);
}

function createJsonRules(campaigns: readonly Campaign[]): Match {
  const byType = new Map<string, Engine>();
  for (const { id, eventType, predicates } of campaigns) {
    const engine = byType.get(eventType) ?? createEmptyRules();
    byType.set(eventType, engine);
    engine.addRule({ conditions: { all: predicates.map(jsonRuleOf) } as TopLevelCondition, event: { type: id } });
  }
  return async (event) => {
    const engine = byType.get(event.type);
    if (!engine) return [];
    const { events } = await engine.run(event.data);
    // Rules of one priority run at once and end in any order.
    return events.map(({ type }) => type).sort((left, right) => Number(left.slice(9)) - Number(right.slice(9)));
  };
}

function createEmptyRules(): Engine {
  const engine = new Engine([], { allowUndefinedFacts: true });
  engine.addOperator('startsWith', (text: string, part: string) => text.startsWith(part));
  engine.addOperator('includes', (text: string, part: string) => text.includes(part));
  return engine;
}

interface Compiled<Run> {
  readonly id: string;
  readonly run: Run;
}

function compiledByType<Run>(
  campaigns: readonly Campaign[],
  compile: (campaign: Campaign) => Run,
): Map<string, Compiled<Run>[]> {
  const byType = new Map<string, Compiled<Run>[]>();
  for (const campaign of campaigns) {
    const group = byType.get(campaign.eventType) ?? [];
    byType.set(campaign.eventType, group);
    group.push({ id: campaign.id, run: compile(campaign) });
  }
  return byType;
}

function matchesOf<Run>(
  byType: Map<string, Compiled<Run>[]>,
  event: BenchEvent,
  test: (run: Run) => boolean,
): string[] {
  const matched: string[] = [];
  for (const { id, run } of byType.get(event.type) ?? []) if (test(run)) matched.push(id);
  return matched;
}

/** CEL text. The libraries throw for an absent field; they get `has()` before it, as their users would write it. */
function celOf(predicate: Predicate, guarded: boolean): string {
  const field = `event.data.${predicate.field}`;
  const value = JSON.stringify(predicate.value);
  if (predicate.op === 'startsWith' || predicate.op === 'contains') return `${field}.${predicate.op}(${value})`;
  const isOptional = 'optional' in predicate && guarded;
  return `${isOptional ? `has(${field}) && ` : ''}${field} ${predicate.op} ${value}`;
}

function jsonLogicOf({ field, op, value }: Predicate): unknown {
  const read = { var: `data.${field}` };
  if (op === 'in') return { in: [read, value] };
  if (op === 'contains') return { in: [value, read] };
  if (op === 'startsWith') return { startsWith: [read, value] };
  return { [op === '==' ? '===' : op === '!=' ? '!==' : op]: [read, value] };
}

const JSON_RULES_OPERATORS = {
  '==': 'equal',
  '!=': 'notEqual',
  '>': 'greaterThan',
  '>=': 'greaterThanInclusive',
  '<': 'lessThan',
  '<=': 'lessThanInclusive',
  in: 'in',
  startsWith: 'startsWith',
  contains: 'includes',
} as const;

function jsonRuleOf({ field, op, value }: Predicate): unknown {
  return { fact: field, operator: JSON_RULES_OPERATORS[op], value };
}
