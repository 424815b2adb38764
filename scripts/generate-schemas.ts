/**
 * What is made from schemas/*.json: TypeScript types, validators without the schema compiler, and the schemas
 * themselves as a module. `node scripts/generate-schemas.ts [--check]`; with --check nothing is written and a
 * difference ends with exit code 1.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import standalone from 'ajv/dist/standalone/index.js';
import { compile as compileTypes } from 'json-schema-to-typescript';

const root = join(import.meta.dirname, '..');
const SCHEMAS = join(root, 'schemas');
const OUTPUT = join(root, 'src/engine/compile/generated');
const KINDS = [
  'project',
  'source',
  'campaign',
  'channel',
  'template',
  'list',
  'environment',
  'policy',
  'test',
] as const;
const BANNER = '// Made from schemas/ by scripts/generate-schemas.ts. Do not edit.\n';
const ANNOTATIONS = ['x-expected', 'x-secret'];

type Schema = Readonly<Record<string, unknown>>;

/** The generated files: path relative to the repository root → text. */
export async function generateSchemas(): Promise<ReadonlyMap<string, string>> {
  const schemas = readSchemas();
  return new Map([
    [relative(root, join(OUTPUT, 'types.ts')), await typesFile(schemas)],
    [relative(root, join(OUTPUT, 'validators.ts')), validatorsFile(schemas)],
    [relative(root, join(OUTPUT, 'schemas.ts')), schemasFile(schemas)],
  ]);
}

function readSchemas(): Map<string, Schema> {
  const files = readdirSync(SCHEMAS)
    // A plan is written by mka, not by users: no object of a repository, so nothing is made from its schema.
    .filter((name) => name.endsWith('.json') && name !== 'plan.json')
    .sort();
  return new Map(files.map((name) => [name, JSON.parse(readFileSync(join(SCHEMAS, name), 'utf8')) as Schema]));
}

async function typesFile(schemas: ReadonlyMap<string, Schema>): Promise<string> {
  const all = withoutAnnotations(schemas.get('mka.json'), [
    'properties',
    'required',
    'type',
    'discriminator',
  ]) as Schema;
  const text = await compileTypes(all as never, 'MkaObject', {
    cwd: `${SCHEMAS}/`,
    bannerComment: BANNER.trimEnd(),
    style: { singleQuote: true, printWidth: 120 },
    additionalProperties: false,
    format: true,
  });
  return text;
}

/**
 * Each `oneOf` becomes a chain of if/then/else, chosen by type or by the key that only that branch requires, so that
 * one mistake gives one error and not one a branch. No branch chosen ends in `not: {}`, which the reducer reads.
 */
function validatorsFile(schemas: ReadonlyMap<string, Schema>): string {
  const ajv = new Ajv2020({
    allErrors: true,
    strict: true,
    strictTypes: false,
    strictRequired: false,
    messages: false,
    inlineRefs: false,
    code: { source: true, esm: true },
  });
  ajv.addVocabulary(ANNOTATIONS);
  const resolve = resolver(schemas);
  for (const [name, schema] of schemas) {
    if (name === 'mka.json') continue;
    ajv.addSchema(dispatch(schema, name, resolve) as Schema, name);
  }
  const code = standalone.default(ajv, Object.fromEntries(KINDS.map((kind) => [kind, `${kind}.json`])));
  const imports: string[] = [];
  const body = code.replace(/require\("(ajv\/dist\/runtime\/\w+)"\)(\.default)?/g, (_, path: string) => {
    const name = `runtime_${path.slice(path.lastIndexOf('/') + 1)}`;
    const line = `import ${name}_module from '${path}.js';\nconst ${name} = ${name}_module.default ?? ${name}_module;`;
    if (!imports.includes(line)) imports.push(line);
    return name;
  });
  if (body.includes('require(')) throw new Error('the validators still require something');
  return `// @ts-nocheck\n${BANNER}${imports.join('\n')}\n${body.replace('"use strict";', '')}\n`;
}

type Resolve = (schema: Schema, file: string) => { readonly schema: Schema; readonly file: string };

