import { readRepository } from '../../src/engine/adapters/source/local.ts';
import { MkaError } from '../../src/engine/kernel/mka-error.ts';
import type {
  CommitPeople,
  RepositorySource,
  Snapshot,
  SnapshotFile,
} from '../../src/engine/ports/repository-source.ts';

interface FakeCommit {
  readonly parent: string | null;
  readonly author: string;
  readonly files: readonly SnapshotFile[];
}

/** A repository in memory: one branch, commits named by their number. */
export class FakeGit implements RepositorySource {
  readonly #commits = new Map<string, FakeCommit>();
  head: string | null = null;
  isDown = false;
  snapshots = 0;

  /** Commits the files of a folder on top of `parent` and moves the branch there. */
  commit(dir: string, { parent = this.head, author = 'ada@example.com' } = {}): string {
    const id = String(this.#commits.size + 1).padStart(40, '0');
    this.#commits.set(id, { parent, author, files: readRepository(dir) });
    this.head = id;
    return id;
  }

  fetch(): Promise<void> {
    if (this.isDown) return Promise.reject(new MkaError('git/unreachable', 'the repository cannot be reached'));
    return Promise.resolve();
  }

  resolve(): Promise<string | null> {
    return Promise.resolve(this.head);
  }

  snapshot(commit: string): Promise<Snapshot> {
    this.snapshots += 1;
    return Promise.resolve({ commit, tree: commit, files: this.#at(commit).files });
  }

  isAncestor(ancestor: string, descendant: string): Promise<boolean> {
    return Promise.resolve(this.#line(descendant).includes(ancestor));
  }

  people(from: string | null, to: string): Promise<readonly CommitPeople[]> {
    const known = from === null ? [] : this.#line(from);
    const commits = this.#line(to).filter((one) => !known.includes(one));
    return Promise.resolve(
      commits.map((commit) => ({ commit, author: this.#at(commit).author, committer: this.#at(commit).author })),
    );
  }

  mergeBase(a: string, b: string): Promise<string | null> {
    return Promise.resolve(this.#line(a).find((one) => this.#line(b).includes(one)) ?? null);
  }

  #line(from: string): string[] {
    const line: string[] = [];
    for (let at: string | null = from; at !== null; at = this.#at(at).parent) line.push(at);
    return line;
  }

  #at(commit: string): FakeCommit {
    const found = this.#commits.get(commit);
    if (found === undefined) throw new Error(`no commit ${commit}`);
    return found;
  }
}
