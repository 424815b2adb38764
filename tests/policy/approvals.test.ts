import { describe, expect, it } from 'vitest';
import type { Approval } from '../../src/engine/model/plan.ts';
import { type CheckedApproval, judgeApprovals, teamsOf } from '../../src/engine/release/approvals.ts';
import { approvalsOfReviews, type Review } from '../../src/engine/release/forge-approvals.ts';
import { readPeople } from '../../src/engine/release/people.ts';
import { policy, policySet } from './fixture.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const OTHER = `sha256:${'b'.repeat(64)}`;
const SIGNERS = `
# who may sign
ada@example.com,ada@home.example,ada-l ssh-ed25519 AAAAada comment
"bo@example.com" namespaces="mka-plan",valid-after="20260101" ssh-ed25519 AAAAbo
bo@second.example ssh-ed25519 AAAAbo
cy@example.com ssh-ed25519 AAAAcy
*@contractors.example ssh-ed25519 AAAAany
`;
const people = readPeople(SIGNERS, ['di@example.com']);
const teams = { legal: ['cy@example.com', 'bo@second.example'] };

function approval(by: string, more: Partial<Approval> = {}, principal = by): CheckedApproval {
  return {
    approval: { plan: DIGEST, by, via: 'ssh', proof: 'signature', atMs: 0, ...more },
    check: { ok: true, principal },
  };
}

const judge = (
  approvals: readonly CheckedApproval[],
  requires = [{ policy: 'p', rule: 'r', count: 1 }],
  authors = ['ada@example.com'],
) => judgeApprovals({ digest: DIGEST, requires, approvals, authors, people, teams });

describe('an approval', () => {
  it.each<[string, CheckedApproval, string | undefined]>([
    ['by another person counts', approval('bo@example.com'), undefined],
    ['by the author is refused', approval('ada@example.com'), 'author'],
    ['by the author under another address is refused', approval('ada@home.example'), 'author'],
    ['by the author under his login is refused', approval('ada-l', { via: 'forge' }), 'author'],
    ['by the author in capitals is refused', approval('ADA@Example.com'), 'author'],
    ['of another plan is refused', approval('bo@example.com', { plan: OTHER }), 'another-plan'],
    [
      'in the name of another than the signer is refused',
      approval('cy@example.com', {}, 'bo@example.com'),
      'not-the-signer',
    ],
    ['signed by a key under its second name counts', approval('bo@example.com', {}, 'bo@second.example'), undefined],
    [
      'without a signature is refused',
      { ...approval('bo@example.com'), check: { ok: false, reason: 'unsigned' } },
      'unsigned',
    ],
    [
      'by an unknown key is refused',
      { ...approval('bo@example.com'), check: { ok: false, reason: 'unknown-key' } },
      'unknown-key',
    ],
  ])('%s', (_, one, reason) => {
    const verdict = judge([one]);
    expect(verdict.refused[0]?.reason).toBe(reason);
    expect(verdict.isSatisfied).toBe(reason === undefined);
  });

  it('of one person counts once, under whatever names', () => {
    const verdict = judge(
      [approval('bo@example.com'), approval('bo@second.example')],
      [{ policy: 'p', rule: 'r', count: 2 }],
    );
    expect(verdict).toMatchObject({
      isSatisfied: false,
      requirements: [{ missing: 1 }],
      refused: [{ reason: 'repeated' }],
    });
  });

  it('counts for a team only by its members, under any of their names', () => {
    const legal = [{ policy: 'p', rule: 'r', count: 1, team: 'legal' }];
    expect(judge([approval('di@example.com')], legal).requirements).toMatchObject([{ given: [], missing: 1 }]);
    expect(judge([approval('bo@example.com')], legal).isSatisfied).toBe(true);
    expect(judge([approval('bo@example.com')], [{ ...legal[0], team: 'toString' } as never]).isSatisfied).toBe(false);
  });
});

describe('authors', () => {
  it('whom nobody has declared leave every requirement open', () => {
    const verdict = judge([approval('bo@example.com')], undefined, ['mallory@nowhere.example']);
    expect(verdict).toMatchObject({ isSatisfied: false, strangers: ['mallory@nowhere.example'] });
  });

  it.each(['any@contractors.example', '*@contractors.example'])(
    '%s is a stranger: a wildcard names nobody',
    (author) => {
      expect(people.isKnown(author)).toBe(false);
    },
  );

  it('are known by the no-reply address of their login', () => {
    expect(people.personOf('42+Ada-L@users.noreply.github.com')).toBe(people.personOf('ada@example.com'));
  });

  it('do not matter where nothing is required', () => {
    expect(judge([], [], ['mallory@nowhere.example'])).toMatchObject({ isSatisfied: true, strangers: [] });
  });
});

it('a team in two policies has only those whom both name', () => {
  const set = policySet(
    policy({ teams: { legal: ['a', 'b'] } }),
    policy({ name: 'other', teams: { legal: ['b', 'c'] } }),
  );
  expect(teamsOf(set)['legal']).toEqual(['b']);
});

describe('reviews at the forge', () => {
  const review = (more: Partial<Review>): Review => ({
    id: '1',
    login: 'bo',
    state: 'approved',
    body: `agreed: ${DIGEST}`,
    atMs: 1,
    ...more,
  });
  it.each<[string, Review[], unknown[]]>([
    ['that name the digest approve it', [review({})], [[DIGEST, true]]],
    ['that name none approve nothing', [review({ body: 'looks good' })], [['none', true]]],
    [
      'taken back by an objection do not count',
      [review({}), review({ id: '2', state: 'changes-requested', atMs: 2 })],
      [[DIGEST, false]],
    ],
    [
      'given again after an objection count',
      [review({ state: 'changes-requested', atMs: 0 }), review({})],
      [[DIGEST, true]],
    ],
    ['stay through a later comment', [review({}), review({ id: '2', state: 'commented', atMs: 2 })], [[DIGEST, true]]],
    [
      'of an earlier plan give way to a later one',
      [review({ body: OTHER }), review({ id: '2', atMs: 2 })],
      [[DIGEST, true]],
    ],
  ])('%s', (_, reviews, expected) => {
    expect(approvalsOfReviews(reviews).map(({ approval: { plan }, check }) => [plan, check.ok])).toEqual(expected);
  });
});
