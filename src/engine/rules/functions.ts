import type { Operation } from './operations.ts';
import type { Type } from './types.ts';
import { BOOL, DOUBLE, DURATION, DYN, fitsDyn, INT, STRING, TIMESTAMP } from './types.ts';

/** What an argument may be: a kind of type, `any` for plain JSON. */
export type Parameter = 'bool' | 'int' | 'double' | 'string' | 'timestamp' | 'duration' | 'sized' | 'any' | 'scalar';

/** One way to call a function: its parameters (the receiver first) and what runs for it. */
export interface Overload {
  readonly parameters: readonly Parameter[];
  readonly result: Type;
  readonly run: Operation;
}

/** A function of the supported subset. `style` says how it may be written: `f(x)`, `x.f()`, or both. */
export interface FunctionSpec {
  readonly style: 'global' | 'receiver' | 'both';
  readonly overloads: readonly Overload[];
}

const overload = (parameters: readonly Parameter[], result: Type, run: Operation): Overload => ({
  parameters,
  result,
  run,
});
const global = (...overloads: Overload[]): FunctionSpec => ({ style: 'global', overloads });
const receiver = (...overloads: Overload[]): FunctionSpec => ({ style: 'receiver', overloads });
const part = (run: Operation): Overload[] => [
  overload(['timestamp'], INT, run),
  overload(['timestamp', 'string'], INT, run),
];

/** Every function by name, apart from the macros, `has`, `matches`, `segment` and `metric`, which have rules of their own. */
export const FUNCTIONS: ReadonlyMap<string, FunctionSpec> = new Map([
  ['size', { style: 'both', overloads: [overload(['sized'], INT, 'size')] }],
  ['startsWith', receiver(overload(['string', 'string'], BOOL, 'startsWith'))],
  ['endsWith', receiver(overload(['string', 'string'], BOOL, 'endsWith'))],
  ['contains', receiver(overload(['string', 'string'], BOOL, 'contains'))],
  ['bool', global(overload(['bool'], BOOL, 'toBool'), overload(['string'], BOOL, 'toBool'))],
  ['int', global(overload(['scalar'], INT, 'toInt'), overload(['timestamp'], INT, 'timestampToInt'))],
  ['double', global(overload(['scalar'], DOUBLE, 'toDouble'))],
  [
    'string',
    global(
      overload(['scalar'], STRING, 'toText'),
      overload(['bool'], STRING, 'toText'),
      overload(['timestamp'], STRING, 'timestampToText'),
      overload(['duration'], STRING, 'durationToText'),
    ),
  ],
  [
    'timestamp',
    global(
      overload(['timestamp'], TIMESTAMP, 'present'),
      overload(['string'], TIMESTAMP, 'toTimestamp'),
      overload(['int'], TIMESTAMP, 'toTimestamp'),
    ),
  ],
  ['duration', global(overload(['duration'], DURATION, 'present'), overload(['string'], DURATION, 'toDuration'))],
  ['dyn', global(overload(['any'], DYN, 'same'))],
  ['getFullYear', receiver(...part('getFullYear'))],
  ['getMonth', receiver(...part('getMonth'))],
  ['getDayOfYear', receiver(...part('getDayOfYear'))],
  ['getDayOfMonth', receiver(...part('getDayOfMonth'))],
  ['getDate', receiver(...part('getDate'))],
  ['getDayOfWeek', receiver(...part('getDayOfWeek'))],
  ['getHours', receiver(...part('getHours'), overload(['duration'], INT, 'durationHours'))],
  ['getMinutes', receiver(...part('getMinutes'), overload(['duration'], INT, 'durationMinutes'))],
  ['getSeconds', receiver(...part('getSeconds'), overload(['duration'], INT, 'durationSeconds'))],
  ['getMilliseconds', receiver(...part('getMilliseconds'), overload(['duration'], INT, 'durationMilliseconds'))],
]);

/** True when a value of this type may be given for the parameter; what is `dyn` is looked at again at run time. */
export function accepts(parameter: Parameter, type: Type): boolean {
  if (parameter === 'any') return fitsDyn(type);
  if (parameter === 'timestamp' || parameter === 'duration') return type.kind === parameter;
  if (type.kind === 'dyn') return true;
  if (parameter === 'scalar') return type.kind === 'int' || type.kind === 'double' || type.kind === 'string';
  if (parameter === 'sized') return type.kind === 'string' || type.kind === 'list' || type.kind === 'map';
  return type.kind === parameter;
}
