import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Git } from './git-command.ts';
import { gitFailed } from './git-error.ts';

export interface WorkTree {
  readonly root: string;
  /** Relative to the root; empty for the root itself. */
  readonly folder: string;
  /** Absolute path of the folder of objects. */
  readonly objects: string;
  /** Hash of the repository's objects: `sha1` or `sha256`. */
  readonly format: string;
  readonly commit: string;
}

/**
 * Paths within the folder whose bytes differ from the commit's, or that it lacks. The work tree is compared through a
 * private repository that borrows the objects: `git status` under the repository's own configuration would run its
 * filters on every file.
 */
export async function changedFiles(git: Git, tree: WorkTree): Promise<string[]> {
  const temporary = await mkdtemp(join(tmpdir(), 'mka-status-'));
  try {
    const within = await borrow(git, tree, join(temporary, 'git'));
    const asked = ['--porcelain=v1', '-z', '--untracked-files=all', '--ignore-submodules=all', '--no-renames'];
    const folder = tree.folder === '' ? [] : [tree.folder];
    const result = await within({ args: ['status', ...asked, '--', ...folder], cwd: tree.root });
    if (result.code !== 0) throw gitFailed('the files cannot be compared with the commit', result);
    const start = tree.folder === '' ? 0 : tree.folder.length + 1;
    const entries = new TextDecoder().decode(result.stdout).split('\0').slice(0, -1);
    // Two letters of state and a blank stand before each path.
    return entries.map((entry) => entry.slice(3 + start));
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function borrow(git: Git, { root, objects, format, commit }: WorkTree, dir: string): Promise<Git> {
  const variables = { GIT_DIR: dir, GIT_WORK_TREE: root, GIT_OBJECT_DIRECTORY: objects };
  const run: Git = (call) => git({ ...call, variables });
  const made = await git({
    args: ['init', '--bare', '--quiet', '--template=', `--object-format=${format}`, '--end-of-options', dir],
  });
  if (made.code !== 0) throw gitFailed('the files cannot be compared with the commit', made);
  await writeFile(join(dir, 'HEAD'), `${commit}\n`);
  // What the user ignores in this clone alone.
  await copyExclude(join(dirname(objects), 'info', 'exclude'), dir);
  const read = await run({ args: ['read-tree', '--end-of-options', commit] });
  if (read.code !== 0) throw gitFailed(`the commit ${commit} cannot be read`, read);
  // Files checked out with CRLF are no change when the commit has LF.
  return (call) => run({ ...call, args: ['-c', 'core.bare=false', '-c', 'core.autocrlf=input', ...call.args] });
}

async function copyExclude(file: string, dir: string): Promise<void> {
  await mkdir(join(dir, 'info'), { recursive: true });
  await copyFile(file, join(dir, 'info', 'exclude')).catch(() => undefined);
}
