import type {
  CampaignDefinition,
  ChannelDefinition,
  EventTypeDefinition,
  ListDefinition,
  ProjectDefinition,
  Release,
  TableDefinition,
  TemplateDefinition,
} from '../model/release.ts';
import { compare } from './field-rules.ts';

/** A part of a release that users know by kind and name. */
export type ReleaseObject =
  | { readonly kind: 'project'; readonly name: string; readonly value: ProjectDefinition }
  | { readonly kind: 'eventType'; readonly name: string; readonly value: EventTypeDefinition }
  | { readonly kind: 'table'; readonly name: string; readonly value: TableDefinition }
  | { readonly kind: 'channel'; readonly name: string; readonly value: ChannelDefinition }
  | { readonly kind: 'list'; readonly name: string; readonly value: ListDefinition }
  | { readonly kind: 'template'; readonly name: string; readonly value: TemplateDefinition }
  | { readonly kind: 'campaign'; readonly name: string; readonly value: CampaignDefinition };

/** `campaign:order-reminder` → object. The project has one name for good: a renamed one is a change, not another object. */
export function objectsOf(release: Release): ReadonlyMap<string, ReleaseObject> {
  const all: ReleaseObject[] = [
    { kind: 'project', name: release.project.name, value: release.project },
    ...named('eventType', release.eventTypes),
    ...named('table', release.tables),
    ...named('channel', release.channels),
    ...named('list', release.lists),
    ...named('template', templatesOf(release)),
    ...named('campaign', release.campaigns),
  ] as ReleaseObject[];
  return new Map(all.map((object) => [codeOf(object), object]));
}

/** Templates by name, out of the campaigns that hold them. */
export function templatesOf(release: Release): Readonly<Record<string, TemplateDefinition>> {
  const found: Record<string, TemplateDefinition> = Object.create(null);
  for (const name of Object.keys(release.campaigns).sort(compare)) {
    for (const template of Object.values(release.campaigns[name]?.templates ?? {})) found[template.name] ??= template;
  }
  return found;
}

/** `channel:sms` → names of the campaigns that read or use it, in order. */
export type UsersByObject = ReadonlyMap<string, readonly string[]>;

/** Who uses what in a release, in one pass over its campaigns. */
export function usersOf(release: Release | null): UsersByObject {
  const users = new Map<string, string[]>();
  for (const name of Object.keys(release?.campaigns ?? {}).sort(compare)) {
    const campaign = release?.campaigns[name];
    if (release === null || campaign === undefined) continue;
    for (const code of usedBy(campaign, release)) {
      const known = users.get(code);
      if (known === undefined) users.set(code, [name]);
      else known.push(name);
    }
  }
  return users;
}

function usedBy(campaign: CampaignDefinition, { project }: Release): ReadonlySet<string> {
  const channels = campaign.steps.flatMap((step) => (step.kind === 'send' ? step.via : []));
  const { table } = project.users;
  return new Set([
    ...Object.keys(campaign.templates).map((name) => `template:${name}`),
    ...channels.map((name) => `channel:${name}`),
    ...eventsOf(campaign).map((name) => `eventType:${name}`),
    ...(campaign.readsProfile && table !== undefined ? [`table:${table}`] : []),
  ]);
}

function eventsOf({ trigger, exits, steps, goal }: CampaignDefinition): string[] {
  return [
    ...(trigger.kind === 'event' ? [trigger.event] : []),
    ...exits.flatMap((exit) => (exit.kind === 'event' ? [exit.event] : [])),
    ...steps.flatMap((step) => (step.kind === 'waitFor' || step.kind === 'emit' ? [step.event] : [])),
    ...(goal === undefined ? [] : [goal.event]),
  ];
}

function codeOf({ kind, name }: ReleaseObject): string {
  return kind === 'project' ? 'project' : `${kind}:${name}`;
}

function named<Value>(kind: ReleaseObject['kind'], values: Readonly<Record<string, Value>>) {
  return Object.entries(values).map(([name, value]) => ({ kind, name, value }));
}