function resolver(schemas: ReadonlyMap<string, Schema>): Resolve {
  return function resolve(schema, file) {
    const ref = schema['$ref'];
    if (typeof ref !== 'string') return { schema, file };
    const [name = '', pointer = ''] = ref.split('#');
    let target: unknown = schemas.get(name || file);
    for (const part of pointer.split('/').slice(1)) target = (target as Schema | undefined)?.[part];
    if (target === undefined) throw new Error(`${file}: ${ref} leads nowhere`);
    return resolve(target as Schema, name || file);
  };
}

function dispatch(node: unknown, file: string, resolve: Resolve): unknown {
  if (Array.isArray(node)) return node.map((item) => dispatch(item, file, resolve));
  if (typeof node !== 'object' || node === null) return node;
  const { oneOf, ...rest } = node as Schema;
  const entries = Object.entries(rest).filter(([key, value]) => !isAnnotation(key, value));
  const copy = Object.fromEntries(entries.map(([key, value]) => [key, dispatch(value, file, resolve)]));
  if (!Array.isArray(oneOf)) return copy;
  const branches = oneOf as Schema[];
  const facts = branches.map((branch) => resolve(branch, file).schema);
  let chain: unknown = { not: {} };
  for (const [index, branch] of [...branches.entries()].reverse()) {
    chain = { if: guard(facts, index, file), then: dispatch(branch, file, resolve), else: chain };
  }
  return { ...copy, ...(chain as object) };
}

/** A property may be called `description` too; only its schema is an object. */
function isAnnotation(key: string, value: unknown): boolean {
  if (key === 'examples') return Array.isArray(value);
  if (key === 'default')
    return typeof value !== 'object' || value === null || !('description' in value || '$ref' in value);
  return (
    ANNOTATIONS.includes(key) ||
    (key === 'description' && typeof value === 'string') ||
    (key === 'title' && typeof value === 'string')
  );
}

function guard(facts: readonly Schema[], index: number, file: string): Schema {
  const own = facts[index] as Schema;
  const type = typeOf(own);
  const rivals = facts.filter((other, at) => at !== index && typeOf(other) === type);
  if (rivals.length === 0) return { type: type === 'integer' ? 'number' : type };
  const keys = (own['required'] ?? []) as string[];
  const properties = (own['properties'] ?? {}) as Record<string, Schema>;
  const tag = keys.find((key) => properties[key]?.['const'] !== undefined && rivals.every((rival) => has(rival, key)));
  if (tag !== undefined) {
    return { type: 'object', required: [tag], properties: { [tag]: { const: properties[tag]?.['const'] } } };
  }
  const key = keys.find((name) => rivals.every((rival) => !((rival['required'] ?? []) as string[]).includes(name)));
  if (key === undefined) throw new Error(`${file}: branch ${index} of a oneOf can't be told from the others`);
  return { type: 'object', required: [key] };
}

function has(schema: Schema, key: string): boolean {
  return (schema['properties'] as Record<string, Schema> | undefined)?.[key]?.['const'] !== undefined;
}

function typeOf(schema: Schema): string {
  if (typeof schema['type'] === 'string') return schema['type'];
  const [first] = (schema['enum'] ?? [schema['const']]) as unknown[];
  return typeof first;
}

function schemasFile(schemas: ReadonlyMap<string, Schema>): string {
  const entries = [...schemas].map(([name, schema]) => `  ${JSON.stringify(name)}: ${JSON.stringify(schema)},`);
  return `${BANNER}/** The schemas by file name. */\nexport const SCHEMAS: Readonly<Record<string, unknown>> = {\n${entries.join('\n')}\n};\n`;
}

function withoutAnnotations(schema: Schema | undefined, keys: readonly string[]): Schema {
  return Object.fromEntries(Object.entries(schema ?? {}).filter(([key]) => !keys.includes(key)));
}

if (import.meta.main) {
  const check = process.argv.includes('--check');
  const files = await generateSchemas();
  for (const [path, text] of files) {
    const target = join(root, path);
    if (check) {
      let current = '';
      try {
        current = readFileSync(target, 'utf8');
      } catch {}
      if (current !== text) {
        process.stderr.write(`${path} is not what schemas/ gives: run npm run generate\n`);
        process.exitCode = 1;
      }
    } else {
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, text);
    }
  }
}
