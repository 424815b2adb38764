import type { Value, ValueMap } from '../../src/engine/model/value.ts';
import {
  BOOL,
  DOUBLE,
  DYN,
  INT,
  listOf,
  mapOf,
  STRING,
  structOf,
  TIMESTAMP,
  type TypeEnv,
} from '../../src/engine/rules/types.ts';
import type { Random } from './random.ts';

/** One expression in two spellings: mka's, and plain CEL's, where `x == null` is `!has(x)`. */
export interface Pair {
  readonly mka: string;
  readonly cel: string;
}

type Kind = 'bool' | 'int' | 'double' | 'string' | 'timestamp' | 'strings' | 'ints';

const FIELDS = {
  bool: ['b1', 'b2'],
  int: ['i1', 'i2', 'i3'],
  double: ['d1', 'd2'],
  string: ['s1', 's2', 's3'],
  timestamp: ['t1', 't2'],
  strings: ['l1'],
  ints: ['l2'],
} as const satisfies Record<Kind, readonly string[]>;

const TEXTS = ['', 'a', 'b', 'ab', 'abc', 'Zürich', '中文', '42', '-7', '1.5', 'true', 'x y'];
const ZONES = ['UTC', 'Asia/Shanghai', 'America/New_York', '+05:30', 'Europe/Berlin'];
const INSTANTS = [
  '2026-03-29T01:30:00Z',
  '2024-02-29T23:59:59.5Z',
  '1999-12-31T16:00:00Z',
  '2026-10-25T00:30:00+02:00',
];
const PATTERNS = ['^a', 'b$', '[0-9]+', '^(ab)+c?$', 'ü', '^$', 'a.c'];

/** The types of the fields that expressions are made of. */
export const ENV: TypeEnv = {
  roots: {
    event: structOf({
      data: structOf({
        b1: BOOL,
        b2: BOOL,
        i1: INT,
        i2: INT,
        i3: INT,
        d1: DOUBLE,
        d2: DOUBLE,
        s1: STRING,
        s2: STRING,
        s3: STRING,
        t1: TIMESTAMP,
        t2: TIMESTAMP,
        l1: listOf(STRING),
        l2: listOf(INT),
        m1: mapOf(INT),
        j1: DYN,
      }),
    }),
  },
};

/** Data for the fields; each is left out with the given chance. */
export function randomData(random: Random, absent: number): Record<string, Value> {
  const data: Record<string, Value> = {};
  for (const [kind, names] of Object.entries(FIELDS)) {
    for (const name of names) if (!random.chance(absent)) data[name] = randomValue(random, kind as Kind);
  }
  return data;
}

/** Data in which some fields have another type than declared, or are null. */
export function brokenData(random: Random): ValueMap {
  const data = randomData(random, 0.2);
  const junk: readonly Value[] = [null, 1.5, 2 ** 53, 'x', true, [], [1, 'a'], {}, { a: 1 }, Number.NaN, '2026-01-01'];
  for (const name of Object.keys(data)) if (random.chance(0.15)) data[name] = random.pick(junk);
  return data;
}

function randomValue(random: Random, kind: Kind): Value {
  switch (kind) {
    case 'bool':
      return random.chance(0.5);
    case 'int':
      return random.below(9) - 3;
    case 'double':
      return random.pick([0, 0.5, -1.25, 3, 2.5, 100.125]);
    case 'string':
      return random.pick(TEXTS);
    case 'timestamp':
      return random.pick(INSTANTS);
    case 'strings':
      return Array.from({ length: random.below(4) }, () => random.pick(TEXTS));
    case 'ints':
      return Array.from({ length: random.below(4) }, () => random.below(5) - 1);
  }
}

/** A condition with at most `depth` levels. */
export function randomCondition(random: Random, depth: number): Pair {
  return truth(new Scope(random), depth);
}

/** An expression of any type. */
export function randomExpression(random: Random, depth: number): Pair {
  const scope = new Scope(random);
  return random.pick([truth, truth, int, double, string, timestamp])(scope, depth);
}

class Scope {
  readonly random: Random;
  readonly texts: readonly string[];
  readonly numbers: readonly string[];
  constructor(random: Random, texts: readonly string[] = [], numbers: readonly string[] = []) {
    this.random = random;
    this.texts = texts;
    this.numbers = numbers;
  }
}

const same = (text: string): Pair => ({ mka: text, cel: text });

/** Puts pairs into the holes of a template. */
function write(strings: TemplateStringsArray, ...parts: readonly (Pair | string)[]): Pair {
  const join = (side: 'mka' | 'cel'): string =>
    strings.reduce((text, piece, at) => {
      const part = parts[at - 1];
      return text + (typeof part === 'object' ? part[side] : (part ?? '')) + piece;
    });
  return { mka: join('mka'), cel: join('cel') };
}

