import { tests } from '@bufbuild/cel-spec/testdata/conformance.js';
import type { SerializedIncrementalTestSuite } from '@bufbuild/cel-spec/testdata/tests.js';
import type { Value } from '../../../src/engine/model/value.ts';
import { parseDuration, parseTimestamp } from '../../../src/engine/rules/time.ts';
import {
  BOOL,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  listOf,
  mapOf,
  NULL,
  STRING,
  TIMESTAMP,
  type Type,
} from '../../../src/engine/rules/types.ts';

/** A vector in terms of mka; `outside` says what of CEL it needs that mka does not have. */
export interface Vector {
  readonly name: string;
  readonly expr: string;
  readonly disableCheck: boolean;
  readonly roots: Readonly<Record<string, Type>>;
  readonly bindings: Readonly<Record<string, Value>>;
  /** The value, or 'error'. */
  readonly expected: { readonly value: Value } | 'error';
  readonly outside?: string;
}

type Json = Record<string, unknown>;

class Outside extends Error {}

/** All vectors of the suite. */
export function readVectors(): Vector[] {
  return collect(tests, '').map(({ name, original }) => vectorOf(name, original));
}

function collect(
  suite: SerializedIncrementalTestSuite,
  path: string,
): { name: string; original: Json & { expr: string } }[] {
  const own = (suite.tests ?? []).map(({ original }) => ({ name: `${path}/${String(original['name'])}`, original }));
  return [
    ...own,
    ...(suite.suites ?? []).flatMap((inner) => collect(inner, path === '' ? inner.name : `${path}/${inner.name}`)),
  ];
}

function vectorOf(name: string, original: Json & { expr: string }): Vector {
  const base = { name, expr: original.expr, disableCheck: original['disableCheck'] === true };
  try {
    const roots: Record<string, Type> = {};
    const bindings: Record<string, Value> = {};
    for (const declared of (original['typeEnv'] ?? []) as Json[]) {
      if (!('ident' in declared)) throw new Outside('functions declared by the vector');
      roots[plainName(String(declared['name']))] = typeOf((declared['ident'] as Json)['type'] as Json);
    }
    for (const [root, bound] of Object.entries((original['bindings'] ?? {}) as Json)) {
      bindings[plainName(root)] = readValue((bound as Json)['value'] as Json);
      roots[root] ??= DYN;
    }
    return { ...base, roots, bindings, expected: expectedOf(original) };
  } catch (error) {
    if (!(error instanceof Outside)) throw error;
    return { ...base, roots: {}, bindings: {}, expected: 'error', outside: error.message };
  }
}

function plainName(name: string): string {
  if (name.includes('.')) throw new Outside('names from the root scope');
  return name;
}

function expectedOf(original: Json): Vector['expected'] {
  const typed = original['typedResult'] as Json | undefined;
  if (typed && !('result' in typed)) throw new Outside('a deduced type alone, nothing to run');
  if ('unknown' in original || 'anyUnknowns' in original) throw new Outside('unknown values');
  if ('evalError' in original || 'anyEvalErrors' in original) return 'error';
  const value = (original['value'] ?? typed?.['result']) as Json | undefined;
  return { value: value === undefined ? true : readValue(value) };
}

function readValue(json: Json): Value {
  const [[kind, raw]] = Object.entries(json) as [[string, unknown]];
  if (kind === 'nullValue') return null;
  if (kind === 'boolValue' || kind === 'stringValue') return raw as Value;
  if (kind === 'doubleValue') return Number(raw);
  if (kind === 'int64Value') return integerOf(String(raw));
  if (kind === 'listValue') return (((raw as Json)['values'] ?? []) as Json[]).map(readValue);
  if (kind === 'mapValue') return Object.fromEntries((((raw as Json)['entries'] ?? []) as Json[]).map(entryOf));
  if (kind === 'objectValue') return objectOf(raw as Json);
  throw new Outside(OUTSIDE_KINDS[kind] ?? kind);
}

const OUTSIDE_KINDS: Readonly<Record<string, string>> = {
  uint64Value: 'uint',
  bytesValue: 'bytes',
  typeValue: 'type()',
  enumValue: 'protobuf messages',
};

function integerOf(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new Outside('integers beyond 2^53');
  return value;
}

function entryOf({ key, value }: Json): [string, Value] {
  const name = (key as Json)['stringValue'];
  if (typeof name !== 'string') throw new Outside('map keys other than strings');
  return [name, readValue(value as Json)];
}

function objectOf(raw: Json): Value {
  const text = raw['value'];
  const isTimestamp = raw['@type'] === 'type.googleapis.com/google.protobuf.Timestamp';
  const isDuration = raw['@type'] === 'type.googleapis.com/google.protobuf.Duration';
  const ms =
    typeof text !== 'string'
      ? undefined
      : isTimestamp
        ? parseTimestamp(text)
        : isDuration
          ? parseDuration(text)
          : undefined;
  if (ms === undefined)
    throw new Outside(isTimestamp || isDuration ? 'instants finer than a millisecond' : 'protobuf messages');
  return ms;
}

const PRIMITIVES: Readonly<Record<string, Type>> = { BOOL, INT64: INT, DOUBLE, STRING };

function typeOf(json: Json): Type {
  if ('primitive' in json)
    return PRIMITIVES[String(json['primitive'])] ?? outside(json['primitive'] === 'UINT64' ? 'uint' : 'bytes');
  if ('listType' in json) return listOf(typeOf((json['listType'] as Json)['elemType'] as Json));
  if ('mapType' in json) {
    const { keyType, valueType } = json['mapType'] as { keyType: Json; valueType: Json };
    if (keyType['primitive'] !== 'STRING') throw new Outside('map keys other than strings');
    return mapOf(typeOf(valueType));
  }
  if (json['wellKnown'] === 'TIMESTAMP') return TIMESTAMP;
  if (json['wellKnown'] === 'DURATION') return DURATION;
  if ('null' in json) return NULL;
  if ('dyn' in json) return DYN;
  return outside(
    'messageType' in json || 'wellKnown' in json || 'wrapper' in json
      ? 'protobuf messages'
      : 'types declared by the vector',
  );
}

function outside(reason: string): never {
  throw new Outside(reason);
}
