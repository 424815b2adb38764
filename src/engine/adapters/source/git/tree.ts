import { MkaError } from '../../../kernel/mka-error.ts';
import type { Git } from './git-command.ts';
import { gitFailed, tooLarge } from './git-error.ts';
import { isPlainPath } from './names.ts';

/** Bounds of a snapshot; beyond them it is refused as `git/too-large`. */
export interface SnapshotLimits {
  readonly files: number;
  readonly fileBytes: number;
  readonly totalBytes: number;
}

export const SNAPSHOT_LIMITS: SnapshotLimits = { files: 50_000, fileBytes: 16 * 2 ** 20, totalBytes: 256 * 2 ** 20 };

/** A plain file of a tree. */
export interface TreeFile {
  readonly path: string;
  readonly object: string;
  readonly size: number;
}

const MAX_PATH_BYTES = 4096;
const ENTRY = /^(\d{6}) (\w+) ([0-9a-f]+) +(\d+|-|BAD)\t/;

/** All plain files below a tree in the order of git; symbolic links and submodules are left out. */
export async function listTree(git: Git, tree: string, limits: SnapshotLimits, wants: (path: string) => boolean) {
  // Trees that contain each other many times over unfold to far more than they occupy.
  const maxBytes = limits.files * 4 * 200 + MAX_PATH_BYTES;
  const result = await git({ args: ['ls-tree', '-r', '-z', '-l', '--end-of-options', tree], maxBytes });
  if (result.ended === 'too much output') throw tooLarge(`the folder has more than ${limits.files} files`);
  if (result.code !== 0) throw gitFailed(`the tree ${tree} cannot be read`, result);
  const files = splitAtNul(result.stdout)
    .flatMap((bytes) => fileOf(bytes) ?? [])
    .filter(({ path }) => wants(path));
  checkLimits(files, limits);
  if (new Set(files.map(({ path }) => path)).size !== files.length) throw unusable('the same name twice');
  return files;
}

function splitAtNul(bytes: Uint8Array): Uint8Array[] {
  const entries: Uint8Array[] = [];
  for (let from = 0; from < bytes.length; ) {
    const to = bytes.indexOf(0, from);
    entries.push(bytes.subarray(from, to === -1 ? bytes.length : to));
    from = to === -1 ? bytes.length : to + 1;
  }
  return entries;
}

function fileOf(bytes: Uint8Array): TreeFile | null {
  const header = ENTRY.exec(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1'));
  const [all, mode, type, object, size] = header ?? [];
  if (all === undefined || object === undefined) throw unusable('an entry that cannot be read');
  if (type !== 'blob' || mode === undefined || !mode.startsWith('100')) return null;
  const path = textOf(bytes.subarray(all.length));
  if (!isPlainPath(path)) throw unusable(`the name ${JSON.stringify(path.slice(0, 200))}`);
  if (size === 'BAD') throw missing(path);
  return { path, object, size: Number(size) };
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw unusable('a name that is not UTF-8');
  }
}

function checkLimits(files: readonly TreeFile[], limits: SnapshotLimits): void {
  if (files.length > limits.files) throw tooLarge(`the folder has more than ${limits.files} files`);
  let total = 0;
  for (const { path, size } of files) {
    total += size;
    if (size > limits.fileBytes) throw tooLarge(`${path} has ${size} bytes, more than ${limits.fileBytes}`);
  }
  if (total > limits.totalBytes) throw tooLarge(`the files have ${total} bytes, more than ${limits.totalBytes}`);
}

function missing(path: string): MkaError {
  return new MkaError('git/failed', `the bytes of ${path} are not in the repository`, {
    hint: 'fetch all of it: a clone with --filter lacks files, a damaged one is told by `git fsck`',
  });
}

function unusable(what: string): MkaError {
  return new MkaError('git/unusable-tree', `a folder of the commit holds ${what}`, {
    hint: 'rename the file, or find out who made this commit',
  });
}
