import type { Context } from './context.ts';
import type { CampaignSpec } from './generated/types.ts';
import { parseAddress } from './rendering/address.ts';
import type { RepositoryObject } from './repository-object.ts';

/** What an object names: other objects as `channel:sms`, and further files that belong to it. */
export interface ObjectUses {
  readonly uses: readonly string[];
  readonly files: readonly string[];
}

/** The references of one object, in order, each once. */
export function objectUses(context: Context, object: RepositoryObject): ObjectUses {
  const files = resourcesOf(object).flatMap((path) => object.resolve(path) ?? []);
  return { uses: [...new Set(referencesOf(context, object))].sort(), files: [object.file.path, ...files] };
}

function referencesOf(context: Context, { value }: RepositoryObject): string[] {
  switch (value.kind) {
    case 'Campaign':
      return campaignReferences(context, value.spec);
    case 'Project':
      return value.spec.users?.table === undefined ? [] : sourcesOf(context, [], value.spec.users.table);
    case 'List':
      return (value.spec.channels ?? []).map((name) => `channel:${name}`);
    case 'Test':
      return (value.spec.campaigns ?? []).map((name) => `campaign:${name}`);
    case 'Policy':
      return (value.spec.windows ?? []).map(({ environment }) => `environment:${environment}`);
    case 'Environment':
      return (value.spec.patches ?? []).flatMap(({ at }) => {
        const address = parseAddress(at);
        return 'message' in address ? [] : [`${address.kind.toLowerCase()}:${address.name}`];
      });
    default:
      return [];
  }
}

function campaignReferences(context: Context, { trigger, exit = [], goal, steps }: CampaignSpec): string[] {
  const events = [
    ...('event' in trigger ? [trigger.event] : []),
    ...exit.flatMap((rule) => ('event' in rule ? [rule.event] : [])),
    ...(goal === undefined ? [] : [goal.event]),
  ];
  const names: string[] = [];
  for (const step of steps) {
    if ('send' in step) names.push(`template:${step.send.template}`, ...step.send.via.map((name) => `channel:${name}`));
    else if ('emit' in step) events.push(step.emit.event);
    else if ('wait' in step && 'for' in step.wait) events.push(step.wait.for.event);
  }
  return [...names, ...sourcesOf(context, events, context.project?.users.table)];
}

/** The Sources that declare event types or a table. */
function sourcesOf(context: Context, events: readonly string[], table?: string): string[] {
  const wanted = new Set(events);
  return [...context.objects.of('Source').values()].flatMap(({ name, value }) => {
    if (value.kind !== 'Source') return [];
    const { spec } = value;
    const isUsed =
      spec.type === 'events' ? Object.keys(spec.events).some((event) => wanted.has(event)) : name === table;
    return isUsed ? [`source:${name}`] : [];
  });
}

function resourcesOf({ value }: RepositoryObject): string[] {
  if (value.kind === 'Template')
    return Object.values(value.spec.content).flatMap((content) => ('bodyFile' in content ? [content.bodyFile] : []));
  if (value.kind === 'List') return value.spec.file === undefined ? [] : [value.spec.file];
  if (value.kind === 'Source' && value.spec.type === 'table')
    return 'csv' in value.spec.from ? [value.spec.from.csv] : [];
  return [];
}
