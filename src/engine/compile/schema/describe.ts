import { SCHEMAS } from '../generated/schemas.ts';
import { nearest } from '../suggest.ts';
import { KINDS } from './kinds.ts';
import {
  branchesOf,
  childOf,
  choosingKey,
  constantKey,
  follow,
  type Schema,
  type SchemaNode,
  schemaOfKind,
} from './schema-node.ts';

/** One key below a described place. */
export interface DescribedKey {
  readonly name: string;
  readonly type: string;
  readonly isRequired: boolean;
  readonly description: string;
  readonly default?: unknown;
}

/** What `mka schema show` says of one place. */
export interface SchemaDescription {
  readonly path: string;
  readonly type: string;
  readonly description: string;
  readonly default?: unknown;
  readonly examples: readonly unknown[];
  /** Keys by alternative; one without a name where there is no choice, none where it is no object. */
  readonly alternatives: readonly DescribedAlternative[];
}

/** The keys of one alternative; `when` is the key, or the key and value, that chooses it. */
export interface DescribedAlternative {
  readonly when?: string;
  readonly keys: readonly DescribedKey[];
}

/** A place that the schemas do not know, with what is known there. */
export interface UnknownPlace {
  readonly unknown: string;
  readonly near?: string;
  readonly known: readonly string[];
}

/**
 * Describes a place such as `campaign.steps.wait`: kind, then keys; `spec` and the names of free keys may be left out.
 * Alternatives count as one place with the keys of all of them.
 */
export function describeSchema(path: string): SchemaDescription | UnknownPlace {
  const [kind = '', ...parts] = path.split('.').filter((part) => part !== '');
  const root = KINDS.some((name) => name.toLowerCase() === kind.toLowerCase()) ? schemaOfKind(kind) : undefined;
  const kinds = KINDS.map((name) => name.toLowerCase());
  if (root === undefined) return unknownPlace(kind, kinds);
  let nodes: readonly SchemaNode[] = [root];
  for (const [index, part] of parts.entries()) {
    const found = step(nodes, part) ?? (index === 0 ? step(step(nodes, 'spec') ?? [], part) : undefined);
    if (found === undefined)
      return unknownPlace(part, [...keysOf(index === 0 ? [...nodes, ...(step(nodes, 'spec') ?? [])] : nodes)]);
    nodes = found;
  }
  return describe(path, nodes);
}

/** The schemas as files, for editors. */
export function schemaFiles(): readonly { readonly name: string; readonly text: string }[] {
  return Object.entries(SCHEMAS).map(([name, schema]) => ({ name, text: `${JSON.stringify(schema, null, 2)}\n` }));
}

function unknownPlace(unknown: string, known: readonly string[]): UnknownPlace {
  const near = nearest(unknown, known);
  return { unknown, ...(near === undefined ? {} : { near }), known };
}

/** All objects that may stand at a place: alternatives, items of lists and values of free keys stand for their owner. */
function objectsAt(nodes: readonly SchemaNode[]): SchemaNode[] {
  return nodes.flatMap((node) => {
    const { schema, file } = node;
    if (schema.oneOf !== undefined) return objectsAt(branchesOf(node));
    if (schema.items !== undefined) return objectsAt([follow(schema.items, file)]);
    if (schema.properties === undefined && typeof schema.additionalProperties === 'object')
      return objectsAt([follow(schema.additionalProperties, file)]);
    return [node];
  });
}

function step(nodes: readonly SchemaNode[], part: string): SchemaNode[] | undefined {
  const found = objectsAt(nodes).flatMap((node) =>
    node.schema.properties?.[part] === undefined ? [] : (childOf(node, part, undefined) ?? []),
  );
  return found.length === 0 ? undefined : found;
}

function keysOf(nodes: readonly SchemaNode[]): Set<string> {
  return new Set(objectsAt(nodes).flatMap(({ schema }) => Object.keys(schema.properties ?? {})));
}

function describe(path: string, nodes: readonly SchemaNode[]): SchemaDescription {
  const [{ schema } = { schema: {} as Schema }] = nodes;
  const objects = objectsAt(nodes).filter((node) => node.schema.properties !== undefined);
  return {
    path,
    type: [...new Set(nodes.map(typeText))].join(' or '),
    description: schema.description ?? '',
    ...(schema.default === undefined ? {} : { default: schema.default }),
    examples: schema.examples ?? [],
    alternatives: objects.map((object) => ({ ...chosenBy(object, objects), keys: keysIn(object) })),
  };
}

function chosenBy(object: SchemaNode, objects: readonly SchemaNode[]): { readonly when?: string } {
  if (objects.length < 2) return {};
  const tag = constantKey(object.schema);
  if (tag !== undefined) return { when: `${tag}: ${String(object.schema.properties?.[tag]?.const)}` };
  const key = choosingKey(object, objects);
  return key === undefined ? {} : { when: key };
}

function keysIn({ schema, file }: SchemaNode): DescribedKey[] {
  return Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const key = follow(property, file);
    return {
      name,
      type: typeText(key),
      isRequired: schema.required?.includes(name) ?? false,
      description: key.schema.description ?? '',
      ...(key.schema.default === undefined ? {} : { default: key.schema.default }),
    };
  });
}

function typeText(node: SchemaNode): string {
  const { schema, file } = node;
  if (schema.oneOf !== undefined) {
    const branches = branchesOf(node);
    const texts = branches.map((branch) => {
      const key = branches.length > 1 && branch.schema.type === 'object' ? choosingKey(branch, branches) : undefined;
      return key === undefined ? typeText(branch) : `object with ${key}`;
    });
    return [...new Set(texts)].join(' or ');
  }
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map(String).join(' | ');
  if (schema.items !== undefined) return `list of ${typeText(follow(schema.items, file))}`;
  if (schema.type === 'object' && schema.properties === undefined && typeof schema.additionalProperties === 'object') {
    return `object of ${typeText(follow(schema.additionalProperties, file))}`;
  }
  return schema['x-expected'] === undefined ? (schema.type ?? 'anything') : `${schema.type} (${schema['x-expected']})`;
}
