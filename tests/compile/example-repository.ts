import { join } from 'node:path';
import { readRepository } from '../../src/engine/adapters/source/local.ts';
import type { SourceFile } from '../../src/engine/compile/text.ts';

const ROOT = join(import.meta.dirname, '../../campaigns');

/** The files of the example repository. */
export function exampleFiles(): SourceFile[] {
  return readRepository(ROOT);
}

/** One small edit: the first occurrence of a text in a file; a file that is not there yet is made of `put`. */
export interface Edit {
  readonly file: string;
  readonly find?: string;
  readonly put: string;
}

/** The files after the edits. An edit that finds nothing is a mistake of the test and throws. */
export function edited(files: readonly SourceFile[], edits: readonly Edit[]): SourceFile[] {
  const texts = new Map(files.map(({ path, bytes }) => [path, bytes]));
  for (const { file, find, put } of edits)
    texts.set(file, new TextEncoder().encode(applied(texts.get(file), file, find, put)));
  return [...texts].map(([path, bytes]) => ({ path, bytes }));
}

/** Without these files. */
export function without(files: readonly SourceFile[], ...paths: readonly string[]): SourceFile[] {
  return files.filter(({ path }) => !paths.includes(path));
}

function applied(bytes: Uint8Array | undefined, file: string, find: string | undefined, put: string): string {
  if (find === undefined) return put;
  const text = new TextDecoder().decode(bytes);
  if (!text.includes(find)) throw new Error(`${file} does not hold ${find}`);
  return text.replace(find, () => put);
}
