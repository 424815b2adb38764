import { isRecord } from '../schema/schema-node.ts';
import type { Path } from '../yaml/yaml-file.ts';

/** One step of an address: a key, an index, or the item of a list whose key has a value. */
export type AddressPart = { readonly start: number; readonly end: number } & (
  | { readonly key: string }
  | { readonly index: number }
  | { readonly match: { readonly key: string; readonly value: string } }
);

/** `campaign:order-reminder spec.steps[id=nudge].template`, read; offsets are units of the text. */
export interface Address {
  readonly kind: string;
  readonly name: string;
  readonly objectEnd: number;
  readonly parts: readonly AddressPart[];
}

/** Where the text stops being an address. */
export interface AddressMistake {
  readonly start: number;
  readonly message: string;
}

const OBJECT = /^([A-Za-z]+):([A-Za-z0-9._-]+)(\s+|$)/;
const PART = /(\.?)([A-Za-z_$][\w$-]*)|\[(\d+)\]|\["([^"\]]+)"\]|\[([A-Za-z_][\w-]*)=(?:"([^"]*)"|([^\]"]+))\]/y;

/** Reads an address. Keys with dots or blanks stand in brackets and quotes: `spec.events["order.created"].user`. */
export function parseAddress(text: string): Address | AddressMistake {
  const object = OBJECT.exec(text);
  if (object === null)
    return { start: 0, message: 'an address starts with an object such as `campaign:order-reminder`' };
  const [head, kind = '', name = ''] = object;
  const parts: AddressPart[] = [];
  PART.lastIndex = head.length;
  while (PART.lastIndex < text.length) {
    const start = PART.lastIndex;
    const found = PART.exec(text);
    if (found === null || (found[1] === '.') !== (found[2] !== undefined && parts.length > 0)) {
      return { start, message: 'a path is keys with dots between them, indexes `[0]` and selectors `[id=nudge]`' };
    }
    parts.push({ ...partOf(found), start, end: PART.lastIndex });
  }
  if (parts.length === 0) return { start: text.length, message: 'a path such as `spec.priority` follows the object' };
  return { kind, name, objectEnd: kind.length + 1 + name.length, parts };
}

function partOf([, , key, index, quoted, matchKey, quotedValue, value]: RegExpExecArray) {
  if (index !== undefined) return { index: Number(index) };
  if (matchKey !== undefined) return { match: { key: matchKey, value: quotedValue ?? value ?? '' } };
  return { key: key ?? quoted ?? '' };
}

/** Where an address leads in a value, or the part that leads nowhere with the names that would. */
export type Resolved =
  | { readonly path: Path }
  | { readonly part: AddressPart; readonly parent: Path; readonly known: readonly string[]; readonly isLast: boolean };

/** Follows an address into a value. */
export function resolveAddress(parts: readonly AddressPart[], value: unknown): Resolved {
  const path: (string | number)[] = [];
  let current = value;
  for (const [at, part] of parts.entries()) {
    const next = stepInto(part, current);
    if (next === undefined) {
      return { part, parent: path, known: namesIn(part, current), isLast: at === parts.length - 1 };
    }
    path.push(next);
    current = (current as Record<string | number, unknown>)[next];
  }
  return { path };
}

function stepInto(part: AddressPart, value: unknown): string | number | undefined {
  if ('key' in part) return isRecord(value) && Object.hasOwn(value, part.key) ? part.key : undefined;
  if (!Array.isArray(value)) return undefined;
  if ('index' in part) return part.index < value.length ? part.index : undefined;
  const { key, value: wanted } = part.match;
  const found = value.flatMap((item: unknown, index) => (holds(item, key, wanted) ? [index] : []));
  return found.length === 1 ? found[0] : undefined;
}

function holds(item: unknown, key: string, wanted: string): boolean {
  return isRecord(item) && Object.hasOwn(item, key) && String(item[key]) === wanted;
}

/** What could have stood in the place of a part. */
function namesIn(part: AddressPart, value: unknown): string[] {
  if ('key' in part) return isRecord(value) ? Object.keys(value) : [];
  if (!Array.isArray(value)) return [];
  if ('index' in part) return value.map((_, index) => `[${index}]`);
  const { key } = part.match;
  return value.flatMap((item: unknown) => {
    const found = isRecord(item) && Object.hasOwn(item, key) ? item[key] : undefined;
    return typeof found === 'string' || typeof found === 'number' ? [String(found)] : [];
  });
}
