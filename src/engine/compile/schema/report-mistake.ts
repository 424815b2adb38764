import type { Findings } from '../findings.ts';
import { alternatives, nearest } from '../suggest.ts';
import type { Path, YamlFile } from '../yaml/yaml-file.ts';
import type { Kind } from './kinds.ts';
import type { Mistake } from './mistake.ts';
import {
  branchesOf,
  childOf,
  chooseAmong,
  chooseBranch,
  choosingKey,
  constantKey,
  isRecord,
  type Schema,
  type SchemaNode,
  schemaAt,
} from './schema-node.ts';
import { isFutureKey, isFutureStep } from './unsupported.ts';

/** Says one mistake in the words of the schema it breaks, at the key or value that has to change. */
export function reportMistake(file: YamlFile, kind: Kind, mistake: Mistake, findings: Findings): void {
  new Report(file, kind, findings).report(mistake);
}

/** `campaign.spec.steps` for a path into a campaign; indexes and free names are left out. */
export function schemaPlace(kind: string, value: unknown, path: Path): string {
  const parts = [kind.toLowerCase()];
  let node = schemaAt(kind, value, []);
  let current = value;
  for (const part of path) {
    const chosen: SchemaNode | undefined = node && (node.schema.oneOf ? chooseBranch(node, current) : node);
    if (typeof part === 'string' && Object.hasOwn(chosen?.schema.properties ?? {}, part)) parts.push(part);
    node = node && childOf(node, part, current);
    current =
      isRecord(current) || Array.isArray(current) ? (current as Record<string | number, unknown>)[part] : undefined;
  }
  return parts.join('.');
}

/** The command that shows the schema at a place. */
export function docsCommand(place: string): string {
  return `mka schema show ${place.replace('.spec.', '.')}`;
}

class Report {
  readonly #file: YamlFile;
  readonly #kind: Kind;
  readonly #findings: Findings;

  constructor(file: YamlFile, kind: Kind, findings: Findings) {
    this.#file = file;
    this.#kind = kind;
    this.#findings = findings;
  }

