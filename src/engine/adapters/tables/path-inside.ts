import { realpathSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { EXIT, MkaError } from '../../kernel/mka-error.ts';

/**
 * The absolute path of a file named in a repository, which must stand inside `root`: neither `..`, an absolute path nor
 * a symbolic link may lead out. Throws MkaError with the given code.
 */
export function pathInside(root: string, path: string, code: string): string {
  const full = resolve(root, path);
  const outside = !leadsInside(resolve(root), full) || !leadsInside(realOf(root), realOf(full));
  if (!outside && !path.includes('\0')) return full;
  throw new MkaError(code, `${path} leads out of the folder it must stand in.`, {
    hint: 'Name a file below that folder.',
    exitCode: EXIT.findings,
  });
}

function leadsInside(root: string, full: string): boolean {
  const way = relative(root, full);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** The real path of the nearest part that exists. */
function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = resolve(path, '..');
    return parent === path ? path : resolve(realOf(parent), relative(parent, path));
  }
}
