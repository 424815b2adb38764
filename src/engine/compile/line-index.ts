import type { SourceRange } from '../kernel/position.ts';

/** Line starts of a text, for many look-ups. Lines end with LF; a CR before it belongs to the line's end. */
export class LineIndex {
  readonly #starts: number[] = [0];
  readonly file: string;

  constructor(file: string, text: string) {
    this.file = file;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1);
  }

  /** 1-based line and column of a UTF-16 offset. */
  position(offset: number): { readonly line: number; readonly column: number } {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#starts[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.#starts[low] as number) + 1 };
  }

  range(start: number, end = start): SourceRange {
    const from = this.position(start);
    const to = this.position(Math.max(start, end));
    return { file: this.file, line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
  }
}

/** The same for a single look-up. */
export function rangeOf(file: string, text: string, start: number, end = start): SourceRange {
  return new LineIndex(file, text).range(start, end);
}
