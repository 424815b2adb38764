/**
 * Says which open pull request a workflow run was for: `number=12` in GITHUB_OUTPUT, or `number=` when there is none or it
 * has moved on. The number is asked of the forge and never taken from what the pull request's own run has left behind.
 */
import { appendFileSync } from 'node:fs';

const { GITHUB_API_URL, GITHUB_OUTPUT, GITHUB_REPOSITORY, GITHUB_TOKEN, HEAD_BRANCH, HEAD_OWNER, HEAD_SHA } =
  process.env;

const url = new URL(`${GITHUB_API_URL ?? 'https://api.github.com'}/repos/${GITHUB_REPOSITORY}/pulls`);
url.searchParams.set('state', 'open');
url.searchParams.set('head', `${HEAD_OWNER}:${HEAD_BRANCH}`);
const answer = await fetch(url, {
  headers: { accept: 'application/vnd.github+json', authorization: `Bearer ${GITHUB_TOKEN}`, 'user-agent': 'mka' },
  redirect: 'error',
  signal: AbortSignal.timeout(30_000),
});
if (!answer.ok) throw new Error(`the forge answers ${answer.status}`);
const found = (await answer.json()).find((pull) => pull.head?.sha === HEAD_SHA);
const number = Number.isSafeInteger(found?.number) ? String(found.number) : '';
process.stdout.write(number === '' ? 'no open pull request has this head any more\n' : `pull request ${number}\n`);
appendFileSync(GITHUB_OUTPUT, `number=${number}\n`);
