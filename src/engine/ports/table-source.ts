import type { ValueMap } from '../model/value.ts';

/**
 * Reads rows of a declared Source table by key.
 * Promises: `fetch` answers for every key asked, null where there is no row; values have the declared types
 * (a value that cannot be read as its type is null); it throws MkaError `source/unreachable` when the source cannot be read.
 */
export interface TableSourcePort {
  fetch(table: string, keys: readonly string[]): Promise<ReadonlyMap<string, ValueMap | null>>;
  check(table: string): Promise<void>;
  /**
   * Every row once, with its key, in no promised order; what cannot be read is left out as by `fetch`. A capability: a source
   * that can only be asked by key leaves it out, and audiences are then not counted.
   */
  scan?(table: string): AsyncIterable<readonly [key: string, row: ValueMap]>;
  close(): Promise<void>;
}
