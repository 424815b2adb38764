import { describe, expect, it } from 'vitest';
import { createGithubForge, type GithubForgeOptions } from '../../../src/engine/adapters/forge/github.ts';
import { Secret } from '../../../src/engine/adapters/secrets/secret.ts';
import type { Clock } from '../../../src/engine/ports/clock.ts';
import { FORGE_CASES } from '../../../src/engine/ports/conformance/forge.ts';
import { approvalsOfReviews } from '../../../src/engine/release/forge-approvals.ts';
import { keepsPromises } from '../keeps-promises.ts';
import {
  commentItem,
  commitItem,
  type GithubServer,
  NUMBER,
  reviewItem,
  startGithubServer,
  type Trouble,
  userOf,
} from './github-server.ts';

const TOKEN = 'ghp_s3cretTokenOfTheTest';
const NOW_MS = Date.UTC(2026, 0, 5, 9);
const MARKER = '<!-- mka-plan -->';
const STATES = { approved: 'APPROVED', 'changes-requested': 'CHANGES_REQUESTED' } as const;

/** A clock that leaps over every sleep, and what was slept. */
function leapingClock(): Clock & { readonly slept: number[] } {
  const slept: number[] = [];
  const now = () => NOW_MS + slept.reduce((sum, ms) => sum + ms, 0);
  return { virtual: false, now, slept, sleep: async (ms) => void slept.push(ms) };
}

async function forge(parts: Partial<GithubForgeOptions> = {}) {
  const server = await startGithubServer();
  const clock = leapingClock();
  const options = { repository: 'shop/campaigns', token: new Secret(TOKEN), clock, baseUrl: server.baseUrl, ...parts };
  return { server, clock, port: createGithubForge(options) };
}

function answering(status: number, headers: Record<string, string> = {}, body = '{"message":"no"}'): Trouble {
  return (_, response) => {
    response.writeHead(status, headers).end(body);
    return 'taken';
  };
}

/** Makes trouble for the first `count` requests that this method and path make. */
function first(count: number, trouble: Trouble, wanted = /./): Trouble {
  let left = count;
  return (request, response, seen) => {
    if (!wanted.test(`${request.method} ${request.url}`) || left === 0) return null;
    left -= 1;
    return trouble(request, response, seen);
  };
}

describe('GitHub', () => {
  keepsPromises('GitHub', FORGE_CASES, async () => {
    const { server, port } = await forge();
    return {
      port,
      pullRequest: NUMBER,
      review: async ({ login, state, commit, body, atMs }) => {
        const name = STATES[state as keyof typeof STATES] ?? state.toUpperCase();
        const submitted_at = new Date(atMs).toISOString();
        server.reviews.push(reviewItem(login, { state: name, commit_id: commit, body, submitted_at }));
      },
      commit: async (login) => void server.commits.push(commitItem(login)),
      comment: async (login, body) => void server.comments.push(commentItem(login, body)),
      comments: async () =>
        server.comments.map(({ user, body }) => ({
          login: (user as { login: string }).login,
          body: String(body).replaceAll('\r\n', '\n'),
        })),
    };
  });

  it('sends the token as a header to the one address, and asks for the version it knows', async () => {
    const { server, port } = await forge();
    await port.reviews(NUMBER);
    const [request] = server.requests;
    expect(request?.path).toBe(`/api/v3/repos/shop/campaigns/pulls/${NUMBER}/reviews`);
    expect(request?.headers).toMatchObject({
      authorization: `Bearer ${TOKEN}`,
      accept: 'application/vnd.github+json',
      'x-github-api-version': '2022-11-28',
    });
  });
});

