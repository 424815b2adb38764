import { Scalar } from 'yaml';

/**
 * For each UTF-16 unit of a scalar's value (and for its end) the offset in the file where it is written, so that a
 * column inside an expression becomes a column of the file for plain, quoted, literal and folded text alike.
 * Exact for everything but blanks and line ends that folding has changed.
 */
export function scalarOffsets(text: string, node: Scalar): readonly number[] {
  const value = String(node.value);
  const [start, end] = node.range ?? [0, 0];
  const walk = new Walk(text, contentStart(text, start, node.type), end, node.type);
  const offsets: number[] = [];
  for (let at = 0; at < value.length; at += 1) offsets.push(walk.next(value.charAt(at)));
  offsets.push(walk.position);
  return offsets;
}

function contentStart(text: string, start: number, type: Scalar['type']): number {
  if (type === Scalar.QUOTE_DOUBLE || type === Scalar.QUOTE_SINGLE) return start + 1;
  if (type === Scalar.BLOCK_LITERAL || type === Scalar.BLOCK_FOLDED) return text.indexOf('\n', start) + 1;
  return start;
}

class Walk {
  position: number;
  readonly #text: string;
  readonly #end: number;
  readonly #type: Scalar['type'];
  /** Second half of a character that one escape gives as two units. */
  #pending: number | undefined;

  constructor(text: string, start: number, end: number, type: Scalar['type']) {
    this.#text = text;
    this.position = start;
    this.#end = end;
    this.#type = type;
  }

  /** Where this unit of the value stands; moves past it. */
  next(unit: string): number {
    if (this.#pending !== undefined) {
      const at = this.#pending;
      this.#pending = undefined;
      return at;
    }
    if (!isBlank(unit) || this.#isContinuation()) this.#skipBlanks();
    const at = this.position;
    const here = this.#text.charAt(at);
    if (this.#type === Scalar.QUOTE_DOUBLE && here === '\\') {
      // A blank that folding made of empty lines stands before the escape of the character after it.
      if (!isBlank(unit) || /[ntr \t]/.test(this.#text.charAt(at + 1))) this.#escape(at);
    } else if (this.#type === Scalar.QUOTE_SINGLE && here === "'" && unit === "'") this.position += 2;
    else if (here === unit) this.position += 1;
    else if (isBlank(unit) && isBlank(here)) this.#skipBlanks();
    return at;
  }

  #skipBlanks(): void {
    while (this.position < this.#end) {
      if (isBlank(this.#text.charAt(this.position))) this.position += 1;
      else if (this.#isContinuation()) this.position += 1;
      else return;
    }
  }

  #isContinuation(): boolean {
    const rest = this.#text.slice(this.position, this.position + 3);
    return this.#type === Scalar.QUOTE_DOUBLE && /^\\\r?\n/.test(rest);
  }

  #escape(at: number): void {
    const kind = this.#text.charAt(at + 1);
    const length = kind === 'x' ? 4 : kind === 'u' ? 6 : kind === 'U' ? 10 : 2;
    if (kind === 'U' && Number.parseInt(this.#text.slice(at + 2, at + 10), 16) > 0xffff) this.#pending = at;
    this.position += length;
  }
}

function isBlank(unit: string): boolean {
  return unit === ' ' || unit === '\n' || unit === '\t' || unit === '\r';
}
