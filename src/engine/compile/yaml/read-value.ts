import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  Scalar,
  type YAMLMap,
} from 'yaml';
import type { Code } from '../codes.ts';
import type { Findings } from '../findings.ts';
import type { LineIndex } from '../line-index.ts';

/** Levels of nesting. */
const MAX_DEPTH = 64;
/** Parts that aliases may add to a document, so that a bomb of them ends early. */
const MAX_ALIASED_NODES = 2000;

/** YAML 1.1 reads these as true or false. */
const WORD = /^(?:y|n|yes|no|on|off)$/i;
/** YAML 1.1 reads these as a number to base 60. */
const BASE_60 = /^[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.\d*)?$/;
/** Numbers that YAML 1.1 and 1.2 read differently. */
const OTHER_NUMBER = /^[-+]?(?:0\d+|\d[\d_]*_[\d_]*(?:\.[\d_]*)?)$/;
const INTEGER = /^[-+]?(?:\d+|0o[0-7]+|0x[0-9a-fA-F]+)$/;

/** A document as JSON; not readable where aliases or nesting are beyond what is followed. */
export interface ReadValue {
  readonly value: unknown;
  readonly aliases: ReadonlyMap<Alias, Node>;
  readonly isReadable: boolean;
}

/** The document as JSON, and the node each alias stands for. Traps become findings. */
export function readValue(document: Document.Parsed, text: string, lines: LineIndex, findings: Findings): ReadValue {
  const reader = new Reader(document, text, lines, findings);
  const value = reader.read(document.contents, 0);
  return { value, aliases: reader.aliases, isReadable: reader.isReadable };
}

class Reader {
  readonly aliases = new Map<Alias, Node>();
  isReadable = true;
  readonly #document: Document.Parsed;
  readonly #text: string;
  readonly #lines: LineIndex;
  readonly #findings: Findings;
  readonly #open: Node[] = [];
  #aliasDepth = 0;
  #aliased = 0;
  #isBomb = false;
  #outermost: Alias | undefined;

  constructor(document: Document.Parsed, text: string, lines: LineIndex, findings: Findings) {
    this.#document = document;
    this.#text = text;
    this.#lines = lines;
    this.#findings = findings;
  }

  read(node: unknown, depth: number): unknown {
    if (!isNode(node)) return null;
    if (depth > MAX_DEPTH) {
      this.#report('yaml/too-deep', node, `more than ${MAX_DEPTH} levels of nesting`);
      return null;
    }
    if (isAlias(node)) return this.#readAlias(node, depth);
    if (this.#aliasDepth > 0) this.#aliased += 1;
    const { tag } = node;
    if (tag !== undefined && this.#hasExplicitTag(node)) {
      this.#report(
        'yaml/tag',
        node,
        `the tag ${tag.replace('tag:yaml.org,2002:', '!!')} is not used`,
        'leave the tag out; put text into quotes',
      );
    }
    if (isScalar(node)) return this.#readScalar(node);
    if (isMap(node)) return this.#readMap(node, depth);
    if (isSeq(node)) return node.items.map((item) => this.read(item, depth + 1));
    return null;
  }

  /** The composer notes a tag on every collection; a written one stands in the text before it. */
  #hasExplicitTag(node: Node): boolean {
    const start = node.range?.[0] ?? 0;
    return /![^\s]*\s+(?:&\S+\s+)?$/.test(this.#text.slice(Math.max(0, start - 200), start));
  }

