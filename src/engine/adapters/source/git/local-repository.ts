import { existsSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { EXIT, MkaError } from '../../../kernel/mka-error.ts';
import type { RepositorySource } from '../../../ports/repository-source.ts';
import { changedFiles } from './changed-files.ts';
import { createGit, type Git, type GitResult } from './git-command.ts';
import { gitFailed } from './git-error.ts';
import type { Variables } from './git-variables.ts';
import { GitReader, linesOf, noFolder, type ReaderOptions } from './reader.ts';

export interface LocalRepositoryOptions extends ReaderOptions {
  /** The process's environment; nothing of git's own is taken from it, so a hook's GIT_DIR does not mislead. */
  readonly variables: Variables;
  /** Name or path of the program; `git` when absent. */
  readonly program?: string;
}

/** Where the user stands. */
export interface Head {
  readonly commit: string;
  /** Tree of the campaign folder in that commit. */
  readonly tree: string;
  /** Short name of the branch; null when the head is detached, as in most CI checkouts. */
  readonly branch: string | null;
}

/** The git repository around a campaign folder on this machine; `fetch` does nothing. */
export interface LocalRepository extends RepositorySource {
  /** The campaign folder relative to the repository's root; empty for the root itself. */
  readonly folder: string;
  /** Throws MkaError `git/no-commit` or, when the campaign folder was never committed, `git/no-folder`. */
  head(): Promise<Head>;
  /** Name of the branch. Throws MkaError `git/detached-head`. */
  branch(): Promise<string>;
  /**
   * Files of the campaign folder that differ from the head or are not committed (and not ignored), relative to it; those
   * that `wants` admits.
   */
  dirtyFiles(): Promise<readonly string[]>;
  /** Throws MkaError `git/dirty`, which names the files. */
  requireClean(): Promise<void>;
}

/** A remote's branch stands in for a local one: a checkout in CI has only the former. */
const NAMESPACES = ['refs/heads/', 'refs/tags/', 'refs/remotes/origin/', 'refs/remotes/'];
const MAX_NAMED = 10;

/**
 * Opens the repository that `dir` stands in. Throws MkaError `git/not-a-repository` or `git/not-installed`.
 */
export async function openLocalRepository(dir: string, options: LocalRepositoryOptions): Promise<LocalRepository> {
  if (!existsSync(dir)) throw notARepository(dir, 'there is no such folder');
  const git = createGit(options.variables, options.program);
  const asked = ['--show-toplevel', '--show-prefix', '--git-path', 'objects', '--show-object-format'];
  const found = await git({ args: ['rev-parse', ...asked], cwd: dir });
  const [root, prefix, objects, format, ...more] = linesOf(found);
  if (found.code !== 0) throw notARepository(dir, refusal(found));
  if (root === undefined || prefix === undefined || objects === undefined || format === undefined || more.length > 0) {
    throw notARepository(dir, 'its path cannot be read');
  }
  const place = { root, folder: prefix.replace(/\/$/, ''), objects: resolve(realpathSync(dir), objects), format };
  return new LocalGitRepository(git, place, options);
}

interface Place {
  readonly root: string;
  readonly folder: string;
  readonly objects: string;
  readonly format: string;
}

class LocalGitRepository extends GitReader implements LocalRepository {
  readonly #git: Git;
  readonly #place: Place;
  readonly #wants: (path: string) => boolean;

  constructor(git: Git, place: Place, options: LocalRepositoryOptions) {
    const here: Git = (call) => git({ ...call, cwd: place.root });
    super(here, NAMESPACES, options);
    this.#git = here;
    this.#place = place;
    this.#wants = options.wants ?? (() => true);
  }

  get folder(): string {
    return this.#place.folder;
  }

  fetch(): Promise<void> {
    return Promise.resolve();
  }

  override async resolve(ref: string): Promise<string | null> {
    return ref === 'HEAD' ? this.#headCommit() : super.resolve(ref);
  }

  async head(): Promise<Head> {
    const commit = await this.#headCommit();
    if (commit === null) throw noCommit();
    const tree = await this.treeOf(commit, this.folder);
    if (tree === null) throw noFolder(commit, this.folder);
    return { commit, tree, branch: await this.#branch() };
  }

  async branch(): Promise<string> {
    const branch = await this.#branch();
    if (branch !== null) return branch;
    throw new MkaError('git/detached-head', 'the head is detached: no branch is checked out', {
      hint: 'check a branch out, or name the ref',
    });
  }

  async dirtyFiles(): Promise<readonly string[]> {
    const { commit } = await this.head();
    return (await changedFiles(this.#git, { ...this.#place, commit })).filter(this.#wants);
  }

  async requireClean(): Promise<void> {
    const files = await this.dirtyFiles();
    if (files.length === 0) return;
    const named = files.slice(0, MAX_NAMED).join(', ');
    const rest = files.length > MAX_NAMED ? ` and ${files.length - MAX_NAMED} more` : '';
    const what = files.length === 1 ? '1 file differs' : `${files.length} files differ`;
    throw new MkaError('git/dirty', `${what} from the commit: ${named}${rest}`, {
      hint: 'commit or stash the changes: a plan speaks of a commit',
    });
  }

  async #headCommit(): Promise<string | null> {
    const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', 'HEAD^{commit}'];
    const result = await this.#git({ args });
    return result.code === 0 ? (linesOf(result)[0] ?? null) : null;
  }

  async #branch(): Promise<string | null> {
    const result = await this.#git({ args: ['symbolic-ref', '--quiet', '--short', 'HEAD'] });
    if (result.code > 1) throw gitFailed('the head cannot be read', result);
    return linesOf(result)[0] ?? null;
  }
}

function refusal({ stderr }: GitResult): string {
  return stderr.includes('must be run in a work tree') ? 'it has no files, only history' : 'no folder above it is one';
}

function notARepository(dir: string, why: string): MkaError {
  return new MkaError('git/not-a-repository', `${dir} is not in a git repository: ${why}`, {
    hint: 'run `git init` and commit the campaigns, or name the folder with --dir',
    exitCode: EXIT.usage,
  });
}

function noCommit(): MkaError {
  return new MkaError('git/no-commit', 'the repository has no commit yet', { hint: 'commit the campaigns first' });
}
