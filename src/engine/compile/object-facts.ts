import type { ObjectFacts } from '../model/release.ts';
import { type Context, objectsOf } from './context.ts';
import type { Kind } from './schema/kinds.ts';

/** Kinds whose objects stand under one name of their own in a release. */
const KINDS = ['Project', 'Campaign', 'Channel', 'Template', 'List'] as const satisfies readonly Kind[];

type Entry = readonly [object: string, facts: ObjectFacts];

/** Owner and labels by object of the release; an event type or a table has those of its Source. */
export function objectFacts(context: Context): Readonly<Record<string, ObjectFacts>> {
  const named = KINDS.flatMap((kind) =>
    objectsOf(context, kind).map(({ name, value }): Entry => [`${kind.toLowerCase()}:${name}`, factsOf(value)]),
  );
  const sources = objectsOf(context, 'Source').flatMap(({ name, value }): Entry[] => {
    const facts = factsOf(value);
    if (value.spec.type !== 'events') return [[`table:${name}`, facts]];
    return Object.keys(value.spec.events).map((event): Entry => [`eventType:${event}`, facts]);
  });
  const known = [...named, ...sources].filter(([, facts]) => Object.keys(facts).length > 0);
  return Object.fromEntries(known.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function factsOf({
  metadata: { owner, labels },
}: {
  readonly metadata: { readonly owner?: string; readonly labels?: Readonly<Record<string, string>> };
}): ObjectFacts {
  return { ...(owner === undefined ? {} : { owner }), ...(labels === undefined ? {} : { labels }) };
}