describe('a review at GitHub', () => {
  it('of the same person supersedes the one before; a dismissed one approves nothing', async () => {
    const { server, port } = await forge();
    const body = `sha256:${'a'.repeat(64)}`;
    const at = (minute: number) => ({ body, submitted_at: `2026-01-05T09:0${minute}:00Z` });
    server.reviews.push(reviewItem('bob', at(1)), reviewItem('bob', { ...at(2), state: 'CHANGES_REQUESTED' }));
    server.reviews.push(reviewItem('eve', { ...at(3), state: 'DISMISSED' }), reviewItem('cai', at(4)));
    server.reviews.push(reviewItem('cai', { ...at(5), state: 'COMMENTED', body: 'and thanks' }));
    const checked = approvalsOfReviews(await port.reviews(NUMBER));
    expect(checked.filter(({ check }) => check.ok).map(({ approval }) => approval.by)).toEqual(['cai']);
  });

  it('of a bot, a deleted account or a draft is none; from outside it is a comment', async () => {
    const { server, port } = await forge();
    server.reviews.push(
      reviewItem('robot', { user: userOf('robot[bot]', 'Bot') }),
      reviewItem('ghost', { user: null }),
      reviewItem('bob', { state: 'PENDING', submitted_at: undefined }),
      reviewItem('stranger', { author_association: 'NONE' }),
      reviewItem('first', { author_association: 'CONTRIBUTOR' }),
      reviewItem('owner', { author_association: 'OWNER', commit_id: null, body: null }),
    );
    const found = (await port.reviews(NUMBER)).map(({ login, state, commit }) => [login, state, commit]);
    const commit = 'c'.repeat(40);
    expect(found).toEqual([
      ['stranger', 'commented', commit],
      ['first', 'commented', commit],
      ['owner', 'approved', ''],
    ]);
  });
});

describe('the authors of a pull request at GitHub', () => {
  it('are its committers too, by address where GitHub knows no login, without GitHub itself', async () => {
    const { server, port } = await forge();
    server.commits.push(
      commitItem(null),
      commitItem('bob', { committer: userOf('cai') }),
      commitItem('dan', { committer: userOf('web-flow') }),
      commitItem('eve', { committer: {} }),
    );
    const expected = ['ann', 'nobody@example.com', 'bob', 'cai', 'dan', 'eve', 'eve@example.com'];
    expect(await port.authors(NUMBER)).toEqual(expected);
  });

  it('are not told when GitHub lists fewer commits than there are', async () => {
    const { server, port } = await forge();
    server.commits.push(commitItem('bob'));
    server.commitCount = 251;
    await expect(port.authors(NUMBER)).rejects.toMatchObject({ code: 'forge/incomplete' });
  });
});

describe("GitHub's limits and failures", () => {
  const reset = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW_MS / 1000 + 40) };
  it.each([
    ['Retry-After in seconds', answering(429, { 'retry-after': '7' }), 7000],
    ['Retry-After as a date', answering(403, { 'retry-after': new Date(NOW_MS + 9000).toUTCString() }), 9000],
    ['the end of the hour', answering(403, reset), 40_000],
    ['a limit without a time', answering(403, {}, '{"message":"You have exceeded a secondary rate limit"}'), 60_000],
  ])('waits for %s', async (_, trouble, waitMs) => {
    const { server, clock, port } = await forge();
    server.trouble = first(1, trouble);
    expect(await port.reviews(NUMBER)).toEqual([]);
    expect(clock.slept).toEqual([waitMs]);
  });

  it('does not wait beyond its deadline', async () => {
    const { server, clock, port } = await forge({ deadlineMs: 30_000 });
    server.trouble = answering(403, reset);
    const message = expect.stringContaining('40 s');
    await expect(port.reviews(NUMBER)).rejects.toMatchObject({ code: 'forge/rate-limited', exitCode: 69, message });
    expect(clock.slept).toEqual([]);
  });

  it.each([
    ['an answer of 502', answering(502, {}, '<html>')],
    [
      'a cut connection',
      ((_, response) => {
        response.destroy();
        return 'taken';
      }) as Trouble,
    ],
  ])('tries again after %s, with longer and longer pauses, and gives up in the end', async (_, trouble) => {
    const { server, clock, port } = await forge();
    server.trouble = first(2, trouble);
    expect(await port.reviews(NUMBER)).toEqual([]);
    expect(clock.slept).toEqual([500, 1000]);
    server.trouble = trouble;
    await expect(port.reviews(NUMBER)).rejects.toMatchObject({ code: 'forge/unavailable', exitCode: 69 });
  });

  it('gives up a request that is not answered', async () => {
    const { server, port } = await forge({ timeoutMs: 50 });
    server.trouble = () => 'taken';
    const message = expect.stringContaining('time-out');
    await expect(port.reviews(NUMBER)).rejects.toMatchObject({ code: 'forge/unavailable', message });
  });

  it.each([
    [401, 'forge/unauthorized'],
    [403, 'forge/forbidden'],
    [404, 'forge/not-found'],
    [422, 'forge/refused'],
  ])('an answer of %i is %s, in one line and without the token', async (status, code) => {
    const { server, port } = await forge();
    server.trouble = answering(status, {}, JSON.stringify({ message: `no\n${TOKEN}\u001b[31m` }));
    const message = expect.not.stringMatching(new RegExp(`${TOKEN}|\\n|\\u001b`));
    await expect(port.reviews(NUMBER)).rejects.toMatchObject({ code, message });
    expect(server.requests.length).toBe(1);
  });

  it.each([
    ['a page instead of JSON', '<html>'],
    ['no list', '{}'],
    ['an entry of another form', '[7]'],
    ['a review without a login', JSON.stringify([reviewItem('x', { user: { type: 'User' } })])],
    ['a review with another id', JSON.stringify([reviewItem('x', { id: '__proto__' })])],
    ['a review at no time', JSON.stringify([reviewItem('x', { submitted_at: 'soon' })])],
    ['a review without a state', JSON.stringify([reviewItem('x', { state: null })])],
  ])('%s is forge/malformed', async (_, body) => {
    const { server, port } = await forge();
    server.trouble = answering(200, {}, body);
    await expect(port.reviews(NUMBER)).rejects.toMatchObject({ code: 'forge/malformed' });
  });
});

