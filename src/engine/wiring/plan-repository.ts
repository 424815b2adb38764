import { campaignFiles, isCampaignPath } from '../adapters/source/git/campaign-files.ts';
import { type LocalRepository, openLocalRepository } from '../adapters/source/git/local-repository.ts';
import { readRepository } from '../adapters/source/local.ts';
import { compileRepository } from '../compile/compile-repository.ts';
import { policySetOf } from '../compile/policy-set.ts';
import { decodeUtf8, type SourceFile } from '../compile/text.ts';
import { MkaError } from '../kernel/mka-error.ts';
import type { PolicySet } from '../model/policy.ts';
import type { Release, ReleaseBundle } from '../model/release.ts';
import type { FactsByObject } from '../plan/diff.ts';
import type { SnapshotFile } from '../ports/repository-source.ts';
import { ALLOWED_SIGNERS_FILE } from '../release/people.ts';
import { invalidRepository } from './repository.ts';

/** A set of files, compiled for one environment. */
export interface Built {
  readonly bundle: ReleaseBundle;
  readonly release: Release;
  readonly facts: FactsByObject;
}

/** Files of a campaign folder, with the commit they are of; null: the work tree. */
export interface FileSet {
  readonly files: readonly SourceFile[];
  readonly commit: string | null;
  readonly tree: string | null;
}

/** Compiles files for an environment. Throws MkaError `repository/invalid`. */
export function build({ files, commit }: Pick<FileSet, 'files' | 'commit'>, environment: string): Built {
  const compiled = compileRepository(files, { environment, ...(commit === null ? {} : { commit }) });
  const { bundle } = compiled;
  if (bundle === undefined) throw invalidRepository(compiled.diagnostics);
  return { bundle, release: bundle.release, facts: factsOf(bundle) };
}

/** The repository around a folder; null where there is none or no git. */
export async function openGit(dir: string): Promise<LocalRepository | null> {
  const wants = (path: string) => isCampaignPath(path) || path === ALLOWED_SIGNERS_FILE;
  try {
    return await openLocalRepository(dir, { variables: process.env, wants });
  } catch (error) {
    const isNone = error instanceof MkaError && ['git/not-a-repository', 'git/not-installed'].includes(error.code);
    if (isNone) return null;
    throw error;
  }
}

/** The files of a commit. */
export async function filesAt(
  git: LocalRepository,
  commit: string,
): Promise<FileSet & { readonly all: readonly SnapshotFile[] }> {
  const { files, tree } = await git.snapshot(commit, git.folder);
  return { files: campaignFiles(files), all: files, commit, tree };
}

/** The files as they lie in the folder. */
export function filesOfFolder(dir: string): FileSet {
  return { files: readRepository(dir), commit: null, tree: null };
}

/** The policies of a file set. Throws MkaError `policy/invalid`. */
export function policiesOf(files: readonly SourceFile[], commit?: string): PolicySet {
  const { set, diagnostics } = policySetOf(files, commit);
  if (set !== undefined) return set;
  const [first] = diagnostics;
  const place = first?.at === undefined ? '' : `${first.at.file}:${first.at.line}:${first.at.column} `;
  throw new MkaError('policy/invalid', `the policies of the base cannot be read: ${place}${first?.message ?? ''}`, {
    hint: 'correct them on the base branch first',
    diagnostics,
  });
}

/** Who may sign, as the base says; empty where it names nobody. */
export function signersOf(files: readonly SnapshotFile[]): string {
  const file = files.find(({ path }) => path === ALLOWED_SIGNERS_FILE);
  return file === undefined ? '' : (decodeUtf8(file.bytes) ?? '');
}

/** Owners and labels of objects, which stand beside a release. */
export function factsOf(bundle: ReleaseBundle): FactsByObject {
  return (bundle as { readonly facts?: FactsByObject }).facts ?? {};
}
