import type { LocalRepository } from '../adapters/source/git/local-repository.ts';
import { MkaError } from '../kernel/mka-error.ts';
import type { PlanOrigin } from '../model/plan.ts';
import type { PolicySet } from '../model/policy.ts';
import type { PlanBase } from '../plan/plan.ts';
import type { Occupancy } from '../ports/deployment-store.ts';
import { judgedBy } from '../usecases/plan-base.ts';
import { DEFAULT_ENVIRONMENT } from './environment.ts';
import { type Installation, locate, openExisting, type Place } from './installation.ts';
import {
  type Built,
  build,
  type FileSet,
  factsOf,
  filesAt,
  filesOfFolder,
  openGit,
  policiesOf,
  signersOf,
} from './plan-repository.ts';

/** What is planned, and what it is judged by. */
export interface PlanChoice {
  /** Ref of the base branch, whose policies and signers count. */
  readonly base?: string | undefined;
  /** Plan the files of the folder as they stand, committed or not. */
  readonly workTree?: boolean | undefined;
  /** Compare with this ref instead of with what is deployed; such a plan cannot be deployed. */
  readonly against?: string | undefined;
}

/** All that a plan is made of. */
export interface PlanSources {
  readonly dir: string;
  readonly environment: string;
  readonly dataDir: string;
  readonly target: Built;
  readonly base: PlanBase;
  readonly policies: PolicySet;
  readonly allowedSigners: string;
  readonly standing: readonly Occupancy[];
  readonly origin: PlanOrigin;
}

/** Reads repository, base branch and state; changes nothing and closes what it opened. */
export async function readPlanSources(place: Place, choice: PlanChoice, nowMs: number): Promise<PlanSources> {
  const located = locate(place);
  const { name, dataDir } = located.environment;
  const git = await openGit(located.dir);
  const files = await targetFiles(located.dir, name, git, choice);
  const target = build(files, name);
  const { base, standing } = await baseOf(place, name, git, choice);
  const judged = await judge(git, files, base.commit, choice);
  return {
    dir: located.dir,
    environment: name,
    dataDir,
    target,
    base,
    policies: judged.policies,
    allowedSigners: judged.allowedSigners,
    standing,
    origin: { commit: files.commit, tree: files.tree, authors: judged.authors, createdAtMs: nowMs },
  };
}

/** Files of the checked-out commit, which must be what the folder holds; or of the folder, where that was asked for. */
async function targetFiles(
  dir: string,
  environment: string,
  git: LocalRepository | null,
  { workTree = false }: PlanChoice,
): Promise<FileSet> {
  if (workTree) return filesOfFolder(dir);
  if (git === null) {
    if (environment === DEFAULT_ENVIRONMENT) return filesOfFolder(dir);
    throw new MkaError(
      'plan/no-git',
      `a plan for \`${environment}\` speaks of a commit, but this is no git repository`,
      {
        hint: '--work-tree plans the files as they are, for an environment that asks for no approval',
      },
    );
  }
  await git.requireClean();
  return filesAt(git, (await git.head()).commit);
}

/** A base with the commit it is of. */
export type KnownBase = PlanBase & { readonly commit: string | null };

/** What is deployed (nothing yet: generation 0), or a ref in its place; and who is under way. */
export async function baseOf(
  place: Place,
  environment: string,
  git: LocalRepository | null,
  { against }: PlanChoice,
): Promise<{ readonly base: KnownBase; readonly standing: readonly Occupancy[] }> {
  if (against !== undefined) return { base: await baseAt(against, environment, git), standing: [] };
  const nothing: KnownBase = { generation: 0, bundle: null, release: null, commit: null };
  const installation = await existing(place);
  if (installation === null) return { base: nothing, standing: [] };
  try {
    const { store, deployments } = installation;
    const active = await store.activeRelease();
    const bundle = active === null ? null : await store.loadRelease(active.digest);
    if (active === null || bundle === null) return { base: nothing, standing: [] };
    const commit = bundle.commit ?? null;
    const base = {
      ...{ generation: active.generation, bundle: active.digest, release: bundle.release, commit },
      facts: factsOf(bundle),
    };
    return { base, standing: await deployments.occupancy() };
  } finally {
    await installation.close();
  }
}

/** A ref in the place of what is deployed. Generation 0 with a bundle is nothing that ever was deployed. */
async function baseAt(ref: string, environment: string, git: LocalRepository | null): Promise<KnownBase> {
  const commit = git === null ? null : await git.resolve(ref);
  if (git === null || commit === null) {
    throw new MkaError('plan/no-base', `there is no ref \`${ref}\``, { hint: 'name a branch, a tag or a commit' });
  }
  const { bundle, release, facts } = build(await filesAt(git, commit), environment);
  return { generation: 0, bundle: bundle.digest, release, facts, commit };
}

async function existing(place: Place): Promise<Installation | null> {
  try {
    return await openExisting(place);
  } catch (error) {
    if (error instanceof MkaError && error.code === 'environment/no-state') return null;
    throw error;
  }
}

interface Judges {
  readonly policies: PolicySet;
  readonly allowedSigners: string;
  readonly authors: readonly string[];
}

/** Policies, signers and authors; outside git those of the folder, which is good only where nobody must agree. */
async function judge(
  git: LocalRepository | null,
  { files, commit }: FileSet,
  deployed: string | null,
  { base }: PlanChoice,
): Promise<Judges> {
  if (git === null) return { policies: policiesOf(files), allowedSigners: '', authors: [] };
  const head = commit ?? (await git.head()).commit;
  const judged = await judgedBy(git, { head, deployed, base });
  const known = await filesAt(git, judged.commit);
  return {
    policies: policiesOf(known.files, judged.commit),
    allowedSigners: signersOf(known.all),
    authors: judged.authors,
  };
}
