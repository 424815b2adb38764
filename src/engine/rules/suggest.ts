import { closest, distance } from 'fastest-levenshtein';

/** `Did you mean "x"?` when one of the known words is close enough; else undefined. */
export function didYouMean(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const best = closest(word, known as string[]);
  return distance(word, best) <= Math.max(1, Math.floor(word.length / 3)) ? `Did you mean ${best}?` : undefined;
}

/** A name in double quotes, cut to what a line can hold. */
export function quote(name: string): string {
  return JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name);
}
