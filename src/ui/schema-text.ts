import type { SchemaDescription, UnknownPlace } from '../engine/index.ts';
import { columns } from './columns.ts';

/** A place of the schemas for people: description, type, default, examples as YAML, keys. */
export function schemaText({ path, type, description, examples, alternatives, ...rest }: SchemaDescription): string {
  const facts = [
    ['type:', type],
    ...('default' in rest ? [['default:', inline(rest.default)]] : []),
    ...examples.map((example, index) => [index === 0 ? 'examples:' : '', inline(example)]),
  ];
  const keys = alternatives.map(
    ({ when, keys }) => `\nkeys${when === undefined ? '' : ` with ${when}`}:\n${keyRows(keys)}`,
  );
  return `${path}\n${description}\n\n${columns(facts)}${keys.join('')}`;
}

function keyRows(keys: SchemaDescription['alternatives'][number]['keys']): string {
  return columns(
    keys.map((key) => [
      `  ${key.name}`,
      key.isRequired ? 'required' : 'default' in key ? `default ${inline(key.default)}` : '',
      key.description,
    ]),
  );
}

/** What to try instead. */
export function unknownPlaceHint({ near, known }: UnknownPlace): string {
  if (near !== undefined) return `did you mean \`${near}\`?`;
  return known.length === 0 ? 'nothing stands below it' : `known there: ${known.join(', ')}`;
}

/** A value as one line of YAML. */
function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([key, item]) => `${key}: ${inline(item)}`)
      .join(', ')}}`;
  }
  if (typeof value !== 'string') return JSON.stringify(value);
  return /^[A-Za-z][\w./-]*(?: [\w./()=<>-]+)*$/.test(value) ? value : JSON.stringify(value);
}
