import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { generateSchemas } from '../../scripts/generate-schemas.ts';
import { follow, type Schema } from '../../src/engine/compile/schema/schema-node.ts';

const ROOT = join(import.meta.dirname, '../..');
// A plan is written by mka and is no object of a repository; tests/plan checks its schema.
const FILES = readdirSync(join(ROOT, 'schemas')).filter((name) => name.endsWith('.json') && name !== 'plan.json');
const schemas = new Map(
  FILES.map((name) => [name, JSON.parse(readFileSync(join(ROOT, 'schemas', name), 'utf8')) as Schema]),
);

/** Every schema of a file with the place it stands at. */
function* parts(
  schema: Schema,
  file: string,
  place: string,
): Generator<readonly [place: string, schema: Schema, file: string]> {
  yield [place, schema, file];
  for (const [key, child] of Object.entries(schema.$defs ?? {})) yield* parts(child, file, `${place}/$defs/${key}`);
  for (const [key, child] of Object.entries(schema.properties ?? {})) yield* parts(child, file, `${place}.${key}`);
  for (const [key, child] of (schema.oneOf ?? []).entries()) yield* parts(child, file, `${place}|${key}`);
  if (schema.items) yield* parts(schema.items, file, `${place}[]`);
  if (typeof schema.additionalProperties === 'object') yield* parts(schema.additionalProperties, file, `${place}{}`);
}

const all = [...schemas]
  .filter(([name]) => name !== 'mka.json')
  .flatMap(([name, schema]) => [...parts(schema, name, name)]);
const places = all.filter(([place]) => !place.endsWith('.json'));

describe('the schemas', () => {
  it('are closed at every level: an object names its keys or says what any key holds', () => {
    const open = all.filter(([, schema]) => schema.type === 'object' && schema.additionalProperties === undefined);
    expect(open.map(([place]) => place)).toEqual([]);
    // `data` of a test is checked against the declared fields instead.
    expect(all.filter(([, schema]) => schema.additionalProperties === true).map(([place]) => place)).toEqual([
      'test.json/$defs/data',
    ]);
  });

  it('describe every place and give examples', () => {
    const bare = places.filter(([, schema, file]) => {
      const { description, examples } = follow(schema, file).schema;
      return !description || !examples || examples.length === 0;
    });
    expect(bare.map(([place]) => place)).toEqual([]);
  });

  it('give examples and defaults that are valid', () => {
    const ajv = new Ajv2020({
      strict: false,
      schemas: [...schemas].map(([name, schema]) => ({ ...schema, $id: name })),
    });
    const wrong = places.flatMap(([place, schema, file]) => {
      const found = follow(schema, file);
      const validate = ajv.compile({ ...rebase(schema, file) });
      const values = [
        ...(found.schema.examples ?? []),
        ...(found.schema.default === undefined ? [] : [found.schema.default]),
      ];
      // Lists of the test format are too long for an example; they are shown empty.
      return values
        .filter((value) => !JSON.stringify(value).includes('[]') && !validate(value))
        .map((value) => `${place}: ${JSON.stringify(value)}`);
    });
    expect(wrong).toEqual([]);
  });

  it('are what the generated files were made from (npm run generate)', async () => {
    for (const [path, text] of await generateSchemas()) {
      expect(readFileSync(join(ROOT, path), 'utf8') === text, `${path} is stale`).toBe(true);
    }
  });
});

/** A part of a file as a schema of its own: its references name the file. */
function rebase(schema: Schema, file: string): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', `"$ref":"${file}#/`)) as object;
}
