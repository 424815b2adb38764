import { SCHEMAS } from '../generated/schemas.ts';
import type { Path } from '../yaml/yaml-file.ts';

/** The part of JSON Schema that schemas/ uses. */
export interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly title?: string;
  readonly description?: string;
  readonly type?: 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean';
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly propertyNames?: Schema;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly 'x-expected'?: string;
  readonly 'x-secret'?: boolean;
}

/** A schema with its references followed; `file` is what its own references are relative to. */
export interface SchemaNode {
  readonly schema: Schema;
  readonly file: string;
}

/** The schema of a kind, such as `campaign`; undefined when there is none. */
export function schemaOfKind(kind: string): SchemaNode | undefined {
  const file = `${kind.toLowerCase()}.json`;
  const schema = SCHEMAS[file];
  return schema === undefined || kind === 'mka' || kind === 'common' ? undefined : { schema: schema as Schema, file };
}

/** Follows `$ref`; what stands beside the reference (a description, a default) wins over what it points to. */
export function follow(schema: Schema, file: string): SchemaNode {
  if (schema.$ref === undefined) return { schema, file };
  const { $ref, ...beside } = schema;
  const [name = '', pointer = ''] = $ref.split('#');
  let target = SCHEMAS[name || file];
  for (const part of pointer.split('/').slice(1)) target = (target as Readonly<Record<string, unknown>>)[part];
  const found = follow(target as Schema, name || file);
  return { schema: { ...found.schema, ...beside }, file: found.file };
}

/** The alternatives of a `oneOf`, followed; none when there is no choice. */
export function branchesOf(node: SchemaNode): readonly SchemaNode[] {
  return (node.schema.oneOf ?? []).map((branch) => follow(branch, node.file));
}

/** The alternative that a value takes: by its type, its `type` key, or the key that only that alternative requires. */
export function chooseBranch(node: SchemaNode, value: unknown): SchemaNode | undefined {
  return chooseAmong(branchesOf(node), value);
}

/** The same among alternatives that are followed already. */
export function chooseAmong(all: readonly SchemaNode[], value: unknown): SchemaNode | undefined {
  const branches = all.filter(({ schema }) => fitsType(schema, value));
  if (branches.length < 2 || !isRecord(value)) return branches[0];
  return branches.find((branch) => {
    const tag = constantKey(branch.schema);
    if (tag !== undefined) return value[tag] === branch.schema.properties?.[tag]?.const;
    const key = choosingKey(branch, branches);
    return key !== undefined && Object.hasOwn(value, key);
  });
}

/** The key that says which alternative of a `oneOf` is meant. */
export function choosingKey(branch: SchemaNode, branches: readonly SchemaNode[]): string | undefined {
  const others = branches.filter((other) => other !== branch && other.schema.type === 'object');
  return branch.schema.required?.find((key) => others.every(({ schema }) => !schema.required?.includes(key)));
}

/** The key whose constant tells the alternatives apart, such as `type`. */
export function constantKey(schema: Schema): string | undefined {
  return schema.required?.find((key) => typeof schema.properties?.[key]?.const === 'string');
}

/** The schema of a member of an object or list, with choices made by the value; undefined where none is declared. */
export function childOf(node: SchemaNode, part: string | number, value: unknown): SchemaNode | undefined {
  const chosen = node.schema.oneOf === undefined ? node : chooseBranch(node, value);
  if (chosen === undefined) return undefined;
  const { schema, file } = chosen;
  if (typeof part === 'number') return schema.items && follow(schema.items, file);
  const own =
    schema.properties !== undefined && Object.hasOwn(schema.properties, part) ? schema.properties[part] : undefined;
  if (own !== undefined) return follow(own, file);
  return typeof schema.additionalProperties === 'object' ? follow(schema.additionalProperties, file) : undefined;
}

/** The schema at a path of a value of this kind. */
export function schemaAt(kind: string, value: unknown, path: Path): SchemaNode | undefined {
  let node = schemaOfKind(kind);
  let current = value;
  for (const part of path) {
    if (node === undefined) return undefined;
    node = childOf(node, part, current);
    current =
      isRecord(current) || Array.isArray(current) ? (current as Record<string | number, unknown>)[part] : undefined;
  }
  return node;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fitsType(schema: Schema, value: unknown): boolean {
  const type = schema.type ?? (schema.oneOf ? undefined : typeof (schema.const ?? schema.enum?.[0]));
  if (type === undefined) return true;
  if (type === 'object') return isRecord(value);
  if (type === 'array') return Array.isArray(value);
  return typeof value === (type === 'integer' ? 'number' : type);
}
