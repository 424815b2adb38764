import type { ForgePort, ForgeReview } from '../forge.ts';
import { codeOf, same, sameItems } from './claims.ts';

/** A repository at a forge with one pull request, opened by `ann`, and the means to fill it as people do. */
export interface ForgeFixture {
  readonly port: ForgePort;
  readonly pullRequest: number;
  readonly review: (review: Omit<ForgeReview, 'id'>) => Promise<void>;
  readonly commit: (login: string) => Promise<void>;
  /** A comment of somebody else. */
  readonly comment: (login: string, body: string) => Promise<void>;
  /** All comments, oldest first. */
  readonly comments: () => Promise<readonly { readonly login: string; readonly body: string }[]>;
}

/** One promise of ForgePort. `run` throws when it is broken. */
export interface ForgeCase {
  readonly name: string;
  readonly needs?: readonly never[];
  readonly run: (make: () => Promise<ForgeFixture>) => Promise<void>;
}

const AT_MS = Date.UTC(2026, 0, 5, 9);
const COMMIT = 'c'.repeat(40);
const MARKER = '<!-- mka-plan -->';

function review(login: string, parts: Partial<ForgeReview> = {}): Omit<ForgeReview, 'id'> {
  return { login, state: 'approved', commit: COMMIT, body: '„gut“ 🙂', atMs: AT_MS, ...parts };
}

/** The promises of ForgePort. */
export const FORGE_CASES: readonly ForgeCase[] = [
  {
    name: 'reviews come in their order with state, commit, text and time',
    async run(make) {
      const { port, pullRequest, review: write } = await make();
      const written = [
        review('bob'),
        review('eve', { state: 'changes-requested', atMs: AT_MS + 1000 }),
        review('bob', { state: 'commented', commit: 'd'.repeat(40), body: '', atMs: AT_MS + 2000 }),
        review('cai', { state: 'dismissed', atMs: AT_MS + 3000 }),
      ];
      for (const each of written) await write(each);
      const found = await port.reviews(pullRequest);
      same(
        found.map((each) => ({ ...each, id: '' })),
        written.map((each) => ({ id: '', ...each })),
      );
      same(new Set(found.map(({ id }) => id)).size, 4);
    },
  },
  {
    name: 'all pages are read',
    async run(make) {
      const { port, pullRequest, review: write, commit } = await make();
      for (let i = 0; i < 230; i += 1) await write(review(`r${i}`));
      for (let i = 0; i < 130; i += 1) await commit(`w${i}`);
      same((await port.reviews(pullRequest)).length, 230);
      same((await port.authors(pullRequest)).length, 131);
    },
  },
  {
    name: 'authors are who opened it and who wrote its commits, each once',
    async run(make) {
      const { port, pullRequest, commit } = await make();
      sameItems(await port.authors(pullRequest), ['ann']);
      for (const login of ['bob', 'ann', 'bob']) await commit(login);
      sameItems(await port.authors(pullRequest), ['ann', 'bob']);
    },
  },
  {
    name: 'one comment carries the marker: created, left alone when it is the same, replaced when it is not',
    async run(make) {
      const { port, pullRequest, comment, comments } = await make();
      await comment('bob', 'looks good');
      const [first, second] = [`${MARKER}\n# Plan\n| a | „ß“ |\n`, `${MARKER}\n# Plan 2\n`];
      same(await port.upsertComment(pullRequest, MARKER, first), 'created');
      same(await port.upsertComment(pullRequest, MARKER, first), 'unchanged');
      same(await port.upsertComment(pullRequest, MARKER, second), 'updated');
      const bodies = (await comments()).map(({ body }) => body.trim());
      same(bodies, ['looks good', second.trim()]);
    },
  },
  {
    name: 'the marker is found behind many comments, and added where the text lacks it',
    async run(make) {
      const { port, pullRequest, comment, comments } = await make();
      for (let i = 0; i < 150; i += 1) await comment('bob', `comment ${i}`);
      same(await port.upsertComment(pullRequest, MARKER, 'plan'), 'created');
      for (let i = 0; i < 100; i += 1) await comment('bob', `later ${i}`);
      same(await port.upsertComment(pullRequest, MARKER, 'plan'), 'unchanged');
      same(await port.upsertComment(pullRequest, MARKER, 'other'), 'updated');
      same((await comments()).filter(({ body }) => body.includes(MARKER)).length, 1);
    },
  },
  {
    name: "somebody else's comment with the marker is neither taken nor changed",
    async run(make) {
      const { port, pullRequest, comment, comments } = await make();
      await comment('eve', `${MARKER}\nall is well`);
      same(await port.upsertComment(pullRequest, MARKER, 'plan'), 'created');
      same(await port.upsertComment(pullRequest, MARKER, 'plan 2'), 'updated');
      const [theirs, ours] = await comments();
      same([theirs?.login, theirs?.body], ['eve', `${MARKER}\nall is well`]);
      same(ours?.body, `${MARKER}\nplan 2`);
    },
  },
  {
    name: 'a pull request that is not there is told',
    async run(make) {
      const { port, pullRequest } = await make();
      same(await codeOf(port.reviews(pullRequest + 1)), 'forge/not-found');
      same(await codeOf(port.authors(pullRequest + 1)), 'forge/not-found');
      same(await codeOf(port.upsertComment(pullRequest + 1, MARKER, 'plan')), 'forge/not-found');
    },
  },
];
