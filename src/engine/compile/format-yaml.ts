import { type Document, isMap, isScalar, parseDocument, type YAMLMap } from 'yaml';
import { Findings } from './findings.ts';
import { parseYaml } from './yaml/parse.ts';

/** Order of the keys of every object. */
const TOP_KEYS = ['apiVersion', 'kind', 'metadata', 'spec'];

/**
 * The canonical form of a YAML file that parses: two blanks of indentation, no blanks inside braces, no folding, one
 * blank line at most, LF, the top keys in their order. Comments, quotes and the choice of block or flow stay.
 * Formatting twice changes nothing; undefined when the form would not mean the same (the file is left alone).
 */
export function formatYaml(text: string): string | undefined {
  const clean = text.replace(/^\ufeff/, '').replaceAll('\r\n', '\n');
  const formatted = write(clean);
  const isSame = formatted !== undefined && meaning(formatted) === meaning(clean) && write(formatted) === formatted;
  return isSame ? formatted : undefined;
}

function write(text: string): string | undefined {
  const document = parseDocument(text, { version: '1.2', schema: 'core', merge: false, prettyErrors: false });
  if (document.errors.length > 0 || document.contents === null) return undefined;
  if (isMap(document.contents)) orderKeys(document.contents);
  return render(document);
}

function render(document: Document.Parsed): string {
  const text = document.toString({ indent: 2, indentSeq: true, lineWidth: 0, flowCollectionPadding: false });
  const lines = text.split('\n').map((line) => line.trimEnd());
  return `${lines.join('\n').trimEnd()}\n`;
}

function orderKeys(map: YAMLMap): void {
  const rank = (key: unknown): number => {
    const index = isScalar(key) ? TOP_KEYS.indexOf(String(key.value)) : -1;
    return index < 0 ? TOP_KEYS.length : index;
  };
  const first = map.items[0]?.key;
  map.items.sort((a, b) => rank(a.key) - rank(b.key));
  const now = map.items[0]?.key;
  if (!isScalar(first) || !isScalar(now) || first === now) return;
  // What stands above the first key speaks of the file, not of the key.
  now.commentBefore = [first.commentBefore, now.commentBefore].filter((text) => text != null).join('\n') || null;
  first.commentBefore = null;
}

function meaning(text: string): string {
  const file = parseYaml('', text, new Findings());
  return JSON.stringify(sortKeys(file?.value));
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sortKeys(item)]),
  );
}
