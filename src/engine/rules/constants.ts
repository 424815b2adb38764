import type { Expr } from './expr.ts';
import { inTimestampRange, parseDuration, parseTimestamp } from './time.ts';
import type { Type } from './types.ts';
import { BOOL, DOUBLE, DURATION, INT, STRING, TIMESTAMP } from './types.ts';

/** A value known before anything runs; a timestamp or duration is its milliseconds. Never null. */
export interface Constant {
  readonly value: boolean | number | string;
  readonly type: Type;
}

const LITERAL_TYPES = { bool: BOOL, int: INT, double: DOUBLE, string: STRING } as const;

/** The constant an expression stands for: a literal, `timestamp("…")`, `duration("…")`; undefined for anything else. */
export function constantOf(expr: Expr): Constant | undefined {
  if (expr.kind === 'literal') {
    return expr.type === 'null' ? undefined : { value: expr.value, type: LITERAL_TYPES[expr.type] };
  }
  const argument = expr.kind === 'call' && !expr.target && expr.args.length === 1 ? expr.args[0] : undefined;
  if (expr.kind !== 'call' || argument?.kind !== 'literal') return undefined;
  if (expr.name === 'timestamp') return timed(literalTimestamp(argument.value), TIMESTAMP);
  if (expr.name === 'duration' && typeof argument.value === 'string')
    return timed(parseDuration(argument.value), DURATION);
  return undefined;
}

/** The text of a string literal, else undefined. */
export function stringLiteral(expr: Expr): string | undefined {
  return expr.kind === 'literal' && expr.type === 'string' ? expr.value : undefined;
}

function literalTimestamp(value: boolean | number | string | null): number | undefined {
  if (typeof value === 'string') return parseTimestamp(value);
  return typeof value === 'number' ? inTimestampRange(value * 1000) : undefined;
}

function timed(ms: number | undefined, type: Type): Constant | undefined {
  return ms === undefined ? undefined : { value: ms, type };
}
