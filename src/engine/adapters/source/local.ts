import {
  type Dirent,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { EXIT, MkaError } from '../../kernel/mka-error.ts';

/** One file of a repository: path relative to its root with forward slashes, and its bytes. */
export interface RepositoryFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** What a repository may hold besides what it is not asked for. */
const READ = /^[^.].*\.(?:ya?ml|liquid|csv)$/;

/**
 * Reads the files of a campaign repository from a folder, in order of their paths: YAML, Liquid and CSV. Files and
 * folders that start with a dot, `node_modules`, links and folders with an mka.yaml of their own (another repository) are
 * left out. Throws MkaError `repository/not-found` when the folder is not there.
 */
export function readRepository(root: string): RepositoryFile[] {
  if (!existsSync(root)) {
    throw new MkaError('repository/not-found', `there is no folder ${root}`, {
      hint: 'name it with --dir',
      exitCode: EXIT.usage,
    });
  }
  return [...walk(root, '')].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function* walk(root: string, folder: string): Generator<RepositoryFile> {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory() && isOwnFolder(root, path, entry)) yield* walk(root, path);
    else if (entry.isFile() && READ.test(entry.name)) yield { path, bytes: readFileSync(join(root, path)) };
  }
}

function isOwnFolder(root: string, path: string, { name }: Dirent): boolean {
  return !name.startsWith('.') && name !== 'node_modules' && !existsSync(join(root, path, 'mka.yaml'));
}

/** Writes one file of a repository by a temporary file and a rename, so that no reader meets half of it. */
export function writeRepositoryFile(root: string, path: string, text: string): void {
  const target = join(root, path);
  const temporary = `${target}.${process.pid}.tmp`;
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(temporary, text, { mode: existsSync(target) ? statSync(target).mode : 0o644 });
  renameSync(temporary, target);
}

/** Text of one file of a repository; undefined when it is not there. */
export function readRepositoryText(root: string, path: string): string | undefined {
  const source = join(root, path);
  return existsSync(source) ? readFileSync(source, 'utf8') : undefined;
}
