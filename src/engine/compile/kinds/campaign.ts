import { digestOf } from '../../kernel/hash.ts';
import type { SourceRange } from '../../kernel/position.ts';
import type {
  CampaignDefinition,
  EntryRule,
  ExitRule,
  GoalDefinition,
  TemplateDefinition,
} from '../../model/release.ts';
import type { ExprUses } from '../../rules/check.ts';
import { BOOL, INT } from '../../rules/types.ts';
import { type Context, findEventType, hasBroken, objectsOf } from '../context.ts';
import { checkCel, RootTypes } from '../expressions.ts';
import { Findings } from '../findings.ts';
import type { CampaignSpec } from '../generated/types.ts';
import type { RepositoryObject } from '../repository-object.ts';
import { durationMs } from '../time-values.ts';
import { lowerFields } from './fields.ts';
import { checkJourney } from './journey.ts';
import { checkZone, quietMs } from './project.ts';
import { compileStep, type StepScope } from './steps.ts';
import type { CompiledTemplate } from './template.ts';

type CampaignObject = RepositoryObject<'Campaign'>;

/** Campaigns by name, and where they and their steps stand. */
export interface CompiledCampaigns {
  readonly campaigns: Readonly<Record<string, CampaignDefinition>>;
  readonly places: Readonly<Record<string, SourceRange>>;
}

/** Links, checks and lowers every campaign. */
export function compileCampaigns(
  context: Context,
  templates: ReadonlyMap<string, CompiledTemplate>,
): CompiledCampaigns {
  const campaigns: Record<string, CampaignDefinition> = {};
  const places: Record<string, SourceRange> = {};
  for (const object of objectsOf(context, 'Campaign')) {
    campaigns[object.name] = compileCampaign(context, object, templates);
    places[`campaign:${object.name}`] = object.at('metadata', 'name');
    for (const [index, step] of object.value.spec.steps.entries()) {
      places[`campaign:${object.name}/${step.id}`] = object.at('spec', 'steps', index, 'id');
    }
  }
  return { campaigns, places };
}

/**
 * Checks expressions and references of a campaign that has faults of form. What depends on the whole (ways, ends,
 * rules between settings) is left until it is whole.
 */
