/**
 * Where something stands in a file. Lines and columns count from 1; columns count UTF-16 code units,
 * as editors and the Language Server Protocol do. `endLine`/`endColumn` is the position just after the last character.
 */
export interface SourceRange {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}
