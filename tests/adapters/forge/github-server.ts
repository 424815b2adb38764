import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

type Item = Record<string, unknown>;

/** What the server does with one request instead of serving it; null serves it. */
export type Trouble = (
  request: IncomingMessage,
  response: ServerResponse,
  seen: number,
) => 'taken' | 'taken after serving' | null;

export interface GithubServer {
  readonly baseUrl: string;
  readonly reviews: Item[];
  readonly commits: Item[];
  readonly comments: Item[];
  /** Commits that the pull request says it has; those listed when absent. */
  commitCount?: number;
  /** Null: a workflow's token, which may not ask who it is. */
  me: string | null;
  trouble: Trouble;
  readonly requests: { readonly method: string; readonly path: string; readonly headers: IncomingMessage['headers'] }[];
}

export const NUMBER = 7;
const REPOSITORY = '/api/v3/repos/shop/campaigns';

/** Speaks the published shapes of GitHub's REST API (version 2022-11-28) for one pull request, on a real port. */
export async function startGithubServer(): Promise<GithubServer> {
  const state: { -readonly [Key in keyof GithubServer]: GithubServer[Key] } = {
    ...{ baseUrl: '', reviews: [], commits: [], comments: [], me: 'mka-robot', requests: [], trouble: () => null },
  };
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const path = new URL(request.url ?? '/', 'http://x').pathname;
    state.requests.push({ method: request.method ?? '', path, headers: request.headers });
    const trouble = state.trouble(request, response, state.requests.length);
    if (trouble === 'taken') return;
    const answer = respond(state, request, await bodyOf(request));
    if (trouble === 'taken after serving') response.destroy();
    else response.writeHead(answer.status, answer.headers).end(JSON.stringify(answer.body));
  };
  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  state.baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v3/`;
  return state;
}

let lastId = 1000;

export function userOf(login: string, type = 'User'): Item {
  return { login, id: 1, type, site_admin: false };
}

export function reviewItem(login: string, parts: Item = {}): Item {
  lastId += 1;
  return {
    ...{ id: lastId, user: userOf(login), body: '', state: 'APPROVED', commit_id: 'c'.repeat(40) },
    ...{ submitted_at: '2026-01-05T09:00:00Z', author_association: 'MEMBER', ...parts },
  };
}

export function commitItem(login: string | null, parts: Item = {}): Item {
  const raw = { name: 'A', email: `${login ?? 'nobody'}@example.com`, date: '2026-01-05T09:00:00Z' };
  const user = login === null ? null : userOf(login);
  return { sha: 'c'.repeat(40), commit: { author: raw, committer: raw }, author: user, committer: user, ...parts };
}

export function commentItem(login: string, body: string, type = 'User'): Item {
  lastId += 1;
  return { id: lastId, user: userOf(login, type), body, created_at: '2026-01-05T09:00:00Z' };
}

interface Response {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Record<string, string>;
}

function respond(state: GithubServer, request: IncomingMessage, body: Item): Response {
  const url = new URL(request.url ?? '/', state.baseUrl);
  const path = url.pathname.replace(REPOSITORY, '');
  if (url.pathname === '/api/v3/user') {
    return state.me === null ? fail(403, 'Resource not accessible by integration') : ok(userOf(state.me));
  }
  if (path === `/pulls/${NUMBER}`) {
    return ok({ number: NUMBER, user: userOf('ann'), commits: state.commitCount ?? state.commits.length });
  }
  if (path === `/pulls/${NUMBER}/reviews`) return page(url, state.reviews);
  if (path === `/pulls/${NUMBER}/commits`) return page(url, state.commits);
  if (path === `/issues/${NUMBER}/comments`) return commentsOf(state, request.method ?? '', url, body);
  const comment = state.comments.find(({ id }) => path === `/issues/comments/${String(id)}`);
  if (comment === undefined) return fail(404, 'Not Found');
  comment['body'] = stored(body);
  return ok(comment);
}

function commentsOf(state: GithubServer, method: string, url: URL, body: Item): Response {
  if (method === 'GET') return page(url, state.comments);
  const made = commentItem(state.me ?? 'github-actions[bot]', stored(body), state.me === null ? 'Bot' : 'User');
  state.comments.push(made);
  return { ...ok(made), status: 201 };
}

/** GitHub gives line breaks back as CRLF. */
function stored(body: Item): string {
  return String(body['body']).trimEnd().replaceAll('\n', '\r\n');
}

function page(url: URL, items: readonly Item[]): Response {
  const size = Number(url.searchParams.get('per_page') ?? 30);
  const number = Number(url.searchParams.get('page') ?? 1);
  const to = (target: number, rel: string): string => {
    const other = new URL(url);
    other.searchParams.set('page', String(target));
    return `<${other.href}>; rel="${rel}"`;
  };
  const last = Math.max(1, Math.ceil(items.length / size));
  const links = [
    ...(number > 1 ? [to(1, 'first')] : []),
    ...(number < last ? [to(number + 1, 'next'), to(last, 'last')] : []),
  ];
  const response = ok(items.slice((number - 1) * size, number * size));
  return links.length === 0 ? response : { ...response, headers: { ...response.headers, link: links.join(', ') } };
}

function ok(body: unknown): Response {
  return { status: 200, body, headers: { 'content-type': 'application/json; charset=utf-8' } };
}

export function fail(status: number, message: string): Response {
  return { ...ok({ message, documentation_url: 'https://docs.github.com/rest' }), status };
}

async function bodyOf(request: IncomingMessage): Promise<Item> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return text === '' ? {} : (JSON.parse(text) as Item);
}
