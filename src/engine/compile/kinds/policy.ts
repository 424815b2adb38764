import { digestOf } from '../../kernel/hash.ts';
import type { ApprovalRule, ChangeWindow, PolicyDefinition, PolicySet, Waiver } from '../../model/policy.ts';
import { POLICY_ENV } from '../../release/policy-types.ts';
import { BOOL } from '../../rules/types.ts';
import type { Context } from '../context.ts';
import { checkCel } from '../expressions.ts';
import type { PolicySpec } from '../generated/types.ts';
import type { RepositoryObject } from '../repository-object.ts';
import { suggestion } from '../suggest.ts';
import { clockMinute, instantMs } from '../time-values.ts';
import type { Path } from '../yaml/yaml-file.ts';
import { checkZone } from './project.ts';

type PolicyObject = RepositoryObject<'Policy'>;

/** What checking policies takes; environments are unknown where only policies are read. */
export interface PolicyScope extends Pick<Context, 'findings'> {
  /** Names of the environments that windows may name. */
  readonly environments?: ReadonlySet<string>;
  /** True when a Policy could not be read, so that its teams are not known. */
  readonly hasBrokenPolicy?: boolean;
}

/** Days as `days` writes them; Monday is 1. */
const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** Policies by name with one digest for all of them. */
export function compilePolicies(scope: PolicyScope, objects: readonly PolicyObject[]): PolicySet {
  const sorted = [...objects].sort((a, b) => (a.name < b.name ? -1 : 1));
  const teams = new Map<string, number>();
  for (const { value } of sorted) {
    // Approval takes the members on which all declarations of a team agree, so the smallest is the most there can be.
    for (const [team, members] of Object.entries(value.spec.teams ?? {}))
      teams.set(team, Math.min(teams.get(team) ?? Number.POSITIVE_INFINITY, new Set(members).size));
  }
  const policies = sorted.map((object) => compilePolicy(scope, object, teams));
  return { policies, digest: digestOf(policies) };
}

function compilePolicy(scope: PolicyScope, object: PolicyObject, teams: ReadonlyMap<string, number>): PolicyDefinition {
  const { spec } = object.value;
  checkIds(scope, object, spec);
  for (const [index, rule] of (spec.rules ?? []).entries())
    checkCondition(scope, object, rule.deny, ['spec', 'rules', index, 'deny']);
  for (const [index, approval] of (spec.approvals ?? []).entries()) {
    checkCondition(scope, object, approval.when, ['spec', 'approvals', index, 'when']);
    if (approval.team !== undefined) checkTeam(scope, object, index, approval.team, approval.count, teams);
  }
  return {
    name: object.name,
    rules: (spec.rules ?? []).map(({ id, level, deny, message }) => ({ id, level, deny, message })),
    approvals: (spec.approvals ?? []).map(
      ({ id, when, count, team }): ApprovalRule => ({ id, when, count, ...(team === undefined ? {} : { team }) }),
    ),
    windows: (spec.windows ?? []).map((_, index) => compileWindow(scope, object, index)),
    waivers: (spec.waivers ?? []).map((_, index) => compileWaiver(scope, object, index)),
    teams: spec.teams ?? {},
  };
}

function checkIds({ findings }: PolicyScope, object: PolicyObject, spec: PolicySpec): void {
  const seen = new Map<string, Path>();
  const ids = [
    ...(spec.rules ?? []).map(({ id }, index) => [id, ['spec', 'rules', index, 'id']] as const),
    ...(spec.approvals ?? []).map(({ id }, index) => [id, ['spec', 'approvals', index, 'id']] as const),
  ];
  for (const [id, path] of ids) {
    const first = seen.get(id);
    if (first === undefined) seen.set(id, path);
    else {
      findings.add('policy/duplicate-id', object.at(...path), `two rules of this policy are called \`${id}\``, {
        hint: 'give each its own id: findings and waivers name rules by it',
        related: [{ message: 'the first one', at: object.at(...first) }],
      });
    }
  }
}

function checkCondition(scope: PolicyScope, object: PolicyObject, text: string, path: Path): void {
  checkCel(scope, text, { object, path, roots: POLICY_ENV.roots, expected: BOOL });
}

function checkTeam(
  { findings, hasBrokenPolicy }: PolicyScope,
  object: PolicyObject,
  index: number,
  team: string,
  count: number,
  teams: ReadonlyMap<string, number>,
): void {
  const size = teams.get(team);
  if (size === undefined) {
    if (hasBrokenPolicy) return;
    const hint = suggestion(team, teams.keys(), 'team');
    findings.add(
      'policy/unknown-team',
      object.at('spec', 'approvals', index, 'team'),
      `no policy names the members of a team \`${team}\``,
      { hint },
    );
  } else if (size < count) {
    findings.add(
      'policy/team-too-small',
      object.at('spec', 'approvals', index, 'count'),
      `${count} people of \`${team}\` must agree, and it has ${size}`,
      { hint: 'nothing could ever be approved: lower `count` or add members' },
    );
  }
}

function compileWindow(scope: PolicyScope, object: PolicyObject, index: number): ChangeWindow {
  const { environment, zone, days, from, to } = (object.value.spec.windows ?? [])[index] as NonNullable<
    PolicySpec['windows']
  >[number];
  const path = ['spec', 'windows', index];
  checkZone(scope, object, [...path, 'zone'], zone);
  if (scope.environments !== undefined && !scope.environments.has(environment)) {
    const hint = suggestion(environment, scope.environments, 'environment');
    const at = object.at(...path, 'environment');
    scope.findings.add('link/unknown-environment', at, `there is no environment \`${environment}\``, { hint });
  }
  if (from === to) {
    scope.findings.add('policy/window', object.at(...path, 'to'), 'the window opens and closes at the same minute', {
      hint: 'write from: "00:00", to: "24:00" for the whole day',
    });
  }
  return {
    environment,
    zone,
    days: [...new Set(days.map((day) => DAYS.indexOf(day) + 1))].sort((a, b) => a - b),
    fromMinute: clockMinute(from),
    toMinute: clockMinute(to),
  };
}

function compileWaiver({ findings }: PolicyScope, object: PolicyObject, index: number): Waiver {
  const { spec } = object.value;
  const {
    rule,
    object: code,
    reason,
    until,
  } = (spec.waivers ?? [])[index] as NonNullable<PolicySpec['waivers']>[number];
  const at = (key: string) => object.at('spec', 'waivers', index, key);
  const waived = (spec.rules ?? []).find(({ id }) => id === rule);
  const untilMs = instantMs(until);
  if (waived === undefined) {
    const hint = suggestion(
      rule,
      (spec.rules ?? []).map(({ id }) => id),
      'rule',
    );
    findings.add('policy/unknown-rule', at('rule'), `this policy has no rule \`${rule}\``, { hint });
  } else if (waived.level !== 'overridable') {
    findings.add(
      'policy/not-overridable',
      at('rule'),
      `the rule \`${rule}\` is ${waived.level}: a waiver lifts nothing`,
      {
        hint:
          waived.level === 'advisory'
            ? 'delete the waiver: the rule only advises'
            : 'only an overridable rule is waived',
      },
    );
  }
  if (untilMs === undefined) findings.add('policy/until', at('until'), `there is no instant \`${until}\``);
  return { rule, object: code, reason, untilMs: untilMs ?? 0 };
}