describe('the token', () => {
  it('follows a moved repository within its host, and goes to no other', async () => {
    const { server, port } = await forge();
    server.trouble = first(
      1,
      answering(301, { location: `${server.baseUrl}repos/shop/campaigns/pulls/${NUMBER}/reviews` }),
    );
    expect(await port.reviews(NUMBER)).toEqual([]);
    const other = await startGithubServer();
    const elsewhere = `${other.baseUrl}repos/shop/campaigns/pulls/${NUMBER}/reviews`;
    const troubles = [
      answering(302, { location: elsewhere }),
      answering(302, { location: server.baseUrl }),
      answering(304),
      answering(200, { link: `<${elsewhere}?page=2>; rel="next"` }, '[]'),
    ];
    for (const trouble of troubles) {
      server.trouble = trouble;
      await expect(port.reviews(NUMBER)).rejects.toMatchObject({ code: 'forge/redirected' });
    }
    expect(other.requests).toEqual([]);
  });

  it.each(['', 'a b', 'abc\n', 'é'])('%j is refused without being repeated', async (token) => {
    const make = forge({ token: new Secret(token) });
    await expect(make).rejects.toMatchObject({ code: 'forge/bad-token', exitCode: 64 });
  });

  it.each(['http://example.com', 'https://user:pw@example.com', 'ftp://x', 'nonsense', 'https://x/?a=b'])(
    'is not sent to %s',
    async (baseUrl) => {
      await expect(forge({ baseUrl })).rejects.toMatchObject({
        code: 'forge/bad-address',
        message: expect.not.stringContaining('pw'),
      });
    },
  );

  it.each(['shop', 'a/b/c', '../x', 'a/..', 'a/b?x', ''])('is not sent for the repository %j', async (repository) => {
    await expect(forge({ repository })).rejects.toMatchObject({ code: 'forge/bad-address' });
  });
});

describe('the comment at GitHub', () => {
  it("is found by a workflow's token, which may not ask who it is", async () => {
    const { server, port } = await forge();
    server.me = null;
    server.comments.push(commentItem('eve', `${MARKER} fake`));
    expect(await port.upsertComment(NUMBER, MARKER, 'one')).toBe('created');
    expect(await port.upsertComment(NUMBER, MARKER, 'two')).toBe('updated');
    expect(server.comments.map(({ body }) => body)).toEqual([`${MARKER} fake`, `${MARKER}\r\ntwo`]);
  });

  it('stays one when the answer to its creation is lost', async () => {
    const { server, port } = await forge();
    server.trouble = first(1, () => 'taken after serving', /^POST/);
    expect(await port.upsertComment(NUMBER, MARKER, 'one')).toBe('created');
    expect(server.comments.length).toBe(1);
  });

  it('is created after a failure that created nothing', async () => {
    const { server, port } = await forge();
    server.trouble = first(1, answering(502), /^POST/);
    expect(await port.upsertComment(NUMBER, MARKER, 'one')).toBe('created');
    expect(commentsOf(server)).toEqual([`${MARKER}\r\none`]);
  });
});

function commentsOf({ comments }: GithubServer): unknown[] {
  return comments.map(({ body }) => body);
}
