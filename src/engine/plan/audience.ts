import { userType } from '../journeys/expression-types.ts';
import type { AudienceCount } from '../model/plan.ts';
import type { Release, TableDefinition } from '../model/release.ts';
import type { ValueMap } from '../model/value.ts';
import { checkExpression } from '../rules/check.ts';
import { type Condition, compileCondition } from '../rules/compile.ts';
import { parseExpression } from '../rules/parse.ts';
import { BOOL, TIMESTAMP } from '../rules/types.ts';
import { isSame } from './field-rules.ts';

/** Whom a campaign admits, as far as the users' table can say; null where its condition needs more than the user. */
type Admission = 'nobody' | 'everybody' | Condition | null;

/** Counts one campaign's audience, row by row. */
export interface AudienceCounter {
  row(key: string, row: ValueMap): void;
  result(): AudienceCount;
}

/**
 * A counter for one campaign over the rows of the users' table at one instant. `isBaseKnown` is false where the rows cannot
 * be read as the deployed release declares them.
 */
export function audienceCounter(
  campaign: string,
  base: Release | null,
  target: Release,
  nowMs: number,
  isBaseKnown: boolean,
): AudienceCounter {
  const before = base === null ? 'nobody' : admissionOf(base, campaign);
  const old = isBaseKnown || before === 'nobody' ? before : null;
  const now = admissionOf(target, campaign);
  const counts = { before: 0, after: 0, enters: 0, leaves: 0 };
  return {
    row(key, row) {
      const scope = { user: { ...row, id: key }, now: nowMs };
      const [was, is] = [isAdmitted(old, scope), isAdmitted(now, scope)];
      if (was) counts.before += 1;
      if (is) counts.after += 1;
      if (is && !was) counts.enters += 1;
      if (was && !is) counts.leaves += 1;
    },
    result: () => ({
      campaign,
      before: old === null ? null : counts.before,
      after: now === null ? null : counts.after,
      enters: old === null || now === null ? null : counts.enters,
      leaves: old === null || now === null ? null : counts.leaves,
    }),
  };
}

/**
 * The users' table as both releases need it, in one reading: undefined where there is none. `isBaseKnown` is false where the
 * deployed release reads other rows or reads a field as another type.
 */
export function usersTable(
  base: Release | null,
  target: Release,
): { readonly table: TableDefinition; readonly isBaseKnown: boolean } | undefined {
  const table = tableOf(target);
  const old = base === null ? undefined : tableOf(base);
  if (table === undefined) return undefined;
  if (old === undefined) return { table, isBaseKnown: base === null };
  const isAlike =
    isSame(old.from, table.from) &&
    old.key === table.key &&
    Object.entries(old.fields).every(([name, { type }]) => (table.fields[name]?.type ?? type) === type);
  return isAlike
    ? { table: { ...table, fields: { ...old.fields, ...table.fields } }, isBaseKnown: true }
    : { table, isBaseKnown: false };
}

function tableOf({ project, tables }: Release): TableDefinition | undefined {
  const { table } = project.users;
  return table === undefined || !Object.hasOwn(tables, table) ? undefined : tables[table];
}

function admissionOf(release: Release, name: string): Admission {
  const campaign = Object.hasOwn(release.campaigns, name) ? release.campaigns[name] : undefined;
  if (campaign === undefined || campaign.state !== 'active') return 'nobody';
  if (campaign.audience === undefined) return 'everybody';
  const parsed = parseExpression(campaign.audience);
  if (!parsed.ok) return null;
  const env = { roots: { user: userType(release), now: TIMESTAMP } };
  const { findings, uses } = checkExpression(parsed.expr, env, BOOL);
  const attributes = release.project.users.attributes;
  const isTabular = uses.paths.every((path) => {
    const [, field] = path.split('.');
    return field !== undefined && !Object.hasOwn(attributes, field);
  });
  return findings.length === 0 && isTabular ? compileCondition(parsed.expr, env) : null;
}

function isAdmitted(admission: Admission, scope: Parameters<Condition>[0]): boolean {
  if (admission === null || admission === 'nobody') return false;
  return admission === 'everybody' || admission(scope) === true;
}
