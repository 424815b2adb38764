import { readFileSync } from 'node:fs';
import { beforeEach, expect, it } from 'vitest';
import {
  commentItem,
  commitItem,
  type GithubServer,
  NUMBER,
  reviewItem,
  startGithubServer,
} from '../adapters/forge/github-server.ts';
import { mka, type Ran } from '../daemon/running.ts';
import { GitShop } from '../plan/git-shop.ts';

let [shop, server]: [GitShop | undefined, GithubServer | undefined] = [undefined, undefined];
const parts = () => {
  if (shop === undefined || server === undefined) throw new Error('not set up');
  return { shop, server };
};

/** As a pipeline does: the forge is named by its variables. */
const run = (...args: readonly string[]): Promise<Ran> => {
  const { shop: at, server: forge } = parts();
  const env = {
    GITHUB_API_URL: forge.baseUrl,
    GITHUB_REPOSITORY: 'shop/campaigns',
    GITHUB_TOKEN: 'token',
    MKA_ENV: '',
  };
  return mka([...args, at.plan, '--pull-request', String(NUMBER), '--dir', at.dir], { env });
};
const plan = async () => {
  const { shop: at } = parts();
  expect(await mka(['plan', '-e', 'prod', '--out', at.plan, '--dir', at.dir])).toMatchObject({ code: 0 });
  return (JSON.parse(readFileSync(at.plan, 'utf8')) as { digest: string }).digest;
};

beforeEach(async () => {
  server = await startGithubServer();
  shop = new GitShop();
  // A person at the forge is known by the login, in the line of the addresses.
  const signers = readFileSync(`${shop.dir}/policies/allowed-signers`, 'utf8');
  shop.write(
    'policies/allowed-signers',
    signers.replace('ada@example.com,', 'ada@example.com,ann,').replace('bo@example.com ', 'bo@example.com,bo-login '),
  );
  shop.init();
  await shop.deploy();
  shop.branch('change').widen().commit('ada@example.com');
  server.commits.push(
    commitItem('ann', {
      commit: { author: { name: 'x', email: 'ada@example.com' }, committer: { name: 'x', email: 'ada@example.com' } },
    }),
  );
});

it('one comment per environment is created, left alone while it says the same, and updated in place', async () => {
  const { server: forge, shop: at } = parts();
  forge.comments.push(commentItem('bo-login', 'looks good'));
  const first = await plan();
  expect(await run('ci', 'comment')).toMatchObject({ code: 0, stderr: 'comment created\n' });
  expect(forge.comments).toHaveLength(2);
  expect(String(forge.comments[1]?.['body'])).toContain(first);

  const writes = () => forge.requests.filter(({ method }) => method !== 'GET').length;
  const before = writes();
  expect(await run('ci', 'comment')).toMatchObject({ code: 0, stderr: 'comment unchanged\n' });
  expect(writes()).toBe(before);

  at.edit('after: 12h', 'after: 6h').commit('ada@example.com');
  const second = await plan();
  const { stdout, code } = await run('ci', 'comment', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({ version: 1, pullRequest: NUMBER, comment: 'updated' });
  expect(forge.comments).toHaveLength(2);
  expect(String(forge.comments[1]?.['body'])).toContain(second);
  expect(String(forge.comments[1]?.['body'])).not.toContain(first);
  expect(forge.comments[0]?.['body']).toBe('looks good');
});

it('an approving review whose text holds the digest satisfies; dismissed, for another plan or by the author it does not', async () => {
  const { server: forge } = parts();
  forge.me = null;
  const digest = await plan();
  const check = () => run('approvals', 'check');
  expect(await check()).toMatchObject({ code: 77, stderr: expect.stringContaining('approval/missing') });

  const review = reviewItem('bo-login', { body: `fine with me: ${digest}` });
  forge.reviews.push(review);
  expect(await check()).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('given') });

  review['state'] = 'DISMISSED';
  expect(await check()).toMatchObject({ code: 77, stderr: expect.stringContaining('approval/missing') });

  forge.reviews.splice(
    0,
    1,
    reviewItem('bo-login', { body: digest.replace(/.$/, (sign) => (sign === '0' ? '1' : '0')) }),
  );
  expect(await check()).toMatchObject({ code: 77, stderr: expect.stringContaining('approval/another-plan') });

  forge.reviews.splice(0, 1, reviewItem('ann', { body: digest }));
  expect(await check()).toMatchObject({ code: 77, stderr: expect.stringContaining('approval/author') });

  forge.reviews.splice(
    0,
    1,
    reviewItem('bo-login', { body: digest }),
    reviewItem('bo-login', { state: 'CHANGES_REQUESTED', body: 'wait', submitted_at: '2026-01-05T10:00:00Z' }),
  );
  expect(await check()).toMatchObject({ code: 77, stderr: expect.stringContaining('approval/withdrawn') });
});

it('a forge that refuses the token or cannot be reached ends the command with one clear error', async () => {
  const { server: forge } = parts();
  await plan();
  forge.trouble = (_request, response) => {
    response.writeHead(401, { 'content-type': 'application/json' }).end('{"message":"Bad credentials"}');
    return 'taken';
  };
  const refused = await run('approvals', 'check');
  expect(refused.code).not.toBe(0);
  expect(refused.stderr).toContain('error[forge/unauthorized]');
  expect(refused.stderr).not.toContain('    at ');
});