  report(mistake: Mistake): void {
    const node = schemaAt(this.#kind, this.#file.value, mistake.path);
    const value = valueAt(this.#file.value, mistake.path);
    if (mistake.propertyName !== undefined) return this.#badKey(mistake, node);
    switch (mistake.keyword) {
      case 'additionalProperties':
        return this.#unknownKey(mistake.path, String(mistake.params['additionalProperty']), node, value);
      case 'required':
        return this.#missingKey(mistake.path, String(mistake.params['missingProperty']), node, value);
      case 'not':
        return this.#noChoice(mistake.path, node, value);
      case 'enum':
      case 'const':
        return this.#badValue(mistake.path, node, value);
      case 'type':
        return this.#badType(mistake.path, node, value);
      case 'pattern':
        return this.#badFormat(mistake.path, node, value);
      default:
        return this.#badRange(mistake, value);
    }
  }

  #unknownKey(path: Path, key: string, node: SchemaNode | undefined, value: unknown): void {
    const at = this.#file.keyRangeAt([...path, key]);
    const place = schemaPlace(this.#kind, this.#file.value, path);
    if (isFutureKey(place, key)) {
      return this.#findings.add('unsupported/key', at, `\`${key}\` is not built yet`, {
        hint: 'see docs/status.md',
      });
    }
    const branches = node ? branchesOf(node) : [];
    const rivals = branches.map((branch) => choosingKey(branch, branches)).filter((name) => name !== undefined);
    const chosen = node?.schema.oneOf ? chooseAmong(branches, value) : node;
    const docs = docsCommand(place);
    if (rivals.includes(key)) {
      const taken = chosen ? choosingKey(chosen, branches) : undefined;
      return this.#findings.add(
        'schema/two-choices',
        at,
        `${nameOf(path, this.#kind)} has \`${taken}\` and \`${key}\`; only one of them can stand here`,
        { docs },
      );
    }
    const known = Object.keys(chosen?.schema.properties ?? {});
    const near = nearest(key, known);
    const use = near
      ? `did you mean \`${near}\`?`
      : known.length === 0
        ? 'nothing may stand here'
        : `use ${alternatives(known.slice(0, 12))}`;
    this.#findings.add('schema/unknown-key', at, `\`${key}\` is not a key of ${nameOf(path, this.#kind)}; ${use}`, {
      docs,
    });
  }

  #missingKey(path: Path, key: string, node: SchemaNode | undefined, value: unknown): void {
    const chosen = node?.schema.oneOf ? chooseBranch(node, value) : node;
    const known = new Set(Object.keys(chosen?.schema.properties ?? {}));
    // Misspelt, and reported as an unknown key already.
    if (isRecord(value) && Object.keys(value).some((other) => !known.has(other) && nearest(other, [key]) === key))
      return;
    const at = path.length === 0 ? this.#file.rangeAt([]) : this.#file.keyRangeAt(path);
    const property = chosen && childOf(chosen, key, undefined);
    const place = schemaPlace(this.#kind, this.#file.value, path);
    this.#findings.add('schema/missing-key', at, `${nameOf(path, this.#kind)} needs \`${key}\``, {
      hint: property && example(key, property.schema),
      docs: docsCommand(place),
    });
  }

  #noChoice(path: Path, node: SchemaNode | undefined, value: unknown): void {
    const branches = node ? branchesOf(node) : [];
    const docs = docsCommand(schemaPlace(this.#kind, this.#file.value, path));
    if (node?.schema['x-secret'] && !isRecord(value)) {
      return this.#findings.add(
        'schema/secret-literal',
        this.#file.rangeAt(path),
        `${nameOf(path, this.#kind)} is a secret and stands here in clear text`,
        {
          hint: 'write {fromEnv: NAME} or {fromFile: PATH}, and change the secret if this was ever committed',
          docs,
        },
      );
    }
    if (!isRecord(value)) return this.#badType(path, node, value);
    const tag = branches[0] && constantKey(branches[0].schema);
    if (tag !== undefined) return this.#noTag(path, tag, branches, value, docs);
    const choices = branches.map((branch) => choosingKey(branch, branches)).filter((name) => name !== undefined);
    const known = new Set(branches.flatMap(({ schema }) => Object.keys(schema.properties ?? {})));
    const unknown = Object.keys(value).find((key) => !known.has(key));
    if (unknown === undefined) {
      const at = this.#file.keyRangeAt(path);
      return this.#findings.add(
        'schema/choice',
        at,
        `${nameOf(path, this.#kind)} needs one of ${alternatives(choices)}`,
        { docs },
      );
    }
    const at = this.#file.keyRangeAt([...path, unknown]);
    const place = schemaPlace(this.#kind, this.#file.value, path);
    if (place === 'campaign.spec.steps' && isFutureStep(unknown)) {
      return this.#findings.add('unsupported/step', at, `the step \`${unknown}\` is not built yet`, {
        hint: 'see docs/status.md',
      });
    }
    if (isFutureKey(place, unknown)) {
      return this.#findings.add('unsupported/key', at, `\`${unknown}\` is not built yet`, {
        hint: 'see docs/status.md',
      });
    }
    const near = nearest(unknown, known);
    const use = near ? `did you mean \`${near}\`?` : `use ${alternatives(choices)}`;
    this.#findings.add('schema/unknown-key', at, `\`${unknown}\` is not a key of ${nameOf(path, this.#kind)}; ${use}`, {
      docs,
    });
  }

  #noTag(
    path: Path,
    tag: string,
    branches: readonly SchemaNode[],
    value: Readonly<Record<string, unknown>>,
    docs: string,
  ): void {
    const choices = branches.map(({ schema }) => String(schema.properties?.[tag]?.const));
    if (!Object.hasOwn(value, tag)) {
      const at = path.length === 0 ? this.#file.rangeAt([]) : this.#file.keyRangeAt(path);
      return this.#findings.add(
        'schema/missing-key',
        at,
        `${nameOf(path, this.#kind)} needs \`${tag}\`: ${alternatives(choices)}`,
        { docs },
      );
    }
    this.#notOneOf([...path, tag], value[tag], choices, docs);
  }

  #badValue(path: Path, node: SchemaNode | undefined, value: unknown): void {
    const chosen = node?.schema.oneOf ? chooseBranch(node, value) : node;
    const choices = chosen?.schema.enum ?? (chosen?.schema.const === undefined ? [] : [chosen.schema.const]);
    this.#notOneOf(path, value, choices.map(String), docsCommand(schemaPlace(this.#kind, this.#file.value, path)));
  }

  #notOneOf(path: Path, value: unknown, choices: readonly string[], docs: string): void {
    const near = typeof value === 'string' ? nearest(value, choices) : undefined;
    const use = near ? `did you mean \`${near}\`?` : `use ${alternatives(choices)}`;
    this.#findings.add(
      'schema/value',
      this.#file.rangeAt(path),
      `${nameOf(path, this.#kind)} cannot be ${shown(value)}; ${use}`,
      { docs },
    );
  }

  #badType(path: Path, node: SchemaNode | undefined, value: unknown): void {
    const wanted = wantedType(node);
    const quote = wanted === 'text' && typeof value === 'number' ? `write "${value}"` : undefined;
    const is = value === null || value === undefined ? 'is empty' : `is ${typeWord(value)}`;
    const at = value === null ? this.#file.keyRangeAt(path) : this.#file.rangeAt(path);
    this.#findings.add('schema/type', at, `${nameOf(path, this.#kind)} ${is}; ${wanted} is wanted here`, {
      hint: quote,
      docs: docsCommand(schemaPlace(this.#kind, this.#file.value, path)),
    });
  }

  #badFormat(path: Path, node: SchemaNode | undefined, value: unknown): void {
    const chosen = node?.schema.oneOf ? chooseBranch(node, value) : node;
    const wanted = chosen?.schema['x-expected'] ?? 'text of the right form';
    this.#findings.add('schema/format', this.#file.rangeAt(path), `${shown(value)} is not ${wanted}`, {
      docs: docsCommand(schemaPlace(this.#kind, this.#file.value, path)),
    });
  }

  #badKey(mistake: Mistake, node: SchemaNode | undefined): void {
    const name = mistake.propertyName ?? '';
    const chosen = node?.schema.oneOf ? chooseBranch(node, valueAt(this.#file.value, mistake.path)) : node;
    const names = chosen?.schema.propertyNames;
    const wanted = (names && childOf({ schema: { items: names }, file: chosen.file }, 0, undefined))?.schema[
      'x-expected'
    ];
    this.#findings.add(
      'schema/format',
      this.#file.keyRangeAt([...mistake.path, name]),
      `${shown(name)} is not ${wanted ?? 'a name'}`,
      {
        docs: docsCommand(schemaPlace(this.#kind, this.#file.value, mistake.path)),
      },
    );
  }

  #badRange(mistake: Mistake, value: unknown): void {
    const given = mistake.params['limit'];
    const limit = typeof given === 'number' ? String(given) : '';
    const words: Readonly<Record<string, string>> = {
      minimum: `is less than ${limit}`,
      maximum: `is more than ${limit}`,
      minLength: 'is empty',
      maxLength: `is longer than ${limit} characters`,
      minItems: `needs at least ${limit} item${limit === '1' ? '' : 's'}`,
      maxItems: `has more than ${limit} items`,
      minProperties: `needs at least ${limit} key`,
      maxProperties: 'takes no keys',
    };
    const isNumber = typeof value === 'number';
    const said = words[mistake.keyword] ?? `breaks the rule ${mistake.keyword}`;
    const at =
      isNumber || typeof value === 'string' ? this.#file.rangeAt(mistake.path) : this.#file.keyRangeAt(mistake.path);
    this.#findings.add('schema/range', at, `${nameOf(mistake.path, this.#kind)} ${said}`, {
      docs: docsCommand(schemaPlace(this.#kind, this.#file.value, mistake.path)),
    });
  }
}

