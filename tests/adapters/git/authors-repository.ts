import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { CommitFiles } from '../../../src/engine/ports/conformance/repository-source.ts';

/** A folder that ends with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mka-git-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs git as an author does, with an identity but without the machine's configuration; what it printed. */
export function git(dir: string, args: readonly string[], input?: string | Uint8Array, author = 'ann@example.com') {
  seconds += 1;
  const person = { NAME: 'Ann', EMAIL: author, DATE: `${seconds} +0000` };
  const env = {
    ...{ PATH: process.env['PATH'], HOME: dir, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' },
    ...Object.fromEntries(Object.entries(person).map(([key, value]) => [`GIT_AUTHOR_${key}`, value])),
    ...Object.fromEntries(Object.entries(person).map(([key, value]) => [`GIT_COMMITTER_${key}`, value])),
  };
  const result = spawnSync('git', ['-c', 'safe.directory=*', '-C', dir, ...args], { env, input: input ?? '' });
  if (result.status !== 0) throw new Error(`git ${args.join(' ')}: ${result.stderr.toString()}`);
  return result.stdout.toString().trim();
}

/** Each commit is a second younger than the one before, so that their order is certain. */
let seconds = 1_767_225_600;

/** An empty repository in a folder that ends with the test. */
export function emptyRepository(): string {
  const dir = join(temporaryFolder(), 'repository');
  mkdirSync(dir);
  git(dir, ['init', '--quiet', '--initial-branch=main']);
  return dir;
}

/** Commits files on top of a branch by plumbing alone: no work tree that a file system could refuse names in. */
export function commitFiles(dir: string, branch: string, files: CommitFiles, author = 'ann@example.com'): string {
  const ref = `refs/heads/${branch}`;
  const parent = git(dir, ['for-each-ref', '--format=%(objectname)', ref]);
  const lines = Object.entries(files).map(([path, content]) => `${entryOf(dir, content)}\t${path}\0`);
  const run = (args: readonly string[], input?: string) => git(dir, args, input, author);
  run(['read-tree', ...(parent === '' ? ['--empty'] : [parent])]);
  run(['update-index', '-z', '--index-info'], lines.join(''));
  const tree = run(['write-tree']);
  const commit = run(['commit-tree', '-m', 'change', ...(parent === '' ? [] : ['-p', parent]), tree]);
  run(['update-ref', ref, commit]);
  return commit;
}

function entryOf(dir: string, content: CommitFiles[string]): string {
  if (content === null) return `0 ${'0'.repeat(40)}`;
  const isLink = typeof content === 'object' && 'link' in content;
  const blob = git(dir, ['hash-object', '-w', '--stdin'], isLink ? content.link : content);
  return `${isLink ? '120000' : '100644'} ${blob}`;
}
