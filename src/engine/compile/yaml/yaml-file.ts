import { type Alias, isAlias, isMap, isNode, isPair, isScalar, isSeq, type Node, type Pair, type Scalar } from 'yaml';
import type { SourceRange } from '../../kernel/position.ts';
import type { LineIndex } from '../line-index.ts';
import { scalarOffsets } from './scalar-offsets.ts';

/** Keys and indexes from the top of a document to a value. */
export type Path = readonly (string | number)[];

/** A part of a value that was written elsewhere: at a path of another file. */
export interface Overlay {
  readonly path: Path;
  readonly file: YamlFile;
  readonly at: Path;
}

/** A parsed YAML file: its value as JSON, and where each part of it stands. */
export class YamlFile {
  readonly path: string;
  readonly text: string;
  readonly lines: LineIndex;
  /** True when something in it was refused although it could be read. */
  readonly hasTraps: boolean;
  /** The document as JSON: maps, lists, text, numbers, true/false, null. */
  readonly value: unknown;
  readonly #root: Node;
  readonly #aliases: ReadonlyMap<Alias, Node>;
  readonly #overlays: readonly Overlay[];

  constructor(
    source: Pick<YamlFile, 'path' | 'text' | 'lines' | 'hasTraps'>,
    root: Node,
    value: unknown,
    aliases: ReadonlyMap<Alias, Node>,
    overlays: readonly Overlay[] = [],
  ) {
    this.path = source.path;
    this.text = source.text;
    this.lines = source.lines;
    this.hasTraps = source.hasTraps;
    this.value = value;
    this.#root = root;
    this.#aliases = aliases;
    this.#overlays = overlays;
  }

  /** The same file with another value; what an overlay covers stands in the file of the overlay. */
  rendered(value: unknown, overlays: readonly Overlay[], hasTraps = false): YamlFile {
    const { path, text, lines } = this;
    const source = { path, text, lines, hasTraps: this.hasTraps || hasTraps };
    return new YamlFile(source, this.#root, value, this.#aliases, [...this.#overlays, ...overlays]);
  }

  /** Where the value at a path stands; the nearest existing parent where there is none. */
  rangeAt(path: Path): SourceRange {
    const elsewhere = this.#elsewhere(path);
    if (elsewhere !== undefined) return elsewhere.file.rangeAt(elsewhere.path);
    const found = this.#find(path);
    if (found.node?.range && found.node.range[1] > found.node.range[0]) return this.#nodeRange(found.node);
    return found.key === undefined ? this.lines.range(0, this.#firstLineEnd(0)) : this.#nodeRange(found.key);
  }

  /** Where the key stands that leads to a path; the value itself for an item of a list. */
  keyRangeAt(path: Path): SourceRange {
    const elsewhere = this.#elsewhere(path);
    if (elsewhere?.isWhole) return elsewhere.file.rangeAt(elsewhere.path);
    if (elsewhere !== undefined) return elsewhere.file.keyRangeAt(elsewhere.path);
    const { key } = this.#find(path);
    return key === undefined ? this.rangeAt(path) : this.#nodeRange(key);
  }

  /** Where units `[start, end)` of the text at a path stand. */
  spanAt(path: Path, start: number, end: number): SourceRange {
    const elsewhere = this.#elsewhere(path);
    if (elsewhere !== undefined) return elsewhere.file.spanAt(elsewhere.path, start, end);
    const { node } = this.#find(path);
    if (!isScalar(node) || typeof node.value !== 'string') return this.rangeAt(path);
    const offsets = scalarOffsets(this.text, node as Scalar);
    const last = offsets.length - 1;
    const from = offsets[Math.min(start, last)] as number;
    const to = end > start ? (offsets[Math.min(end, last + 1) - 1] as number) + 1 : from;
    return this.lines.range(from, Math.max(to, from));
  }

  /** The innermost overlay over a path; of two of one place the later one. */
  #elsewhere(path: Path): { readonly file: YamlFile; readonly path: Path; readonly isWhole: boolean } | undefined {
    let found: Overlay | undefined;
    for (const overlay of this.#overlays) {
      const isOver = overlay.path.every((part, at) => path[at] === part);
      if (isOver && overlay.path.length >= (found?.path.length ?? 0)) found = overlay;
    }
    if (found === undefined) return undefined;
    const rest = path.slice(found.path.length);
    return { file: found.file, path: [...found.at, ...rest], isWhole: rest.length === 0 };
  }

  #nodeRange(node: Node): SourceRange {
    const [start, end] = node.range ?? [0, 0];
    // A block collection goes on for lines: its first line shows where it is.
    const isBlock = (isMap(node) || isSeq(node)) && node.flow !== true;
    return this.lines.range(start, isBlock ? Math.min(end, this.#firstLineEnd(start)) : end);
  }

  #firstLineEnd(start: number): number {
    const end = this.text.indexOf('\n', start);
    const line = this.text.slice(start, end < 0 ? undefined : end);
    return start + line.trimEnd().length;
  }

  #find(path: Path): { readonly node?: Node | undefined; readonly key?: Node | undefined } {
    let node: Node | undefined = this.#root;
    let key: Node | undefined;
    for (const part of path) {
      if (isAlias(node)) node = this.#aliases.get(node);
      if (isMap(node)) {
        const pair: Pair | undefined = node.items.find((item) => isScalar(item.key) && item.key.value === part);
        if (pair === undefined || !isPair(pair)) return { node, key };
        key = isNode(pair.key) ? pair.key : key;
        node = isNode(pair.value) ? pair.value : undefined;
      } else if (isSeq(node) && typeof part === 'number') {
        const item: unknown = node.items[part];
        if (!isNode(item)) return { node, key };
        key = undefined;
        node = item;
      } else {
        return { node, key };
      }
    }
    return { node: isAlias(node) ? this.#aliases.get(node) : node, key };
  }
}
