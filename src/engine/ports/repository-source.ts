/** A file of a snapshot; `path` is relative to the repository's campaign folder, with `/`. */
export interface SnapshotFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** All files of one commit. */
export interface Snapshot {
  readonly commit: string;
  readonly tree: string;
  readonly files: readonly SnapshotFile[];
}

/** Who wrote a commit, as the commit says; nobody has proved it. */
export interface CommitPeople {
  readonly commit: string;
  readonly author: string;
  readonly committer: string;
}

/**
 * A git repository. Promises:
 * - Nothing of the repository runs: no hooks, filters, prompts, pagers or configuration from it.
 * - `fetch` is atomic: it ends with the new commits or with what was there; it throws MkaError `git/unreachable`.
 * - `snapshot` gives the bytes of one commit, never of the work tree; symbolic links and submodules are left out.
 * - Every failure is an MkaError with code `git/…`, without credentials of the URL.
 */
export interface RepositorySource {
  fetch(): Promise<void>;
  /** Commit of a ref; null when there is none. */
  resolve(ref: string): Promise<string | null>;
  snapshot(commit: string, folder: string): Promise<Snapshot>;
  /** True when `ancestor` is `descendant` or one of its ancestors. */
  isAncestor(ancestor: string, descendant: string): Promise<boolean>;
  /** Commits reachable from `to` and not from `from` (all when null), newest first. */
  people(from: string | null, to: string): Promise<readonly CommitPeople[]>;
  mergeBase(a: string, b: string): Promise<string | null>;
}
