import { MkaError } from '../../../kernel/mka-error.ts';
import type { CommitPeople, RepositorySource, Snapshot } from '../../../ports/repository-source.ts';
import { readBlobs } from './blobs.ts';
import type { Git, GitResult } from './git-command.ts';
import { gitFailed } from './git-error.ts';
import { badRef, folderPath, isObjectId, objectId } from './names.ts';
import { listTree, SNAPSHOT_LIMITS, type SnapshotLimits } from './tree.ts';

export interface ReaderOptions {
  readonly limits?: SnapshotLimits;
  /** Which files a snapshot holds, by their path within the campaign folder; all when absent. */
  readonly wants?: (path: string) => boolean;
}

/** What can be read of a repository without changing it, through a git that is bound to it. */
export class GitReader implements Omit<RepositorySource, 'fetch'> {
  readonly #git: Git;
  readonly #namespaces: readonly string[];
  readonly #options: ReaderOptions;

  /** `namespaces` are looked through in turn for a ref's short name. */
  constructor(git: Git, namespaces: readonly string[], options: ReaderOptions) {
    this.#git = git;
    this.#namespaces = namespaces;
    this.#options = options;
  }

  async resolve(ref: string): Promise<string | null> {
    if (isObjectId(ref)) return this.#commit(ref);
    await this.#checkName(ref);
    if (ref.startsWith('refs/')) return this.#commit(ref);
    for (const namespace of this.#namespaces) {
      const commit = await this.#commit(`${namespace}${ref}`);
      if (commit !== null) return commit;
    }
    return null;
  }

  async snapshot(commit: string, folder: string): Promise<Snapshot> {
    const tree = await this.treeOf(commit, folder);
    if (tree === null) throw noFolder(commit, folder);
    const { limits = SNAPSHOT_LIMITS, wants = () => true } = this.#options;
    const files = await listTree(this.#git, tree, limits, wants);
    const blobs = await readBlobs(this.#git, files);
    return {
      ...{ commit, tree },
      files: files.map(({ path, object }) => ({ path, bytes: blobs.get(object) ?? new Uint8Array() })),
    };
  }

  async isAncestor(ancestor: string, descendant: string): Promise<boolean> {
    if (objectId(ancestor) === objectId(descendant)) return true;
    const known = await this.#commit(ancestor);
    if (known === null) return this.#whole(false);
    const result = await this.#git({
      args: ['merge-base', '--is-ancestor', '--end-of-options', ancestor, descendant],
    });
    if (result.code === 0) return true;
    if (result.code === 1) return this.#whole(false);
    throw failedOn(descendant, result);
  }

  async people(from: string | null, to: string): Promise<readonly CommitPeople[]> {
    await this.#whole(null);
    const range = from === null ? [objectId(to)] : [objectId(to), `^${objectId(from)}`];
    const format = '--format=%H%x00%ae%x00%ce';
    const args = ['rev-list', '--no-commit-header', '--encoding=UTF-8', format, '--end-of-options', ...range];
    const result = await this.#git({ args });
    if (result.code !== 0) throw failedOn(to, result);
    return linesOf(result).map((line) => {
      const [commit = '', author = '', committer = ''] = line.split('\0');
      return { commit, author, committer };
    });
  }

  async mergeBase(a: string, b: string): Promise<string | null> {
    await this.#whole(null);
    const result = await this.#git({ args: ['merge-base', '--end-of-options', objectId(a), objectId(b)] });
    if (result.code > 1) throw failedOn(b, result);
    return linesOf(result)[0] ?? null;
  }

  /** Id of a folder's tree in a commit; null when it has no such folder. */
  async treeOf(commit: string, folder: string): Promise<string | null> {
    const path = folderPath(folder);
    const input = `${objectId(commit)}^{commit}\n${commit}^{tree}\n${commit}:${path}\n`;
    const result = await this.#git({ args: ['cat-file', '--batch-check=%(objecttype) %(objectname)'], input });
    const [first = '', root = '', below = ''] = linesOf(result);
    if (result.code !== 0 || !first.startsWith('commit ')) throw failedOn(commit, result);
    const [, tree] = /^tree ([0-9a-f]+)$/.exec(path === '' ? root : below) ?? [];
    return tree ?? null;
  }

  async #checkName(ref: string): Promise<void> {
    if (/\p{Cc}/u.test(ref) || ref === '') throw badRef(ref, 'is no name of a ref');
    const name = ref.startsWith('refs/') ? ref : `refs/heads/${ref}`;
    const { code } = await this.#git({ args: ['check-ref-format', name] });
    if (code !== 0) throw badRef(ref, 'is no name of a ref');
  }

  async #commit(name: string): Promise<string | null> {
    const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`];
    const result = await this.#git({ args });
    if (result.ended !== 'by itself') throw gitFailed(`${name} cannot be read`, result);
    return result.code === 0 ? (linesOf(result)[0] ?? null) : null;
  }

  /** The answer, unless commits are missing that might change it. */
  async #whole<Answer>(answer: Answer): Promise<Answer> {
    const result = await this.#git({ args: ['rev-parse', '--is-shallow-repository'] });
    if (result.code !== 0) throw gitFailed('the repository cannot be read', result);
    if (linesOf(result)[0] === 'false') return answer;
    throw new MkaError('git/shallow', 'the clone is shallow: who wrote what, and on top of what, cannot be told', {
      hint: 'run `git fetch --unshallow`; in GitHub Actions give actions/checkout `fetch-depth: 0`',
    });
  }
}

/** Lines of text that git wrote. */
export function linesOf({ stdout }: GitResult): string[] {
  return new TextDecoder().decode(stdout).split('\n').slice(0, -1);
}

export function noFolder(commit: string, folder: string): MkaError {
  return new MkaError('git/no-folder', `the commit ${commit} has no folder ${JSON.stringify(folder)}`, {
    hint: 'commit the campaign folder, or name another one',
  });
}

function failedOn(commit: string, result: GitResult): MkaError {
  return gitFailed(`the commit ${commit} cannot be read`, result);
}
