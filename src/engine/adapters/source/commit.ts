import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Longest wait for git, milliseconds: a start must not hang on a strange repository. */
const TIMEOUT_MS = 5_000;
/** Files that a repository is read from; changes to others don't matter. */
const READ = /\.(?:ya?ml|liquid|csv)"?$/;

/**
 * The commit that the files of a folder stand at, when it lies in a git repository and none of them differs from it; else
 * undefined, for a wrong commit is worse than none.
 */
export async function commitOf(dir: string): Promise<string | undefined> {
  try {
    const [head, changes] = await Promise.all([
      git(dir, ['rev-parse', '--verify', 'HEAD']),
      git(dir, ['status', '--porcelain', '--untracked-files=all', '--', '.']),
    ]);
    return changes.split('\n').some((line) => READ.test(line)) ? undefined : head.trim();
  } catch {
    return undefined;
  }
}

async function git(dir: string, args: readonly string[]): Promise<string> {
  const { stdout } = await run('git', ['-C', dir, ...args], { timeout: TIMEOUT_MS, maxBuffer: 16 * 1024 * 1024 });
  return stdout;
}