export function checkRepaired(
  context: Context,
  object: CampaignObject,
  templates: ReadonlyMap<string, CompiledTemplate>,
): void {
  const own = new Findings();
  compileCampaign({ ...context, findings: own }, object, templates);
  context.findings.take(own, ({ code }) => /^(?:cel|link|unsupported)\//.test(code) && code !== 'link/unknown-step');
}

function compileCampaign(
  context: Context,
  object: CampaignObject,
  templates: ReadonlyMap<string, CompiledTemplate>,
): CampaignDefinition {
  const { spec, metadata } = object.value;
  const messageClass = spec.class ?? 'marketing';
  const quietHours = spec.quietHours ?? (messageClass === 'marketing' ? 'apply' : 'ignore');
  const trigger = compileTrigger(context, object);
  const scope = scopeOf(context, object, trigger, templates);
  if (spec.zone !== undefined) checkZone(context, object, ['spec', 'zone'], spec.zone);
  if (quietHours === 'apply') checkStale(context, object);
  const entry = compileEntry(scope);
  if (spec.audience !== undefined)
    scope.check(spec.audience.where, ['spec', 'audience', 'where'], scope.roots.audience(), BOOL);
  const exits = (spec.exit ?? []).map((_, index) => compileExit(scope, index));
  const goal = spec.goal && compileGoal(scope, spec.goal);
  const graph = checkJourney(context, object);
  const steps = spec.steps.map((step, index) => compileStep(scope, step, index, graph));
  const definition: Omit<CampaignDefinition, 'digest'> = {
    name: object.name,
    owner: metadata.owner ?? objectsOf(context, 'Project')[0]?.value.metadata.owner ?? '',
    state: spec.state,
    class: messageClass,
    ...(spec.topic === undefined ? {} : { topic: spec.topic }),
    priority: spec.priority ?? 50,
    ...(spec.zone === undefined ? {} : { zone: spec.zone }),
    staleAfterMs: spec.staleAfter === undefined ? (context.project?.staleAfterMs ?? 0) : durationMs(spec.staleAfter),
    quietHours,
    profile: spec.profile ?? 'required',
    readsProfile: readsProfile(context, scope.uses),
    trigger,
    entry,
    ...(spec.audience === undefined ? {} : { audience: spec.audience.where }),
    exits,
    ...(goal === undefined ? {} : { goal }),
    steps,
    templates: Object.fromEntries(scope.used),
  };
  return { ...definition, digest: digestOf(definition) };
}

function scopeOf(
  context: Context,
  object: CampaignObject,
  trigger: CampaignDefinition['trigger'],
  templates: ReadonlyMap<string, CompiledTemplate>,
): StepScope {
  const uses: ExprUses[] = [];
  return {
    context,
    object,
    roots: new RootTypes(context, trigger),
    templates,
    uses,
    used: new Map<string, TemplateDefinition>(),
    check(text, path, roots, expected, nameHint) {
      const found = checkCel(context, text, {
        object,
        path,
        roots,
        expected,
        ...(nameHint === undefined ? {} : { nameHint }),
      });
      if (found !== undefined) uses.push(found);
    },
  };
}

function compileTrigger(context: Context, object: CampaignObject): CampaignDefinition['trigger'] {
  const { trigger } = object.value.spec;
  if ('manual' in trigger) return { kind: 'manual', fields: lowerFields(trigger.manual.fields) };
  findEventType(context, trigger.event, object.at('spec', 'trigger', 'event'));
  return { kind: 'event', event: trigger.event, ...(trigger.where === undefined ? {} : { where: trigger.where }) };
}

function compileEntry(scope: StepScope): EntryRule {
  const { context, object, roots } = scope;
  const { trigger, entry = {} } = object.value.spec;
  const { key, reentry = 'once', whileLive = 'ignore' } = entry;
  if ('event' in trigger && trigger.where !== undefined)
    scope.check(trigger.where, ['spec', 'trigger', 'where'], roots.trigger(), BOOL);
  if (key !== undefined && 'manual' in trigger) {
    context.findings.add(
      'campaign/key-without-event',
      object.at('spec', 'entry', 'key'),
      'a manual entry has no event for `key` to read',
      {
        hint: 'leave `key` out: the id of the request tells entries apart (R8)',
      },
    );
  } else if (key !== undefined) scope.check(key, ['spec', 'entry', 'key'], roots.trigger(), undefined);
  if (whileLive === 'restart' && reentry === 'once' && key === undefined) {
    context.findings.add(
      'campaign/restart-once',
      object.at('spec', 'entry', 'whileLive'),
      '`restart` never happens where a user enters `once` and there is no `key`',
      {
        hint: 'set reentry: afterExit or a cooldown, or add a key (R4)',
      },
    );
  }
  return {
    ...(key === undefined ? {} : { key }),
    reentry: typeof reentry === 'string' ? { kind: reentry } : { kind: 'cooldown', ms: durationMs(reentry.cooldown) },
    whileLive,
  };
}

function compileExit(scope: StepScope, index: number): ExitRule {
  const rule = scope.object.value.spec.exit?.[index] as NonNullable<CampaignSpec['exit']>[number];
  const path = ['spec', 'exit', index];
  if ('when' in rule) {
    scope.check(rule.when, [...path, 'when'], scope.roots.journey(), BOOL);
    return { kind: 'condition', when: rule.when };
  }
  findEventType(scope.context, rule.event, scope.object.at(...path, 'event'));
  if (rule.where === undefined) return { kind: 'event', event: rule.event };
  scope.check(rule.where, [...path, 'where'], scope.roots.awaited(rule.event), BOOL);
  return { kind: 'event', event: rule.event, where: rule.where };
}

function compileGoal(scope: StepScope, goal: NonNullable<CampaignSpec['goal']>): GoalDefinition {
  const { event, where, value, within = '7d' } = goal;
  findEventType(scope.context, event, scope.object.at('spec', 'goal', 'event'));
  if (where !== undefined) scope.check(where, ['spec', 'goal', 'where'], scope.roots.awaited(event), BOOL);
  if (value !== undefined) scope.check(value, ['spec', 'goal', 'value'], scope.roots.awaited(event), INT);
  return {
    event,
    ...(where === undefined ? {} : { where }),
    withinMs: durationMs(within),
    ...(value === undefined ? {} : { value }),
  };
}

/** A campaign's own staleAfter against the project's quiet hours; the project's own pair is checked there. */
function checkStale(context: Context, object: CampaignObject): void {
  const quiet = context.project?.quietHours;
  const { staleAfter } = object.value.spec;
  if (quiet === undefined || staleAfter === undefined || quietMs(quiet) < durationMs(staleAfter)) return;
  context.findings.add(
    'project/quiet-hours',
    object.at('spec', 'staleAfter'),
    'quiet hours last as long as `staleAfter`: what falls due at their start would always be stale',
    {
      hint: 'make staleAfter longer, or set quietHours: ignore (R7)',
    },
  );
}

/** True when an expression reads a field of the users' table (id and attributes come without it). */
function readsProfile(context: Context, uses: readonly ExprUses[]): boolean {
  if (hasBroken(context, 'Source') || context.project?.users.table === undefined) return false;
  const { attributes } = context.project.users;
  return uses.some(({ paths }) =>
    paths.some((path) => {
      const [root, field] = path.split('.');
      return root === 'user' && field !== 'id' && (field === undefined || attributes[field] === undefined);
    }),
  );
}
