import { createRenderer, type Renderer } from '../messages/render.ts';
import type {
  BranchStep,
  CampaignDefinition,
  EmitStep,
  ExitStep,
  SendStep,
  SetStep,
  StepDefinition,
  TemplateDefinition,
  WaitAfterStep,
  WaitForStep,
  WaitInStep,
} from '../model/release.ts';
import type { Value } from '../model/value.ts';
import { type Condition, compileCondition, compileValue, type ValueFunction } from '../rules/compile.ts';
import { parseExpression } from '../rules/parse.ts';
import type { TypeEnv } from '../rules/types.ts';
import { audienceEnv, awaitedEnv, type DeclaredTypes, journeyEnv, triggerEnv } from './expression-types.ts';

/** A campaign definition with its expressions compiled to functions and its steps by id. Immutable. */
export interface CompiledCampaign {
  readonly definition: CampaignDefinition;
  readonly entryKey: ValueFunction | null;
  readonly audience: Condition | null;
  readonly exitEvents: readonly { readonly event: string; readonly where: Condition | null }[];
  readonly exitConditions: readonly Condition[];
  readonly steps: ReadonlyMap<string, CompiledStep>;
  readonly firstStep: string;
  readonly templates: ReadonlyMap<string, CompiledTemplate>;
  /** Event types that its exits and waits listen to. */
  readonly awaits: ReadonlySet<string>;
  /** Event types that its `wait for` steps listen to: kept from the entry on (R6). */
  readonly waitsFor: ReadonlySet<string>;
}

export type CompiledStep =
  | WaitAfterStep
  | ExitStep
  | SendStep
  | (Omit<WaitInStep, 'days'> & { readonly days: ValueFunction })
  | (Omit<WaitForStep, 'where'> & { readonly where: Condition | null })
  | (Omit<BranchStep, 'cases'> & {
      readonly cases: readonly { readonly when: Condition | null; readonly next: string }[];
    })
  | (Omit<SetStep, 'values'> & { readonly values: readonly (readonly [string, ValueFunction])[] })
  | (Omit<EmitStep, 'data'> & { readonly data: readonly (readonly [string, ValueFunction])[] });

/** A template with its inputs compiled. */
export interface CompiledTemplate {
  readonly inputs: readonly {
    readonly name: string;
    readonly value: ValueFunction;
    readonly fallback: Value;
  }[];
  readonly render: Renderer;
}

/** Compiles a definition against the types of the release that holds it. A definition that does not compile is a bug. */
export function compileCampaign(definition: CampaignDefinition, types: DeclaredTypes): CompiledCampaign {
  const { trigger } = definition;
  const journey = journeyEnv(trigger, types);
  const awaited = (event: string) => awaitedEnv(event, trigger, types);
  const eventExits = definition.exits.filter((exit) => exit.kind === 'event');
  const waitsFor = definition.steps.filter((step) => step.kind === 'waitFor').map((step) => step.event);
  const entryFields = trigger.kind === 'event' ? (types.eventTypes[trigger.event]?.fields ?? {}) : {};
  return {
    definition,
    entryKey: definition.entry.key === undefined ? null : value(definition.entry.key, triggerEnv(entryFields)),
    audience: condition(definition.audience, audienceEnv(trigger, types)),
    exitEvents: eventExits.map((exit) => ({ event: exit.event, where: condition(exit.where, awaited(exit.event)) })),
    exitConditions: definition.exits
      .filter((exit) => exit.kind === 'condition')
      .map((exit) => required(exit.when, journey)),
    steps: new Map(definition.steps.map((step) => [step.id, compileStep(step, journey, awaited)])),
    firstStep: firstStepOf(definition),
    templates: new Map(
      Object.entries(definition.templates).map(([name, template]) => [name, compileTemplate(template, journey)]),
    ),
    awaits: new Set([...eventExits.map((exit) => exit.event), ...waitsFor]),
    waitsFor: new Set(waitsFor),
  };
}

function firstStepOf(definition: CampaignDefinition): string {
  const first = definition.steps[0];
  if (!first) throw new Error(`campaign ${definition.name} has no steps`);
  return first.id;
}

function compileStep(step: StepDefinition, journey: TypeEnv, awaited: (event: string) => TypeEnv): CompiledStep {
  switch (step.kind) {
    case 'waitIn':
      return { ...step, days: value(step.days, journey) };
    case 'waitFor':
      return { ...step, where: condition(step.where, awaited(step.event)) };
    case 'branch':
      return { ...step, cases: step.cases.map((one) => ({ when: condition(one.when, journey), next: one.next })) };
    case 'set':
      return {
        ...step,
        values: Object.entries(step.values).map(([name, text]) => [name, value(text, journey)] as const),
      };
    case 'emit':
      return { ...step, data: Object.entries(step.data).map(([name, text]) => [name, value(text, journey)] as const) };
    default:
      return step;
  }
}

function compileTemplate(template: TemplateDefinition, journey: TypeEnv): CompiledTemplate {
  return {
    inputs: Object.entries(template.inputs).map(([name, input]) => ({
      name,
      value: value(input.from, journey),
      fallback: input.default ?? null,
    })),
    render: createRenderer(template),
  };
}

function condition(text: string | undefined, env: TypeEnv): Condition | null {
  return text === undefined ? null : required(text, env);
}

function required(text: string, env: TypeEnv): Condition {
  return compileCondition(parsed(text), env);
}

/** Compiles the text of a value expression that the compiler has already checked. */
export function value(text: string, env: TypeEnv): ValueFunction {
  return compileValue(parsed(text), env);
}

function parsed(text: string) {
  const result = parseExpression(text);
  if (!result.ok) throw new Error(`expression was not checked: ${text}: ${result.findings[0]?.message}`);
  return result.expr;
}