function valueAt(value: unknown, path: Path): unknown {
  let current = value;
  for (const part of path) {
    current =
      isRecord(current) || Array.isArray(current) ? (current as Record<string | number, unknown>)[part] : undefined;
  }
  return current;
}

/** What a path is called: its key, an item of its list, or the object itself. */
function nameOf(path: Path, kind: Kind): string {
  const last = path.at(-1);
  if (last === undefined) return `a ${kind}`;
  if (typeof last === 'string') return `\`${last}\``;
  const list = path.findLast((part) => typeof part === 'string');
  if (list === 'steps') return 'a step';
  return `an item of \`${list}\``;
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return `\`${text.length > 60 ? `${text.slice(0, 60)}…` : text}\``;
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  object: 'an object',
  array: 'a list',
  string: 'text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
};

function wantedType(node: SchemaNode | undefined): string {
  if (node === undefined) return 'something else';
  const types = node.schema.oneOf ? branchesOf(node).map(({ schema }) => typeOf(schema)) : [typeOf(node.schema)];
  const words = [...new Set(types)].map((type) => TYPE_WORDS[type] ?? type);
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

function typeOf(schema: Schema): string {
  return schema.type ?? typeof (schema.const ?? schema.enum?.[0]);
}

function typeWord(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return TYPE_WORDS[typeof value] ?? 'something else';
}

function example(key: string, schema: Schema): string | undefined {
  const [first] = schema.examples ?? [];
  return first === undefined ? undefined : `such as ${key}: ${flow(first)}`;
}

/** A value as one line of YAML. */
function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (isRecord(value))
    return `{${Object.entries(value)
      .map(([key, item]) => `${key}: ${flow(item)}`)
      .join(', ')}}`;
  if (typeof value === 'string') return /^[A-Za-z][\w ./-]*$/.test(value) ? value : JSON.stringify(value);
  return JSON.stringify(value);
}
