/**
 * A value of an event field, a profile field or an expression. Absent and null are one value (R0).
 * Integers are whole numbers within ±(2^53 − 1); timestamps at rest are RFC 3339 text.
 */
export type Value = null | boolean | number | string | readonly Value[] | ValueMap;

export interface ValueMap {
  readonly [name: string]: Value | undefined;
}
