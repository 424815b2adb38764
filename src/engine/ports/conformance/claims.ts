/** Throws unless both have the same JSON. */
export function same(found: unknown, expected: unknown): void {
  const [left, right] = [JSON.stringify(found), JSON.stringify(expected)];
  truth(left === right, `expected ${right}, found ${left}`);
}

/** Throws unless both hold the same items, in whatever order. */
export function sameItems(found: readonly unknown[], expected: readonly unknown[]): void {
  const texts = (items: readonly unknown[]) => items.map((item) => JSON.stringify(item)).sort();
  same(texts(found), texts(expected));
}

export function truth(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}

/** The code of the MkaError that the work ends with, `none` when it succeeds. */
export async function codeOf(work: Promise<unknown>): Promise<string | undefined> {
  return work.then(
    () => 'none',
    (error: { readonly code?: string }) => error.code,
  );
}

/** Text that careless stores confuse, cut or translate. */
export const NAUGHTY_TEXTS: readonly string[] = [
  'User1',
  'user1',
  'user1 ',
  ' user1',
  '',
  'Zoë',
  'Zoe\u0308',
  'nul\0inside',
  'nul',
  '王小明',
  '👩‍👩‍👧‍👦',
  '\u202Eright to left',
  "'; DROP TABLE users; --",
  '%_\\"`$1?',
  '1',
  '01',
  '1.0',
  '1e0',
  'null',
  'true',
  '__proto__',
  'constructor',
  '\uFEFFbom',
  'ﬁ',
  'fi',
  'ı',
  'I',
  'ß',
  'SS',
  'line\r\nbreak\ttab',
  'x'.repeat(4000),
];
