import type { ChalkInstance } from 'chalk';
import type { AudienceCount, FieldChange, ObjectChange, Plan, PresentPlan, StepOccupancy } from '../engine/index.ts';
import { columns } from './columns.ts';
import {
  baseText,
  countText,
  gravestFirst,
  MARKS,
  numberText,
  oneLine,
  requirementText,
  shortDigest,
  targetText,
  valueText,
  windowText,
} from './plan-words.ts';

/** A plan for a person at a terminal. */
export function planText(present: PresentPlan, colours: ChalkInstance): string {
  const { plan } = present;
  const title = `${colours.bold(`Plan for ${oneLine(plan.project)}/${oneLine(plan.environment)}`)}  ${inColour(plan.class, colours)}`;
  return [
    title,
    `  deployed  ${baseText(plan)}`,
    `  planned   ${targetText(plan)}`,
    `  digest    ${plan.digest}`,
    ...warnings(present, colours),
    '',
    changesText(plan.changes, colours),
    ...section('Users under way', occupancyRows(plan.occupancy), colours),
    ...section('Audience', plan.audience.map(audienceRow), colours),
    ...section('Policies', findingRows(plan.policy.findings, colours), colours),
    ...section('Approvals', requirementRows(plan), colours),
    '',
    `${colours.bold(countText(plan.changes))}${plan.changes.length === 0 ? '' : `: ${plan.class}`}`,
  ].join('\n');
}

/** The changed objects, gravest first, each field with its class and reason. */
export function changesText(changes: readonly ObjectChange[], colours: ChalkInstance): string {
  if (changes.length === 0) return 'Nothing changes.';
  return gravestFirst(changes)
    .map((change) => objectText(change, colours))
    .join('\n');
}

/** Broken rules, a line each. */
export function findingLines(findings: Plan['policy']['findings'], colours: ChalkInstance): string {
  return columns(findingRows(findings, colours)).trimEnd();
}

function objectText({ object, action, class: own, owner, fields }: ObjectChange, colours: ChalkInstance): string {
  const paint = { create: colours.green, update: colours.yellow, delete: colours.red }[action];
  const whose = owner === undefined ? '' : colours.dim(`  owner ${oneLine(owner)}`);
  const head = `${paint(MARKS[action])} ${colours.bold(oneLine(object))}  ${inColour(own, colours)}${whose}`;
  if (action !== 'update') return [head, ...fields.map(({ reason }) => `    ${oneLine(reason)}`)].join('\n');
  return [head, ...fields.flatMap((field) => fieldLines(field, colours))].join('\n');
}

/** Short values stand on the field's line, long ones below each other. */
function fieldLines({ path, before, after, class: own, reason }: FieldChange, colours: ChalkInstance): string[] {
  const [old, now] = [valueText(before), valueText(after)];
  const head = `    ${inColour(own.padEnd(11), colours, own)} ${oneLine(path)}`;
  const why = `      ${colours.dim(oneLine(reason))}`;
  if (before === undefined && after === undefined) return [head, why];
  if (old.length + now.length <= 60) return [`${head}  ${colours.red(old)} → ${colours.green(now)}`, why];
  return [head, `      ${colours.red(`- ${old}`)}`, `      ${colours.green(`+ ${now}`)}`, why];
}

function warnings(present: PresentPlan, colours: ChalkInstance): string[] {
  const shut = windowText(present);
  const lines = present.problems.map(
    ({ code, message }) => `${colours.red(`not deployable[${code}]`)} ${oneLine(message)}`,
  );
  return [...lines, ...(shut === undefined ? [] : [colours.yellow(shut)])].map((line) => `  ${line}`);
}

function section(title: string, rows: readonly (readonly string[])[], colours: ChalkInstance): string[] {
  if (rows.length === 0) return [];
  const lines = columns(rows.map((row) => ['', ...row])).trimEnd();
  return ['', colours.bold(title), lines];
}

function occupancyRows(occupancy: readonly StepOccupancy[]): string[][] {
  return occupancy.map(({ campaign, step, definition, users, becomes }) => [
    `${oneLine(campaign)}/${oneLine(step)}`,
    `${users} ${users === 1 ? 'user' : 'users'}`,
    `version ${shortDigest(definition).slice(0, 7)}`,
    becomes,
  ]);
}

function audienceRow({ campaign, before, after, enters, leaves }: AudienceCount): string[] {
  if (before === null && after === null) return [oneLine(campaign), 'cannot be counted from the users’ table'];
  const moves = enters === null || leaves === null ? [] : [`${numberText(enters)} enter, ${numberText(leaves)} leave`];
  return [oneLine(campaign), `${numberText(before)} → ${numberText(after)}`, ...moves];
}

function findingRows(findings: Plan['policy']['findings'], colours: ChalkInstance): string[][] {
  return findings.map(({ policy: name, rule, level, object, message, waived }) => [
    waived !== undefined ? colours.dim('waived') : level === 'advisory' ? colours.cyan(level) : colours.red(level),
    `${oneLine(name)}/${oneLine(rule)}`,
    oneLine(object),
    `${oneLine(message)}${waived === undefined ? '' : ` (waived: ${oneLine(waived)})`}`,
  ]);
}

function requirementRows({ requires }: Plan): string[][] {
  return requires.map((one) => [`needs ${requirementText(one)}`, `${oneLine(one.policy)}/${oneLine(one.rule)}`]);
}

function inColour(text: string, colours: ChalkInstance, own: string = text): string {
  if (own === 'destructive') return colours.red.bold(text);
  if (own === 'breaking') return colours.red(text);
  return own === 'additive' ? colours.green(text) : colours.dim(text);
}