function field(scope: Scope, kind: Kind): Pair {
  return same(`event.data.${scope.random.pick(FIELDS[kind])}`);
}

function truth(scope: Scope, depth: number): Pair {
  const { random } = scope;
  if (depth <= 0) return random.pick([() => field(scope, 'bool'), () => comparison(scope, 0), () => absence(scope)])();
  return random.pick([
    () => write`(${truth(scope, depth - 1)} && ${truth(scope, depth - 1)})`,
    () => write`(${truth(scope, depth - 1)} || ${truth(scope, depth - 1)} || ${truth(scope, 0)})`,
    () => write`!(${truth(scope, depth - 1)})`,
    () => write`(${truth(scope, depth - 1)} ? ${truth(scope, depth - 1)} : ${truth(scope, depth - 1)})`,
    () => write`(${truth(scope, depth - 1)} ${random.pick(['==', '!=', '<', '>='])} ${truth(scope, depth - 1)})`,
    () => comparison(scope, depth - 1),
    () => comparison(scope, depth - 1),
    () => comparison(scope, 0),
    () => membership(scope, depth - 1),
    () => textTest(scope, depth - 1),
    () => quantified(scope, depth - 1),
    () => absence(scope),
  ])();
}

function absence({ random }: Scope): Pair {
  const name = `event.data.${random.pick(Object.values(FIELDS).flat())}`;
  return random.pick([
    { mka: `(${name} == null)`, cel: `!has(${name})` },
    { mka: `(${name} != null)`, cel: `has(${name})` },
    same(`has(${name})`),
  ]);
}

function comparison(scope: Scope, depth: number): Pair {
  const { random } = scope;
  const op = random.pick(['==', '!=', '<', '<=', '>', '>=']);
  return random.pick([
    () => write`(${int(scope, depth)} ${op} ${int(scope, depth)})`,
    () => write`(${field(scope, 'int')} ${op} ${String(random.below(7) - 2)})`,
    () => write`(${double(scope, depth)} ${op} ${double(scope, depth)})`,
    () => write`(dyn(${int(scope, depth)}) ${op} dyn(${double(scope, depth)}))`,
    () => write`(${string(scope, depth)} ${op} ${string(scope, depth)})`,
    () => write`(${field(scope, 'string')} ${op} ${JSON.stringify(random.pick(TEXTS))})`,
    () => write`(${timestamp(scope, depth)} ${op} ${timestamp(scope, depth)})`,
    () => write`(${field(scope, 'strings')} ${random.pick(['==', '!='])} ${strings(scope, depth)})`,
  ])();
}

function membership(scope: Scope, depth: number): Pair {
  const { random } = scope;
  return random.pick([
    () => write`(${string(scope, depth)} in ${strings(scope, depth)})`,
    () => write`(${field(scope, 'string')} in ${textList(random)})`,
    () => write`(${int(scope, depth)} in ${ints(scope, depth)})`,
    () =>
      write`(${field(scope, 'int')} in ${same(`[${Array.from({ length: 12 }, (_, at) => at * 2 - 5).join(', ')}]`)})`,
  ])();
}

function textTest(scope: Scope, depth: number): Pair {
  const { random } = scope;
  if (random.chance(0.3)) return write`${string(scope, depth)}.matches(${JSON.stringify(random.pick(PATTERNS))})`;
  const name = random.pick(['startsWith', 'endsWith', 'contains']);
  return random.chance(0.5)
    ? write`${field(scope, 'string')}.${name}(${JSON.stringify(random.pick(TEXTS))})`
    : write`${string(scope, depth)}.${name}(${string(scope, 0)})`;
}

function quantified(scope: Scope, depth: number): Pair {
  const { random } = scope;
  const name = random.pick(['all', 'exists', 'exists_one']);
  const variable = `v${scope.texts.length + scope.numbers.length}`;
  if (scope.texts.length + scope.numbers.length >= 2) return comparison(scope, 0);
  const [list, inner] = random.chance(0.5)
    ? [strings(scope, 0), new Scope(random, [...scope.texts, variable], scope.numbers)]
    : [ints(scope, 0), new Scope(random, scope.texts, [...scope.numbers, variable])];
  return write`${list}.${name}(${variable}, ${truth(inner, Math.min(depth, 1))})`;
}

