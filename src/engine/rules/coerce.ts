import type { Value } from '../model/value.ts';
import { isObject, type Outcome } from './operations.ts';
import { inDurationRange, inTimestampRange, parseDuration, parseTimestamp } from './time.ts';
import type { Type } from './types.ts';

/**
 * A raw value as the declared type: null when absent, undefined (an error) when it has another run-time type (R0).
 * Timestamps and durations become milliseconds. A list is looked at item by item; the values of a map and the fields
 * of an object when they are read.
 */
export function coerce(type: Type, raw: unknown): Outcome {
  if (raw === undefined || raw === null) return null;
  switch (type.kind) {
    case 'bool':
      return typeof raw === 'boolean' ? raw : undefined;
    case 'int':
      return Number.isSafeInteger(raw) ? (raw as number) : undefined;
    case 'double':
      return typeof raw === 'number' && !Number.isNaN(raw) ? raw : undefined;
    case 'string':
      return typeof raw === 'string' ? raw : undefined;
    case 'timestamp':
      return typeof raw === 'string'
        ? parseTimestamp(raw)
        : typeof raw === 'number'
          ? inTimestampRange(raw)
          : undefined;
    case 'duration':
      return typeof raw === 'string' ? parseDuration(raw) : typeof raw === 'number' ? inDurationRange(raw) : undefined;
    case 'list':
      return Array.isArray(raw) ? coerceItems(type.element, raw) : undefined;
    case 'map':
    case 'struct':
      return isObject(raw) ? raw : undefined;
    case 'dyn':
      return raw as Value;
    case 'null':
      return undefined;
  }
}

/** The list itself where nothing has to change, a new one where items are at rest in another form, undefined for a wrong item. */
function coerceItems(element: Type, raw: readonly unknown[]): Outcome {
  if (element.kind === 'dyn') return raw as readonly Value[];
  let copy: Value[] | undefined;
  for (const [at, item] of raw.entries()) {
    const value = coerce(element, item);
    if (value === undefined) return undefined;
    if (value !== item) copy ??= raw.slice() as Value[];
    if (copy) copy[at] = value;
  }
  return copy ?? (raw as readonly Value[]);
}
