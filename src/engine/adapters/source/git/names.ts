import { EXIT, MkaError } from '../../../kernel/mka-error.ts';

const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** True for the full hexadecimal id of an object. */
export function isObjectId(text: string): boolean {
  return COMMIT.test(text);
}

/** The id itself, so that no option, range or path can take its place. Throws MkaError `git/bad-ref`. */
export function objectId(text: string): string {
  if (isObjectId(text)) return text;
  throw badRef(text, 'is no full commit id');
}

export function badRef(ref: string, why: string): MkaError {
  return new MkaError('git/bad-ref', `${JSON.stringify(ref.slice(0, 200))} ${why}`, {
    hint: 'name a branch, a tag or a full commit id',
    exitCode: EXIT.usage,
  });
}

/** `shop/campaigns/` → `shop/campaigns`; the root is the empty text. Throws MkaError `git/no-folder`. */
export function folderPath(folder: string): string {
  const parts = folder.split('/').filter((part) => part !== '' && part !== '.');
  const isInside = !folder.startsWith('/') && !parts.includes('..') && !/\p{Cc}/u.test(folder);
  if (isInside) return parts.join('/');
  throw new MkaError('git/no-folder', `${JSON.stringify(folder)} is no folder within a repository`, {
    hint: "name the campaign folder relative to the repository's root",
    exitCode: EXIT.usage,
  });
}

/** False for names that no file system should be given: a tree made by hand can hold `..`, `.git` and the like. */
export function isPlainPath(path: string): boolean {
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..' && part.toLowerCase() !== '.git');
}
