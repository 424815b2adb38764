import { EXIT, MkaError } from '../../kernel/mka-error.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ForgePort } from '../../ports/forge.ts';
import type { Secret } from '../secrets/secret.ts';
import { apiBase, repositoryPath } from './github-address.ts';
import { type GithubApiOptions, GithubCall } from './github-api.ts';
import { type Comment, commentOf, commitAuthors, loginOf, pullRequestOf, reviewOf } from './github-shapes.ts';

export interface GithubForgeOptions {
  /** `owner/name`. */
  readonly repository: string;
  readonly token: Secret;
  readonly clock: Clock;
  /** `https://api.github.com` when absent; `https://HOST/api/v3` for GitHub Enterprise. */
  readonly baseUrl?: string;
  /** For one request; 15 s when absent. */
  readonly timeoutMs?: number;
  /** For one call of the port, waits for rate limits included; 2 min when absent. */
  readonly deadlineMs?: number;
}

const TIMEOUT_MS = 15_000;
const DEADLINE_MS = 120_000;
const TRIES = 3;

/**
 * Pull requests at GitHub by its REST API. Reviews of bots are left out; an approval from outside the repository is given as a
 * comment. Throws MkaError `forge/bad-address` or `forge/bad-token`.
 */
export function createGithubForge(options: GithubForgeOptions): ForgePort {
  const { token, clock, baseUrl = 'https://api.github.com', timeoutMs = TIMEOUT_MS } = options;
  // A header that cannot be sent would be quoted in the error about it.
  if (!/^[\x21-\x7e]+$/.test(token.reveal())) throw badToken();
  const path = repositoryPath(options.repository);
  const api: GithubApiOptions = { base: apiBase(baseUrl), token, clock, timeoutMs };
  const call = () => new GithubCall(api, options.deadlineMs ?? DEADLINE_MS);
  return {
    reviews: (number) => reviews(call(), `${path}/pulls/${numberOf(number)}`),
    authors: (number) => authors(call(), `${path}/pulls/${numberOf(number)}`),
    upsertComment: (number, marker, markdown) =>
      upsertComment(call(), path, { number: numberOf(number), marker, markdown }),
  };
}

async function reviews(call: GithubCall, pull: string): ReturnType<ForgePort['reviews']> {
  return (await call.list(`${pull}/reviews`)).flatMap((item) => reviewOf(item) ?? []);
}

/** The list of commits ends at 250, and an author beyond it would be missed: then there is no answer. */
async function authors(call: GithubCall, pull: string): Promise<readonly string[]> {
  const { login, commits } = pullRequestOf(await call.get(pull));
  const listed = await call.list(`${pull}/commits`);
  if (listed.length !== commits) {
    const message = `the forge lists ${listed.length} of the ${commits} commits of the pull request`;
    const hint = 'split a pull request of more than 250 commits, or approve by SSH signature';
    throw new MkaError('forge/incomplete', message, { hint });
  }
  return [...new Set([...(login === null ? [] : [login]), ...listed.flatMap(commitAuthors)])];
}

interface Wish {
  readonly number: number;
  readonly marker: string;
  readonly markdown: string;
}

/** A lost answer to a creation is looked for before it is tried again, so that there stays one comment. */
async function upsertComment(
  call: GithubCall,
  path: string,
  { number, marker, markdown }: Wish,
): ReturnType<ForgePort['upsertComment']> {
  const body = markdown.includes(marker) ? markdown : `${marker}\n${markdown}`;
  const isMine = await ownership(call);
  for (let attempt = 1; ; attempt += 1) {
    const comments = (await call.list(`${path}/issues/${number}/comments`)).map(commentOf);
    const present = comments.find((comment) => comment.body.includes(marker) && isMine(comment));
    if (present !== undefined) {
      if (plain(present.body) === plain(body)) return attempt === 1 ? 'unchanged' : 'created';
      await call.send('PATCH', `${path}/issues/comments/${present.id}`, { body });
      return 'updated';
    }
    try {
      await call.send('POST', `${path}/issues/${number}/comments`, { body });
      return 'created';
    } catch (error) {
      if (attempt === TRIES || !(error instanceof MkaError) || error.code !== 'forge/unavailable') throw error;
    }
  }
}

/**
 * Somebody else may write a comment with the marker and change it after it was replaced, so only our own is taken. A
 * workflow's token belongs to no user and is not told its name: it writes as a bot, which nobody from outside does.
 */
async function ownership(call: GithubCall): Promise<(comment: Comment) => boolean> {
  try {
    const me = loginOf(await call.get('/user'), 'the user');
    return ({ login }) => login !== null && login === me;
  } catch (error) {
    const isWorkflow = error instanceof MkaError && ['forge/forbidden', 'forge/not-found'].includes(error.code);
    if (!isWorkflow) throw error;
    return ({ isBot }) => isBot;
  }
}

/** The forge stores line breaks as CRLF and drops blanks at the end. */
function plain(body: string): string {
  return body.replaceAll('\r\n', '\n').trimEnd();
}

function numberOf(pullRequest: number): number {
  if (Number.isSafeInteger(pullRequest) && pullRequest > 0) return pullRequest;
  throw new Error(`${pullRequest} is no number of a pull request`);
}

function badToken(): MkaError {
  return new MkaError('forge/bad-token', "the forge's token holds characters that no token has, or is empty", {
    hint: 'check for a line break or blanks around it',
    exitCode: EXIT.usage,
  });
}
