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

/** Names of the campaigns that read or use an object, in order. */
export function usersOf(release: Release, { kind, name }: Pick<ReleaseObject, 'kind' | 'name'>): string[] {
  const uses = (campaign: CampaignDefinition): boolean => {
    if (kind === 'campaign') return campaign.name === name;
    if (kind === 'template') return Object.hasOwn(campaign.templates, name);
    if (kind === 'channel') return campaign.steps.some((step) => step.kind === 'send' && step.via.includes(name));
    if (kind === 'eventType') return eventsOf(campaign).includes(name);
    if (kind === 'table') return campaign.readsProfile && release.project.users.table === name;
    return kind === 'project';
  };
  return Object.values(release.campaigns)
    .filter(uses)
    .map((campaign) => campaign.name)
    .sort(compare);
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
