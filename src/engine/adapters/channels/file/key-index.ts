import { sha256Hex } from '../../../kernel/hash.ts';

/** Words of 32 bits kept of a key, both halves folded: 128 bits, so that two keys of a SHA-256 never meet in practice. */
const WORDS = 4;
const FULLEST = 0.6;

/**
 * A set of send keys that only grows: 16 bytes a key in one typed array with open addressing, about 40 bytes a key at
 * the usual load. A `Set` of strings takes three times that and ends at 2^24 keys.
 */
export class KeyIndex {
  #slots = new Uint32Array(1024 * WORDS);
  #count = 0;
  readonly #words = new Uint32Array(WORDS);

  get size(): number {
    return this.#count;
  }

  has(key: string): boolean {
    this.#read(key);
    return this.#slotOf(this.#slots, this.#words) < 0;
  }

  /** False when the key was there already. */
  add(key: string): boolean {
    this.#read(key);
    const free = this.#slotOf(this.#slots, this.#words);
    if (free < 0) return false;
    this.#slots.set(this.#words, free);
    this.#count += 1;
    if (this.#count * WORDS > this.#slots.length * FULLEST) this.#grow();
    return true;
  }

  /** Offset of a free slot for these words, or -1 when they are there. */
  #slotOf(slots: Uint32Array, words: Uint32Array): number {
    const last = slots.length - 1;
    let at = (mix(words) * WORDS) & last;
    while ((slots[at] as number) !== 0) {
      if (
        slots[at] === words[0] &&
        slots[at + 1] === words[1] &&
        slots[at + 2] === words[2] &&
        slots[at + 3] === words[3]
      ) {
        return -1;
      }
      at = (at + WORDS) & last;
    }
    return at;
  }

  #grow(): void {
    const bigger = new Uint32Array(this.#slots.length * 2);
    for (let at = 0; at < this.#slots.length; at += WORDS) {
      if (this.#slots[at] === 0) continue;
      const words = this.#slots.subarray(at, at + WORDS);
      bigger.set(words, this.#slotOf(bigger, words));
    }
    this.#slots = bigger;
  }

  #read(key: string): void {
    if (!readHex(key, this.#words)) readHex(sha256Hex(key), this.#words);
    // 0 marks a free slot.
    if (this.#words[0] === 0) this.#words[0] = 1;
  }
}

/** Spreads keys over the slots also when they differ in few bits, as those of tests do. */
function mix(words: Uint32Array): number {
  let mixed = 0;
  for (let word = 0; word < WORDS; word += 1)
    mixed = Math.imul(mixed ^ (words[word] as number), 0x9e3779b1) ^ (mixed >>> 15);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** Folds 64 lower-case hexadecimal digits to 128 bits; false when the key is something else. */
function readHex(key: string, words: Uint32Array): boolean {
  if (key.length !== 2 * WORDS * 8) return false;
  words.fill(0);
  for (let at = 0; at < key.length; at += 8) {
    let value = 0;
    for (let digit = at; digit < at + 8; digit += 1) {
      const code = key.charCodeAt(digit);
      if (code >= 48 && code <= 57) value = (value << 4) | (code - 48);
      else if (code >= 97 && code <= 102) value = (value << 4) | (code - 87);
      else return false;
    }
    const word = (at / 8) % WORDS;
    words[word] = (words[word] as number) ^ value;
  }
  return true;
}
