import type { ObjectFacts } from '../model/release.ts';
import type { Context } from './context.ts';
import type { RepositoryObject } from './repository-object.ts';
import type { Kind } from './schema/kinds.ts';

/** Kinds whose objects stand under one name of their own in a release. */
const KINDS: ReadonlySet<Kind> = new Set<Kind>(['Project', 'Campaign', 'Channel', 'Template', 'List']);

/** What an object is called in a release and its plans; nothing for what is outside of it. */
export function releaseNames({ kind, name, value }: RepositoryObject): string[] {
  if (KINDS.has(kind)) return [`${kind.toLowerCase()}:${name}`];
  if (value.kind !== 'Source') return [];
  if (value.spec.type !== 'events') return [`table:${name}`];
  return Object.keys(value.spec.events).map((event) => `eventType:${event}`);
}

/** Owner and labels by object of the release; an event type or a table has those of its Source. */
export function objectFacts({ objects }: Pick<Context, 'objects'>): Readonly<Record<string, ObjectFacts>> {
  const entries = objects.all.flatMap((object) => {
    const facts = factsOf(object.value);
    return Object.keys(facts).length === 0 ? [] : releaseNames(object).map((code) => [code, facts] as const);
  });
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function factsOf({
  metadata: { owner, labels },
}: {
  readonly metadata: { readonly owner?: string; readonly labels?: Readonly<Record<string, string>> };
}): ObjectFacts {
  return { ...(owner === undefined ? {} : { owner }), ...(labels === undefined ? {} : { labels }) };
}
