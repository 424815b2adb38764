import type { ChangeClass, FieldChange, ObjectChange } from '../model/plan.ts';
import type { CampaignDefinition, ListDefinition, Release } from '../model/release.ts';
import { CAMPAIGN_RULES } from './campaign-rules.ts';
import {
  CHANNEL_RULES,
  EVENT_TYPE_RULES,
  LIST_RULES,
  PROJECT_RULES,
  TABLE_RULES,
  TEMPLATE_RULES,
} from './current-rules.ts';
import { additive, breaking, compare, compareFields, isSame, type Judgement, sortFields } from './field-rules.ts';
import { objectsOf, type ReleaseObject, type UsersByObject, usersOf } from './objects.ts';
import { removal } from './removal.ts';
import { entryChanges, exitChanges } from './set-changes.ts';
import { stepChanges } from './step-changes.ts';

/** What is known of an object beside what a release holds of it. */
export interface ObjectFacts {
  readonly owner?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** `campaign:order-reminder` → facts. */
export type FactsByObject = Readonly<Record<string, ObjectFacts>>;

const CLASSES: readonly ChangeClass[] = ['cosmetic', 'additive', 'breaking', 'destructive'];

/**
 * What differs between two releases, object by object and place by place, each with its class and its reason. Pure; the same
 * for the same two releases, whatever the order of their keys. `before` is null where nothing was deployed yet.
 */
export function diffReleases(before: Release | null, after: Release, facts: FactsByObject = {}): ObjectChange[] {
  const [old, now] = [before === null ? new Map<string, ReleaseObject>() : objectsOf(before), objectsOf(after)];
  const releases: Releases = { before, after, old, now, users: [usersOf(before), usersOf(after)] };
  const changes: ObjectChange[] = [];
  for (const code of [...new Set([...old.keys(), ...now.keys()])].sort(compare)) {
    const [left, right] = [old.get(code), now.get(code)];
    const name = code === 'project' ? `project:${after.project.name}` : code;
    const change = changeOf(name, left, right, releases);
    if (change === undefined) continue;
    const owner = ownerOf(right ?? left) ?? (Object.hasOwn(facts, name) ? facts[name]?.owner : undefined);
    changes.push(owner === undefined ? change : { ...change, owner });
  }
  return changes;
}

/** The gravest of several classes; cosmetic for none. */
export function worstClass(classes: readonly ChangeClass[]): ChangeClass {
  return CLASSES[Math.max(0, ...classes.map((one) => CLASSES.indexOf(one)))] ?? 'cosmetic';
}

interface Releases {
  readonly before: Release | null;
  readonly after: Release;
  readonly old: ReadonlyMap<string, ReleaseObject>;
  readonly now: ReadonlyMap<string, ReleaseObject>;
  /** Before and after. */
  readonly users: readonly [UsersByObject, UsersByObject];
}

function changeOf(
  object: string,
  before: ReleaseObject | undefined,
  after: ReleaseObject | undefined,
  releases: Releases,
): ObjectChange | undefined {
  if (before === undefined && after !== undefined)
    return whole(object, 'create', { after: after.name }, additive(creation(after)));
  if (before !== undefined && after === undefined)
    return whole(object, 'delete', { before: before.name }, removal(before, releases));
  if (before === undefined || after === undefined || isSame(before.value, after.value)) return undefined;
  const fields = sortFields(fieldsOf(before, after, releases));
  if (fields.length === 0) return undefined;
  return { object, action: 'update', class: worstClass(fields.map((field) => field.class)), fields };
}

function whole(
  object: string,
  action: 'create' | 'delete',
  name: Pick<FieldChange, 'before' | 'after'>,
  judgement: Judgement,
): ObjectChange {
  return { object, action, class: judgement.class, fields: [{ path: 'metadata.name', ...name, ...judgement }] };
}

function creation({ kind, value }: ReleaseObject): string {
  if (kind !== 'campaign')
    return `a new ${kind === 'eventType' ? 'event type' : kind}; nobody who is under way notices`;
  return value.state === 'active'
    ? 'a new campaign: begins to admit users'
    : `a new campaign, ${value.state}: admits nobody yet`;
}

function fieldsOf(before: ReleaseObject, after: ReleaseObject, releases: Releases): FieldChange[] {
  const { kind } = after;
  if (kind === 'campaign' && before.kind === 'campaign') return campaignFields(before.value, after.value, releases);
  if (kind === 'list' && before.kind === 'list') return listFields(before.value, after.value);
  const rules = {
    project: PROJECT_RULES,
    eventType: EVENT_TYPE_RULES,
    table: TABLE_RULES,
    channel: CHANNEL_RULES,
    template: TEMPLATE_RULES,
    list: LIST_RULES,
    campaign: CAMPAIGN_RULES,
  }[kind];
  const users = kind === 'project' ? '' : usedBy(releases, after);
  return compareFields(rules, before.value, after.value).map((field) =>
    field.class === 'breaking' && users !== '' ? { ...field, reason: `${field.reason} (${users})` } : field,
  );
}

/** Campaigns that a change to a source, channel or template touches, a few by name. */
function usedBy({ users }: Releases, { kind, name }: ReleaseObject): string {
  const names = [...new Set(users.flatMap((one) => one.get(`${kind}:${name}`) ?? []))].sort(compare);
  if (names.length === 0) return '';
  const more = names.length > 5 ? ` and ${names.length - 5} more` : '';
  return `used by ${names.slice(0, 5).join(', ')}${more}`;
}

function listFields(
  { entries: old, ...before }: ListDefinition,
  { entries: now, ...after }: ListDefinition,
): FieldChange[] {
  return [...compareFields(LIST_RULES, before, after), ...entryChanges(old, now)];
}

function campaignFields(before: CampaignDefinition, after: CampaignDefinition, releases: Releases): FieldChange[] {
  const found = [
    ...compareFields(CAMPAIGN_RULES, scalars(before), scalars(after)),
    ...exitChanges(before.exits, after.exits),
    ...stepChanges(before.steps, after.steps),
  ];
  if (found.length > 0 || isTemplateShown(before, after, releases)) return found;
  return [{ path: 'spec', ...breaking('differs in a way that this version of mka does not know') }];
}

/** What is compared place by place: neither the derived digest nor what has a comparison of its own. */
function scalars({
  digest: _digest,
  steps: _steps,
  exits: _exits,
  templates: _templates,
  ...rest
}: CampaignDefinition): object {
  return rest;
}

/** True when all that differs are texts, which are reported as templates. */
function isTemplateShown(before: CampaignDefinition, after: CampaignDefinition, releases: Releases): boolean {
  const { old, now } = releases;
  if (isSame(before.templates, after.templates)) return false;
  const names = [...new Set([...Object.keys(before.templates), ...Object.keys(after.templates)])];
  return names
    .filter((name) => !isSame(before.templates[name], after.templates[name]))
    .every((name) => !isSame(old.get(`template:${name}`)?.value, now.get(`template:${name}`)?.value));
}

function ownerOf(object: ReleaseObject | undefined): string | undefined {
  return object?.kind === 'campaign' ? object.value.owner : undefined;
}
