import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { campaignFiles } from '../adapters/source/git/campaign-files.ts';
import type { Protocol } from '../adapters/source/git/git-variables.ts';
import { openGitMirror } from '../adapters/source/git/mirror.ts';
import { compileRepository } from '../compile/compile-repository.ts';
import type { FollowDefinition } from '../compile/environment.ts';
import { EXIT, MkaError } from '../kernel/mka-error.ts';
import type { Log } from '../ports/log.ts';
import type { RepositorySource } from '../ports/repository-source.ts';
import { createReconciler, type Reconciler } from '../runtime/reconcile.ts';
import { admit, type RecordTrust } from '../runtime/reconcile-records.ts';
import type { FollowedRef, Reconciled } from '../runtime/reconcile-step.ts';
import type { ChooseBundle } from '../runtime/releases.ts';
import { trustOf } from './deploy-parts.ts';
import type { Installation } from './installation.ts';
import { openGit } from './plan-repository.ts';

/** What a follower of `mka run --follow` takes when the environment says nothing else. */
const DEFAULTS = { folder: '', everyMs: 60_000, require: 'none', pruneLimit: 3 } as const;

type Settings = Pick<FollowDefinition, 'repository' | 'ref' | 'folder' | 'everyMs' | 'require' | 'pruneLimit'>;

/** The reconciler of an environment; null where it neither follows a ref nor asks for records. `asked` is `--follow`. */
export async function openReconciler(
  installation: Installation,
  log: Log,
  asked: string | undefined,
): Promise<Reconciler | null> {
  const settings = settingsOf(installation, asked);
  if (settings === undefined) return null;
  const { store, deployments, clock } = installation;
  const trust = await trustOf(installation);
  const followed = settings.ref === undefined ? undefined : await followedRef(installation, settings, settings.ref);
  const { everyMs } = settings;
  return createReconciler({
    ...{ store, deployments, trust, clock, log, everyMs },
    ...(followed === undefined ? {} : { followed }),
  });
}

function settingsOf({ environment }: Installation, asked: string | undefined): Settings | undefined {
  if (asked === undefined) return environment.follow;
  const at = asked.lastIndexOf('#');
  const [repository, ref] = at < 0 ? [asked, 'main'] : [asked.slice(0, at), asked.slice(at + 1)];
  if (repository === '' || ref === '') {
    throw new MkaError('cli/usage', `--follow ${asked} names no repository and ref`, {
      hint: 'such as --follow https://git.example.com/shop/campaigns#main',
      exitCode: EXIT.usage,
    });
  }
  return { ...DEFAULTS, ...environment.follow, repository, ref };
}

async function followedRef(installation: Installation, settings: Settings, ref: string): Promise<FollowedRef> {
  const { environment } = installation;
  const { source, folder } = await openSource(installation, settings);
  return {
    ...{ source, ref, folder, gate: { require: settings.require, pruneLimit: settings.pruneLimit } },
    build: ({ commit, files }) => compileRepository(campaignFiles(files), { commit, environment: environment.name }),
  };
}

/** A mirror of the named repository; the one around the folder when none is named. */
async function openSource(
  { dir, environment, clock }: Installation,
  { repository, folder }: Settings,
): Promise<{ readonly source: RepositorySource; readonly folder: string }> {
  if (repository === undefined) {
    const local = await openGit(dir);
    if (local !== null) return { source: local, folder: folder === '' ? local.folder : folder };
    throw new MkaError('git/not-a-repository', `${dir} is not in a git repository, and spec.follow names none`, {
      hint: 'name it in spec.follow.repository',
      exitCode: EXIT.usage,
    });
  }
  const { url, protocols } = addressOf(repository);
  const { dataDir } = environment;
  return { source: openGitMirror({ url, protocols, dataDir, clock, variables: process.env }), folder };
}

/** A folder is followed by its file address; plain HTTP only on this machine. */
function addressOf(repository: string): { readonly url: string; readonly protocols: readonly Protocol[] } {
  if (repository.startsWith('file://')) return { url: repository, protocols: ['file'] };
  if (/^http:\/\/(?:127\.0\.0\.1|localhost)[:/]/.test(repository)) return { url: repository, protocols: ['http'] };
  if (/^(?:[a-z]+:\/\/|[^/\\]+@[^/\\]+:)/.test(repository)) return { url: repository, protocols: ['https', 'ssh'] };
  return { url: pathToFileURL(resolve(repository)).href, protocols: ['file'] };
}

/** Which bundle to run for what is active: a release that is not believed gives way to the last good one. */
export async function bundleChooser(installation: Installation, log: Log): Promise<ChooseBundle> {
  return async (active, present) => {
    // The project of what is active is known only now, at the first deployment.
    const trust: RecordTrust = await trustOf(installation);
    const { digest, refused } = await admit({ ...installation, trust }, active);
    if (refused !== null) log.error('release/refused', { generation: active.generation, ...refused });
    const chosen = digest ?? present;
    if (chosen !== undefined) return chosen;
    throw notBelieved(refused?.reason ?? 'record/missing', refused?.message ?? 'nothing that is believed was deployed');
  };
}

function notBelieved(reason: string, message: string): MkaError {
  return new MkaError(reason, message, { hint: 'mka history --verify says more', exitCode: EXIT.notApproved });
}

/** Why nothing is active after the first round, for a start that has nothing to run. */
export function nothingToRun(reconciled: Reconciled | null): MkaError {
  if (reconciled === null) {
    return new MkaError('git/unreachable', 'nothing was ever active here, and the repository cannot be reached', {
      exitCode: EXIT.unavailable,
    });
  }
  const { refused, diagnostics } = reconciled;
  const isWaiting = ['reconcile/no-record', 'reconcile/nothing-deployed', 'reconcile/locked'].includes(
    refused?.reason ?? '',
  );
  const exitCode = isWaiting ? EXIT.locked : diagnostics.length > 0 ? EXIT.findings : EXIT.notApproved;
  const message = refused?.message ?? 'nothing is active yet';
  return new MkaError(refused?.reason ?? 'reconcile/nothing-deployed', message, { exitCode, diagnostics });
}
