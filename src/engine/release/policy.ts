import type { ApprovalRequirement, AudienceCount, PolicyFinding } from '../model/plan.ts';
import type { PolicyDefinition, PolicyRule, PolicySet } from '../model/policy.ts';
import type { ValueMap } from '../model/value.ts';
import { checkExpression } from '../rules/check.ts';
import { type Condition, compileCondition } from '../rules/compile.ts';
import { parseExpression } from '../rules/parse.ts';
import type { Scope } from '../rules/scope.ts';
import { BOOL } from '../rules/types.ts';
import { type JudgedChange, type JudgedPlan, POLICY_ENV } from './policy-types.ts';

/** What the policies say of a plan: rules broken, and who must agree. */
export interface PolicyVerdict {
  readonly findings: readonly PolicyFinding[];
  readonly requires: readonly ApprovalRequirement[];
}

/**
 * Evaluates every rule for every changed object, as it was and as it will be. An expression that errs or cannot be read
 * counts as broken, and as asking for approval. Pure; `nowMs` decides which waivers still hold.
 */
export function evaluatePolicies(set: PolicySet, plan: JudgedPlan, nowMs: number): PolicyVerdict {
  const whole = wholeOf(plan);
  const scopes = plan.changes.map((judged) => ({ object: judged.change.object, scopes: scopesOf(judged, whole) }));
  const findings: PolicyFinding[] = [];
  const requires: ApprovalRequirement[] = [];
  for (const policy of inOrder(set.policies, ({ name }) => name)) {
    for (const rule of policy.rules) {
      const isBroken = holds(rule.deny);
      for (const { object, scopes: forms } of scopes) {
        if (forms.some(isBroken)) findings.push(findingOf(policy, rule, object, nowMs));
      }
    }
    for (const { id, when, count, team } of policy.approvals) {
      const isAsked = holds(when);
      if (!scopes.some(({ scopes: forms }) => forms.some(isAsked))) continue;
      requires.push({ policy: policy.name, rule: id, count, ...(team === undefined ? {} : { team }) });
    }
  }
  return { findings, requires: strongest(requires) };
}

/** Findings that stop a deployment: mandatory ones, and overridable ones that no waiver lifts. */
export function blocking(findings: readonly PolicyFinding[]): PolicyFinding[] {
  return findings.filter(
    ({ level, waived }) => level === 'mandatory' || (level === 'overridable' && waived === undefined),
  );
}

/** Of the requirements of one team (or of anybody) the highest count: ten rules that ask for two people ask for two. */
function strongest(requires: readonly ApprovalRequirement[]): ApprovalRequirement[] {
  const byTeam = new Map<string, ApprovalRequirement>();
  for (const one of requires) {
    const key = one.team ?? '';
    const known = byTeam.get(key);
    if (one.count > 0 && (known === undefined || one.count > known.count)) byTeam.set(key, one);
  }
  return inOrder([...byTeam.values()], ({ team }) => team ?? '');
}

/** True where a condition is true, errs or cannot be read. */
function holds(text: string): (scope: Scope) => boolean {
  const condition = compiled(text);
  return (scope) => condition === undefined || condition(scope) !== false;
}

function compiled(text: string): Condition | undefined {
  const parsed = parseExpression(text);
  if (!parsed.ok || checkExpression(parsed.expr, POLICY_ENV, BOOL).findings.length > 0) return undefined;
  return compileCondition(parsed.expr, POLICY_ENV);
}

function findingOf(policy: PolicyDefinition, rule: PolicyRule, object: string, nowMs: number): PolicyFinding {
  const waiver = policy.waivers.find((one) => one.rule === rule.id && one.object === object && nowMs < one.untilMs);
  const isLifted = rule.level === 'overridable' && waiver !== undefined;
  return {
    policy: policy.name,
    rule: rule.id,
    level: rule.level,
    object,
    message: rule.message,
    ...(isLifted ? { waived: waiver.reason } : {}),
  };
}

/** The names of POLICY_ENV for one changed object, in each of its forms. */
function scopesOf({ change, objects, audience }: JudgedChange, whole: ValueMap): Scope[] {
  const roots = {
    change: {
      action: change.action,
      class: change.class,
      fields: change.fields.map(({ path }) => path),
      ...counts(audience === undefined ? [] : [audience]),
    },
    ...whole,
  };
  // POLICY_ENV declares these roots; Scope names only those of journeys.
  return objects.map((object) => ({ ...roots, object }) as Scope);
}

/** `plan` and `environment`, the same for every change. */
function wholeOf(plan: JudgedPlan): ValueMap {
  return {
    plan: { class: plan.class, environment: plan.environment, objects: plan.changes.length, ...counts(plan.audience) },
    environment: { name: plan.environment },
  };
}

/** Sums; null as soon as one is not known. What is no campaign admits nobody. */
function counts(audience: readonly AudienceCount[]): ValueMap {
  const sum = (of: (count: AudienceCount) => number | null): number | null =>
    audience.reduce<number | null>((total, one) => {
      const value = of(one);
      return total === null || value === null ? null : total + value;
    }, 0);
  return {
    audience_before: sum(({ before }) => before),
    audience_after: sum(({ after }) => after),
    enters: sum(({ enters }) => enters),
    leaves: sum(({ leaves }) => leaves),
  };
}

function inOrder<T>(items: readonly T[], key: (item: T) => string): T[] {
  return [...items].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}
