import type { ValueMap } from '../../model/value.ts';

/** What could not be read of a table. */
export interface TableFaults {
  readonly rows: number;
  readonly count: number;
  /** The first thousand by line; `code` is bad-quotes, too-long, bad-utf8, wrong-width, no-key, duplicate-key, bad-value. */
  readonly first: readonly { readonly line: number; readonly code: string; readonly field: string | null }[];
}

/** One table that can be read; its methods throw plain errors, which the source turns into `source/unreachable`. */
export interface OpenTable {
  fetch(keys: readonly string[]): Promise<Map<string, ValueMap | null>>;
  check(): Promise<void>;
  scan(): AsyncIterable<readonly [key: string, row: ValueMap]>;
  faults(): Promise<TableFaults>;
  close(): Promise<void>;
}
