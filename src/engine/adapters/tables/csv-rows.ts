import { isUtf8 } from 'node:buffer';

/** A row's cells: null is an empty cell without quotes, '' an empty one with them. */
export interface CsvRow {
  /** 1-based line it starts on. */
  readonly line: number;
  readonly cells: readonly (string | null)[];
}

/** A row that is not RFC 4180; the next row is read from the line after its first. */
export interface CsvFault {
  readonly line: number;
  readonly fault: 'bad-quotes' | 'too-long' | 'bad-utf8';
}

/** A quote that is never closed would take the rest of the file into one cell; no real row is longer. */
const MAX_ROW_BYTES = 256 * 1024;
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);
const COMMA = 0x2c;
const QUOTE = 0x22;
const CR = 0x0d;
const LF = 0x0a;

interface Taken {
  /** Offset after the row. */
  readonly end: number;
  readonly cells?: readonly (string | null)[];
  readonly fault?: CsvFault['fault'];
}

/**
 * Splits bytes into rows as RFC 4180 says (CRLF or LF), a UTF-8 byte order mark skipped, blank lines too. Bytes are fed
 * in pieces of any size; no more than one piece and one row are held.
 */
export class CsvRows {
  #rest: Buffer = Buffer.alloc(0);
  #line = 1;
  #started = false;

  /** The rows that are complete with this piece. */
  *feed(piece: Buffer, last: boolean): Generator<CsvRow | CsvFault> {
    const bytes = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece]);
    let start = this.#skipMark(bytes, last);
    if (start < 0) {
      this.#rest = Buffer.from(bytes);
      return;
    }
    while (start < bytes.length) {
      const taken = takeRow(bytes, start, last);
      if (taken === undefined) break;
      const line = this.#line;
      this.#line += countLines(bytes, start, taken.end);
      start = taken.end;
      if (taken.fault !== undefined) yield { line, fault: taken.fault };
      else if (taken.cells !== undefined && !isBlank(taken.cells)) yield { line, cells: taken.cells };
    }
    this.#rest = Buffer.from(bytes.subarray(start));
  }

  /** Offset after the byte order mark; -1 when there is too little to see one. */
  #skipMark(bytes: Buffer, last: boolean): number {
    if (this.#started) return 0;
    if (bytes.length < BOM.length && !last) return -1;
    this.#started = true;
    return bytes.subarray(0, BOM.length).equals(BOM) ? BOM.length : 0;
  }
}

function isBlank(cells: readonly (string | null)[]): boolean {
  return cells.length === 1 && cells[0] === null;
}

/** One row from `start`; undefined when more bytes are needed to know. */
function takeRow(bytes: Buffer, start: number, last: boolean): Taken | undefined {
  const lineEnd = bytes.indexOf(LF, start);
  const firstLine = lineEnd < 0 ? bytes.length : lineEnd;
  if (lineEnd < 0 && !last && bytes.length - start <= MAX_ROW_BYTES) return undefined;
  const next = Math.min(firstLine + 1, bytes.length);
  if (firstLine - start > MAX_ROW_BYTES) return { end: next, fault: 'too-long' };
  const end = bytes[firstLine - 1] === CR && firstLine > start ? firstLine - 1 : firstLine;
  const row = bytes.subarray(start, end);
  if (row.includes(QUOTE)) return takeQuoted(bytes, start, last, next);
  if (!isUtf8(row)) return { end: next, fault: 'bad-utf8' };
  const cells = row.toString('utf8').split(',');
  return { end: next, cells: cells.map((cell) => (cell === '' ? null : cell)) };
}

/** A row with quotes in it, cell by cell. `next` is where reading goes on after a fault. */
function takeQuoted(bytes: Buffer, start: number, last: boolean, next: number): Taken | undefined {
  const cells: (string | null)[] = [];
  for (let at = start; ; ) {
    const cellEnd = bytes[at] === QUOTE ? quotedEnd(bytes, at, start, last) : plainEnd(bytes, at, start, last);
    if (cellEnd === undefined) return undefined;
    if (cellEnd < 0) return { end: next, fault: 'bad-quotes' };
    const cell = cellText(bytes.subarray(at, cellEnd));
    if (cell === undefined) return { end: next, fault: 'bad-utf8' };
    cells.push(cell);
    if (bytes[cellEnd] === COMMA) {
      at = cellEnd + 1;
      continue;
    }
    const end = bytes[cellEnd] === CR ? cellEnd + 2 : cellEnd + 1;
    return { end: Math.min(end, bytes.length), cells };
  }
}

/** Offset after the closing quote; -1 when the row is broken, undefined when the end is not here yet. */
function quotedEnd(bytes: Buffer, at: number, rowStart: number, last: boolean): number | undefined {
  for (let from = at + 1; ; ) {
    const quote = bytes.indexOf(QUOTE, from);
    if (quote < 0 || quote - rowStart > MAX_ROW_BYTES) {
      return last || bytes.length - rowStart > MAX_ROW_BYTES ? -1 : undefined;
    }
    const after = bytes[quote + 1];
    // A doubled quote may be cut in two by the end of the piece, CRLF likewise.
    if (!last && quote + 2 >= bytes.length) return undefined;
    if (after === QUOTE) {
      from = quote + 2;
      continue;
    }
    const crlf = after === CR && (bytes[quote + 2] === LF || quote + 2 >= bytes.length);
    return after === undefined || after === COMMA || after === LF || crlf ? quote + 1 : -1;
  }
}

/** Offset of the comma or line end; -1 for a quote inside, which RFC 4180 does not allow, undefined for more to come. */
function plainEnd(bytes: Buffer, at: number, rowStart: number, last: boolean): number | undefined {
  for (let end = at; ; end += 1) {
    const byte = bytes[end];
    if (byte === COMMA || byte === LF) return end;
    if (byte === QUOTE) return -1;
    const next = end + 1;
    if (byte === CR && bytes[next] === LF) return end;
    if (byte !== undefined && (byte !== CR || next < bytes.length)) continue;
    if (last) return end;
    return bytes.length - rowStart > MAX_ROW_BYTES ? -1 : undefined;
  }
}

function cellText(cell: Buffer): string | null | undefined {
  if (cell.length === 0) return null;
  if (!isUtf8(cell)) return undefined;
  const text = cell.toString('utf8');
  return cell[0] === QUOTE ? text.slice(1, -1).replaceAll('""', '"') : text;
}

function countLines(bytes: Buffer, start: number, end: number): number {
  let count = 0;
  for (let at = bytes.indexOf(LF, start); at >= 0 && at < end; at = bytes.indexOf(LF, at + 1)) count += 1;
  return count;
}
