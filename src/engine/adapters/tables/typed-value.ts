import type { FieldType } from '../../model/field.ts';
import type { Value } from '../../model/value.ts';

/** A cell as a database or a file holds it. */
export type Cell = string | number | bigint | Uint8Array | null;

const INT = /^[+-]?\d{1,17}$/;
const DOUBLE = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;
/** RFC 3339 §5.6; a leap second is not an instant of ours. */
const TIMESTAMP = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;

/** Reads a cell as its declared type; null for an empty cell and for one that cannot be read so. */
export function typedValue(cell: Cell, type: FieldType): Value {
  if (cell === null || cell instanceof Uint8Array) return null;
  switch (type) {
    case 'string':
      return String(cell);
    case 'int':
      return intOf(cell);
    case 'double':
      return doubleOf(cell);
    case 'bool':
      return boolOf(String(cell));
    case 'timestamp':
      return typeof cell === 'string' && isTimestamp(cell) ? cell : null;
    case 'json':
      return parse(cell);
    case 'list<string>':
      return listOf(cell, (item) => typeof item === 'string');
    case 'list<int>':
      return listOf(cell, (item) => Number.isSafeInteger(item));
  }
}

function intOf(cell: string | number | bigint): number | null {
  const value = typeof cell === 'string' && !INT.test(cell) ? Number.NaN : Number(cell);
  return Number.isSafeInteger(value) ? value + 0 : null;
}

function doubleOf(cell: string | number | bigint): number | null {
  const value = typeof cell === 'string' && !DOUBLE.test(cell) ? Number.NaN : Number(cell);
  return Number.isFinite(value) ? value : null;
}

function boolOf(cell: string): boolean | null {
  if (cell === '1' || cell.toLowerCase() === 'true') return true;
  return cell === '0' || cell.toLowerCase() === 'false' ? false : null;
}

function isTimestamp(text: string): boolean {
  return TIMESTAMP.test(text) && !Number.isNaN(Date.parse(text.toUpperCase()));
}

function listOf(cell: string | number | bigint, fits: (item: Value) => boolean): Value {
  const list = parse(cell);
  return Array.isArray(list) && list.every(fits) ? list : null;
}

function parse(cell: string | number | bigint): Value {
  if (typeof cell !== 'string') return Number(cell);
  try {
    return JSON.parse(cell) as Value;
  } catch {
    return null;
  }
}
