import { MkaError } from '../kernel/mka-error.ts';
import type { RepositorySource } from '../ports/repository-source.ts';

type History = Pick<RepositorySource, 'resolve' | 'isAncestor' | 'people'>;

/** Refs that are taken for the base branch when none is named, in this order. */
const BASES = ['origin/HEAD', 'origin/main', 'origin/master', 'main', 'master'];

/** What a plan is judged by: never by what it changes itself. */
export interface JudgedBy {
  /** Commit whose policies and signers count. */
  readonly commit: string;
  /** Authors and committers of the change, as their commits say. */
  readonly authors: readonly string[];
}

/**
 * Finds the commit whose policies judge the change that `head` stands for. Before the merge it is the tip of the base branch;
 * once that holds the change, the deployed commit. Where nothing was deployed the base branch is all there is to trust.
 * Throws MkaError `plan/no-base`.
 */
export async function judgedBy(
  git: History,
  change: { readonly head: string; readonly deployed: string | null; readonly base?: string | undefined },
): Promise<JudgedBy> {
  const { head, deployed } = change;
  const tip = await baseTip(git, change.base);
  const isMerged = tip === null || (await git.isAncestor(head, tip));
  if (!isMerged) return { commit: tip, authors: await authorsOf(git, await since(git, deployed, head, tip), head) };
  if (deployed === null) return { commit: head, authors: await newestAuthors(git, head) };
  if ((await git.resolve(deployed)) === null) {
    throw noBase(`the deployed commit ${deployed.slice(0, 12)} is not in this repository`);
  }
  return { commit: deployed, authors: await authorsOf(git, deployed, head) };
}

/** The deployed commit, when it is here and the base branch does not go beyond what it is; else the base branch's tip. */
async function since(git: History, deployed: string | null, head: string, tip: string): Promise<string> {
  if (deployed === null || (await git.resolve(deployed)) === null) return tip;
  return (await git.isAncestor(deployed, head)) ? deployed : tip;
}

async function baseTip(git: History, ref: string | undefined): Promise<string | null> {
  if (ref !== undefined) {
    const tip = await git.resolve(ref);
    if (tip === null) throw noBase(`there is no ref \`${ref}\``);
    return tip;
  }
  for (const one of BASES) {
    const tip = await git.resolve(one);
    if (tip !== null) return tip;
  }
  return null;
}

async function authorsOf(git: History, from: string, to: string): Promise<string[]> {
  return namesOf(await git.people(from, to));
}

/** At the first deployment everybody who ever wrote would be an author; only who made the newest commit is. */
async function newestAuthors(git: History, head: string): Promise<string[]> {
  return namesOf((await git.people(null, head)).slice(0, 1));
}

/** A forge commits merges and suggestions in its own name. */
const FORGES = new Set(['noreply@github.com', 'noreply@gitlab.com']);

function namesOf(people: Awaited<ReturnType<History['people']>>): string[] {
  const names = people.flatMap(({ author, committer }) => (FORGES.has(committer) ? [author] : [author, committer]));
  return [...new Set(names)].sort();
}

function noBase(why: string): MkaError {
  return new MkaError('plan/no-base', `the commit that policies are read from cannot be found: ${why}`, {
    hint: 'fetch the whole history, and name the base branch with --base',
  });
}
