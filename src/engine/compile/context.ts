import type { SourceRange } from '../kernel/position.ts';
import type {
  ChannelDefinition,
  EventTypeDefinition,
  ListDefinition,
  ProjectDefinition,
  TableDefinition,
} from '../model/release.ts';
import type { Findings } from './findings.ts';
import type { RepositoryObject } from './repository-object.ts';
import type { Kind } from './schema/kinds.ts';
import { suggestion } from './suggest.ts';
import type { SourceFile } from './text.ts';

/** What one compilation knows so far; the stages fill it in the order of compile-repository.ts. */
export interface Context {
  readonly findings: Findings;
  readonly objects: ObjectIndex;
  readonly broken: ReadonlySet<string>;
  readonly resources: ReadonlyMap<string, SourceFile>;
  readonly eventTypes: Map<string, EventTypeDefinition>;
  readonly tables: Map<string, TableDefinition>;
  readonly channels: Map<string, ChannelDefinition>;
  readonly lists: Map<string, ListDefinition>;
  project: ProjectDefinition | undefined;
}

/** Objects by kind and name. */
export class ObjectIndex {
  readonly all: readonly RepositoryObject[];
  readonly #byKind = new Map<Kind, Map<string, RepositoryObject>>();

  constructor(objects: readonly RepositoryObject[]) {
    this.all = objects;
    for (const object of objects) {
      const known = this.#byKind.get(object.kind);
      if (known === undefined) this.#byKind.set(object.kind, new Map([[object.name, object]]));
      else known.set(object.name, object);
    }
  }

  of(kind: Kind): ReadonlyMap<string, RepositoryObject> {
    return this.#byKind.get(kind) ?? new Map();
  }
}

/** The objects of one kind, in the order of their files. */
export function objectsOf<K extends Kind>(context: Context, kind: K): RepositoryObject<K>[] {
  return [...context.objects.of(kind).values()] as RepositoryObject<K>[];
}

/** True when a file of this kind has findings of its own, so that what it declares is not known in full. */
export function hasBroken(context: Context, kind: Kind): boolean {
  return [...context.broken].some((name) => name.startsWith(`${kind}/`));
}

const WORDS = {
  Campaign: ['link/unknown-campaign', 'campaign'],
  Channel: ['link/unknown-channel', 'channel'],
  Template: ['link/unknown-template', 'template'],
  List: ['link/unknown-list', 'list'],
} as const;

/** Checks a reference by name; an unknown one is a finding with the nearest name. True when there is such an object. */
export function checkReference(context: Context, kind: keyof typeof WORDS, name: string, at: SourceRange): boolean {
  const known = context.objects.of(kind);
  if (known.has(name)) return true;
  if (context.broken.has(`${kind}/${name}`)) return false;
  const [code, word] = WORDS[kind];
  const broken = [...context.broken]
    .filter((key) => key.startsWith(`${kind}/`))
    .map((key) => key.slice(kind.length + 1));
  context.findings.add(code, at, `there is no ${word} \`${name}\``, {
    hint: suggestion(name, [...known.keys(), ...broken], word),
  });
  return false;
}

/** The declared event type; an unknown one is a finding, unless a Source could not be read. */
export function findEventType(context: Context, name: string, at: SourceRange): EventTypeDefinition | undefined {
  const found = context.eventTypes.get(name);
  if (found !== undefined || hasBroken(context, 'Source')) return found;
  const hint = suggestion(name, context.eventTypes.keys(), 'event type');
  context.findings.add('link/unknown-event', at, `no Source declares the event type \`${name}\``, { hint });
  return undefined;
}