  #readAlias(alias: Alias, depth: number): unknown {
    const target = this.aliases.get(alias) ?? alias.resolve(this.#document);
    if (target === undefined) {
      this.#report('yaml/aliases', alias, `there is no \`&${alias.source}\` above`);
      return null;
    }
    if (this.#open.includes(target)) {
      this.#report('yaml/aliases', alias, `\`*${alias.source}\` stands inside what it repeats`);
      return null;
    }
    this.aliases.set(alias, target);
    if (this.#aliasDepth === 0) this.#outermost = alias;
    if (this.#aliased >= MAX_ALIASED_NODES) {
      // Told once, at the alias that the file itself holds and not deep inside what it repeats.
      const parts = `aliases repeat more than ${MAX_ALIASED_NODES} parts`;
      if (!this.#isBomb) this.#report('yaml/aliases', this.#outermost, parts, 'write the parts out');
      this.#isBomb = true;
      return null;
    }
    this.#aliased += 1;
    this.#open.push(target);
    this.#aliasDepth += 1;
    const value = this.read(target, depth + 1);
    this.#aliasDepth -= 1;
    this.#open.pop();
    return value;
  }

  #readMap(map: YAMLMap, depth: number): unknown {
    const result: Record<string, unknown> = {};
    const seen = new Map<string, Node>();
    this.#open.push(map);
    for (const pair of map.items) {
      const key = this.#readKey(pair);
      if (key === undefined) continue;
      const first = seen.get(key);
      if (first !== undefined) {
        this.#findings.add('yaml/duplicate-key', this.#range(pair.key as Node), `\`${key}\` stands here twice`, {
          hint: 'keep one of the two',
          related: [{ message: 'the first one', at: this.#range(first) }],
        });
        continue;
      }
      seen.set(key, pair.key as Node);
      const value = this.read(pair.value, depth + 1);
      Object.defineProperty(result, key, { value, enumerable: true, configurable: true, writable: true });
    }
    this.#open.pop();
    return result;
  }

  #readKey(pair: Pair): string | undefined {
    const { key } = pair;
    if (!isScalar(key) || (typeof key.value !== 'string' && key.type !== Scalar.PLAIN)) {
      const node = isNode(key) ? key : undefined;
      this.#report('yaml/key-not-text', node, 'a key is text', 'put it into quotes');
      return undefined;
    }
    if (key.value === '<<' && key.type === Scalar.PLAIN) {
      this.#report(
        'yaml/merge-key',
        key,
        'merge keys (`<<`) are not used',
        'write the keys out: what stands in a file is what holds',
      );
      return undefined;
    }
    if (typeof key.value !== 'string') {
      this.#report('yaml/key-not-text', key, `the key \`${key.source ?? ''}\` is not text`, 'put it into quotes');
      return undefined;
    }
    this.#checkPlain(key);
    return key.value;
  }

  #readScalar(node: Scalar): unknown {
    if (node.type !== Scalar.PLAIN || node.value === null) return node.value;
    this.#checkPlain(node);
    return node.value;
  }

  /** Unquoted text that another reader, or another version of YAML, takes for something else. */
  #checkPlain(node: Scalar): void {
    if (node.type !== Scalar.PLAIN) return;
    const source = node.source ?? '';
    const quoted = `"${source}"`;
    if (WORD.test(source)) {
      const meant = /^(?:y|yes|on)$/i.test(source) ? 'true' : 'false';
      return this.#report(
        'yaml/unquoted-word',
        node,
        `unquoted \`${source}\` is text here but ${meant} to older YAML readers`,
        `write ${quoted} for the text, or ${meant}`,
      );
    }
    if (BASE_60.test(source)) {
      return this.#report(
        'yaml/unquoted-time',
        node,
        `unquoted \`${source}\` is a number to base 60 to older YAML readers`,
        `write ${quoted}`,
      );
    }
    if (OTHER_NUMBER.test(source)) {
      return this.#report(
        'yaml/unquoted-number',
        node,
        `unquoted \`${source}\` is read as different values by different YAML readers`,
        `write ${quoted} for the text, or the plain number`,
      );
    }
    if (typeof node.value === 'number' && !Number.isFinite(node.value)) {
      return this.#report('yaml/not-a-number', node, `\`${source}\` is not a number that JSON can hold`);
    }
    if (INTEGER.test(source) && typeof node.value === 'number' && !Number.isSafeInteger(node.value)) {
      return this.#report(
        'yaml/integer-too-large',
        node,
        `\`${source}\` is beyond 2^53 and would lose its last digits`,
        `ids are text: write ${quoted}`,
      );
    }
  }

  #report(code: Code, node: Node | undefined, message: string, hint?: string): void {
    if (code === 'yaml/aliases' || code === 'yaml/too-deep') this.isReadable = false;
    this.#findings.add(code, this.#range(node), message, { hint });
  }

  #range(node: Node | undefined): ReturnType<LineIndex['range']> {
    const [start, end] = node?.range ?? [0, 0];
    const lineEnd = this.#text.indexOf('\n', start);
    return this.#lines.range(start, lineEnd < 0 ? end : Math.min(end, lineEnd));
  }
}