function int(scope: Scope, depth: number): Pair {
  const { random } = scope;
  if (depth <= 0) {
    const options = [() => field(scope, 'int'), () => same(String(random.below(7) - 2)), () => field(scope, 'int')];
    return scope.numbers.length > 0 && random.chance(0.6) ? same(random.pick(scope.numbers)) : random.pick(options)();
  }
  return random.pick([
    () => write`(${int(scope, depth - 1)} ${random.pick(['+', '-'])} ${int(scope, depth - 1)})`,
    () => write`(${int(scope, 0)} * ${int(scope, 0)})`,
    () => write`(${int(scope, depth - 1)} ${random.pick(['/', '%'])} ${int(scope, depth - 1)})`,
    () => write`-(${int(scope, depth - 1)})`,
    () => write`size(${string(scope, depth - 1)})`,
    () => write`${strings(scope, depth - 1)}.size()`,
    // Neither empty nor with a blank: the second implementation reads those as BigInt() does, CEL as an error.
    () => write`int(${string(scope, 0)} + ${JSON.stringify(random.pick(['0', '7', 'x', '.5']))})`,
    () => write`int(${double(scope, 0)})`,
    () => write`${ints(scope, depth - 1)}[${int(scope, 0)}]`,
    () => write`${timestamp(scope, 0)}.${random.pick(GETTERS)}()`,
    () => write`${timestamp(scope, 0)}.${random.pick(GETTERS)}(${JSON.stringify(random.pick(ZONES))})`,
    () => write`int(${timestamp(scope, 0)})`,
    () =>
      write`(${timestamp(scope, 0)} - ${timestamp(scope, 0)}).${random.pick(['getHours', 'getMinutes', 'getSeconds'])}()`,
    () => write`(${truth(scope, depth - 1)} ? ${int(scope, depth - 1)} : ${int(scope, depth - 1)})`,
  ])();
}

const GETTERS = [
  'getFullYear',
  'getMonth',
  'getDayOfYear',
  'getDayOfMonth',
  'getDate',
  'getDayOfWeek',
  'getHours',
  'getMinutes',
  'getSeconds',
  'getMilliseconds',
];

function double(scope: Scope, depth: number): Pair {
  const { random } = scope;
  if (depth <= 0)
    return random.chance(0.6) ? field(scope, 'double') : same(random.pick(['0.0', '1.5', '-2.25', '1e3']));
  return random.pick([
    () => write`(${double(scope, depth - 1)} ${random.pick(['+', '-', '*', '/'])} ${double(scope, depth - 1)})`,
    () => write`-(${double(scope, depth - 1)})`,
    () => write`double(${int(scope, depth - 1)})`,
    () => write`(${truth(scope, depth - 1)} ? ${double(scope, depth - 1)} : ${double(scope, 0)})`,
  ])();
}

function string(scope: Scope, depth: number): Pair {
  const { random } = scope;
  if (depth <= 0) {
    if (scope.texts.length > 0 && random.chance(0.6)) return same(random.pick(scope.texts));
    return random.chance(0.6) ? field(scope, 'string') : same(JSON.stringify(random.pick(TEXTS)));
  }
  return random.pick([
    () => write`(${string(scope, depth - 1)} + ${string(scope, depth - 1)})`,
    () => write`string(${int(scope, depth - 1)})`,
    () => write`string(${truth(scope, 0)})`,
    () => write`${strings(scope, depth - 1)}[${String(random.below(3))}]`,
    () => write`(${truth(scope, depth - 1)} ? ${string(scope, depth - 1)} : ${string(scope, 0)})`,
  ])();
}

function timestamp(scope: Scope, depth: number): Pair {
  const { random } = scope;
  if (depth <= 0) {
    return random.chance(0.6) ? field(scope, 'timestamp') : write`timestamp(${JSON.stringify(random.pick(INSTANTS))})`;
  }
  const span = random.pick(['duration("90s")', 'duration("-36h")', 'duration("1.5s")']);
  return write`(${timestamp(scope, depth - 1)} ${random.pick(['+', '-'])} ${span})`;
}

function strings(scope: Scope, depth: number): Pair {
  const { random } = scope;
  if (depth <= 0) return random.chance(0.6) ? field(scope, 'strings') : same(textList(random));
  return random.pick([
    () => write`(${strings(scope, depth - 1)} + ${strings(scope, 0)})`,
    () =>
      write`${strings(scope, 0)}.filter(w, w ${random.pick(['!=', '<', '>'])} ${JSON.stringify(random.pick(TEXTS))})`,
    () => write`${ints(scope, 0)}.map(w, string(w))`,
  ])();
}

function ints(scope: Scope, depth: number): Pair {
  const { random } = scope;
  if (depth <= 0) return random.chance(0.6) ? field(scope, 'ints') : same('[3, 1, 2]');
  return random.pick([
    () => write`${ints(scope, depth - 1)}.map(w, w ${random.pick(['+', '*', '/'])} ${String(random.below(3))})`,
    () => write`${ints(scope, 0)}.map(w, w > ${String(random.below(3))}, w - 1)`,
  ])();
}

function textList(random: Random): string {
  return JSON.stringify(Array.from({ length: 1 + random.below(3) }, () => random.pick(TEXTS)));
}
