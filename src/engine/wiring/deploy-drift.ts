import { compileRepository } from '../compile/compile-repository.ts';
import type { ReleaseBundle } from '../model/release.ts';
import { type Compared, type Drift, readDrift } from '../usecases/drift.ts';
import { openExisting, type Place } from './installation.ts';
import { type FileSet, filesAt, filesOfFolder, openGit } from './plan-repository.ts';

/** Compares what is deployed with its commit, with a ref (default: the checked-out one) and with the files on disk. */
export async function environmentDrift(
  place: Place,
  { ref = 'HEAD' }: { readonly ref?: string | undefined },
): Promise<Drift & { readonly environment: string }> {
  const installation = await openExisting(place);
  const { dir, environment } = installation;
  try {
    const drift = await readDrift(installation, (deployed) => comparedWith(dir, environment.name, ref, deployed));
    return { environment: environment.name, ...drift };
  } finally {
    await installation.close();
  }
}

async function comparedWith(
  dir: string,
  environment: string,
  ref: string,
  deployed: ReleaseBundle | null,
): Promise<readonly Compared[]> {
  const git = await openGit(dir);
  const compared: Compared[] = [];
  const commit = deployed?.commit;
  if (git !== null && commit !== undefined && (await git.resolve(commit)) !== null) {
    compared.push({ what: 'commit', name: commit, ...compile(await filesAt(git, commit), environment) });
  }
  const head = git === null ? null : await git.resolve(ref);
  if (git !== null && head !== null) {
    compared.push({
      what: 'ref',
      name: `${ref} ${head.slice(0, 12)}`,
      ...compile(await filesAt(git, head), environment),
    });
  }
  compared.push({ what: 'work tree', name: dir, ...compile(filesOfFolder(dir), environment) });
  return compared;
}

function compile({ files, commit }: FileSet, environment: string) {
  const { bundle, diagnostics } = compileRepository(files, { environment, ...(commit === null ? {} : { commit }) });
  return { diagnostics, ...(bundle === undefined ? {} : { bundle }) };
}
