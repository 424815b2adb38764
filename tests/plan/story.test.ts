import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Approval, Plan } from '../../src/engine/model/plan.ts';
import { planDigest } from '../../src/engine/plan/canonical.ts';
import { diffRepository, planRepository, showPlan } from '../../src/engine/wiring/plan.ts';
import { approvePlan, checkApprovals, checkPolicies } from '../../src/engine/wiring/plan-approvals.ts';
import { refusalLines } from '../../src/ui/approval-text.ts';
import { GitShop } from './git-shop.ts';

const APPROVING = { isInteractive: false };

/** Deployed, then changed on a branch by Ada. */
async function changed(edit: (shop: GitShop) => unknown = (shop) => shop.widen()): Promise<GitShop> {
  const shop = new GitShop().init();
  await shop.deploy();
  edit(shop.branch('change'));
  return shop.commit('ada@example.com');
}

async function planned(shop: GitShop): Promise<Plan> {
  return (await planRepository(shop.place, { out: shop.plan })).plan;
}

/** The words that say why a plan may not be deployed. */
async function reasons(shop: GitShop, files: readonly string[] = []): Promise<string[]> {
  const report = await checkApprovals({ dir: shop.dir }, shop.plan, { files });
  return refusalLines(report).map((line) => line.split(':')[0] ?? '');
}

const approve = (shop: GitShop, name: string) =>
  approvePlan({ dir: shop.dir }, shop.plan, { ...APPROVING, key: shop.key(name) });
const read = (path: string) => JSON.parse(readFileSync(path, 'utf8'));

describe('two people and a change', { timeout: 60_000 }, () => {
  it('the plan says what it does and to whom; the other agrees to exactly that; a rebase keeps it', async () => {
    const shop = await changed();
    const plan = await planned(shop);
    expect(
      plan.changes.map(({ object, fields }) => [object, fields.map(({ class: own, path }) => `${own} ${path}`)]),
    ).toEqual([
      ['campaign:order-reminder', ['additive spec.audience.where', 'breaking spec.steps[id=one-day].wait.after']],
    ]);
    expect(plan.audience).toEqual([{ campaign: 'order-reminder', before: 9, after: 10, enters: 1, leaves: 0 }]);
    expect(plan.origin.authors).toEqual(['ada@example.com']);
    expect(await reasons(shop)).toEqual(['approval/missing']);
    await approve(shop, 'bo');
    expect(await reasons(shop)).toEqual([]);
    shop.git('ada@example.com', 'commit', '--quiet', '--amend', '--no-edit', '--message', 'reworded');
    expect(await reasons(shop)).toEqual([]);
    shop.git('ada@example.com', 'checkout', '--quiet', 'main');
    shop.git('ada@example.com', 'merge', '--quiet', '--no-ff', 'change');
    expect(await reasons(shop)).toEqual([]);
  });

  it('comments and the order of keys are no change', async () => {
    const shop = await changed((one) => one.edit('state: active', '# now\n  state: active'));
    expect((await planned(shop)).changes).toEqual([]);
    expect(await diffRepository(shop.place, { before: 'main' })).toEqual([]);
  });
});

describe('refused', { timeout: 60_000 }, () => {
  it('the approval of the author, with her own key', async () => {
    const shop = await changed();
    await planned(shop);
    await expect(approve(shop, 'ada')).rejects.toMatchObject({ code: 'approval/author', exitCode: 77 });
  });

  it('the approval of the author, who committed under her other address', async () => {
    const shop = await changed();
    shop.edit('priority: 50', 'priority: 60').commit('ada@home.example');
    await planned(shop);
    await expect(approve(shop, 'ada')).rejects.toMatchObject({ code: 'approval/author' });
  });

  it('any approval while an author is nobody known', async () => {
    const shop = await changed();
    shop.edit('priority: 50', 'priority: 60').commit('mallory@nowhere.example');
    await planned(shop);
    await approve(shop, 'bo');
    expect(await reasons(shop)).toEqual(['approval/stranger-author']);
  });

  it('a key that the base branch does not name, also when the change itself names it', async () => {
    const shop = await changed();
    const signers = readFileSync(`${shop.dir}/policies/allowed-signers`, 'utf8');
    const eve = readFileSync(`${shop.key('eve')}.pub`, 'utf8')
      .split(' ')
      .slice(0, 2)
      .join(' ');
    shop.write('policies/allowed-signers', `${signers}eve@example.com ${eve}\n`);
    shop.commit('ada@example.com');
    await planned(shop);
    await expect(approve(shop, 'eve')).rejects.toMatchObject({ code: 'approval/unknown-key' });
  });

  it('a policy relaxed in the same change: that of the base branch asks all the same', async () => {
    const shop = await changed((one) =>
      one
        .widen()
        .edit('count: 1', 'count: 1, team: nobody', 'policies/production.policy.yaml')
        .edit(/ {2}approvals:\n.*\n/, '', 'policies/production.policy.yaml'),
    );
    expect((await planned(shop)).requires).toHaveLength(1);
    expect(await reasons(shop)).toEqual(['approval/missing']);
  });

  it('the policy relaxed in the same change after the merge, too', async () => {
    const shop = await changed((one) =>
      one.widen().edit(/ {2}approvals:\n.*\n/, '', 'policies/production.policy.yaml'),
    );
    shop.git('ada@example.com', 'checkout', '--quiet', 'main');
    shop.git('ada@example.com', 'merge', '--quiet', '--ff-only', 'change');
    expect((await planned(shop)).requires).toHaveLength(1);
  });

  it('an approval of another plan', async () => {
    const shop = await changed();
    await planned(shop);
    await approve(shop, 'bo');
    shop.edit('after: 12h', 'after: 6h').commit('ada@example.com');
    expect(await reasons(shop)).toContain('plan/other-content');
    await planned(shop);
    expect(await reasons(shop)).toEqual(['approval/missing', 'approval/another-plan']);
  });

  it('a stale plan', async () => {
    const shop = await changed();
    await planned(shop);
    await approve(shop, 'bo');
    shop.git('bo@example.com', 'checkout', '--quiet', 'main');
    shop.edit('priority: 50', 'priority: 70').commit('bo@example.com');
    await shop.deploy();
    shop.git('bo@example.com', 'checkout', '--quiet', 'change');
    expect(await reasons(shop)).toContain('plan/stale');
    await expect(approve(shop, 'bo')).rejects.toMatchObject({ code: 'plan/stale', exitCode: 77 });
    expect((await showPlan({ dir: shop.dir }, shop.plan, {})).problems[0]?.code).toBe('plan/stale');
  });

  it('a plan without its approvals, with the digest of what is left', async () => {
    const shop = await changed();
    const plan = { ...(await planned(shop)), requires: [] };
    writeFileSync(shop.plan, JSON.stringify({ ...plan, digest: planDigest(plan) }));
    expect(await reasons(shop)).toEqual(['plan/edited', 'approval/missing']);
  });

  it('an approval in the name of another, and one without a signature', async () => {
    const shop = await changed();
    await planned(shop);
    const { file } = await approve(shop, 'bo');
    const [approval] = read(file).approvals as Approval[];
    const write = (more: Partial<Approval>) =>
      writeFileSync(file, JSON.stringify({ formatVersion: 1, approvals: [{ ...approval, ...more }] }));
    write({ by: 'cy@example.com' });
    expect(await reasons(shop)).toEqual(['approval/missing', 'approval/not-the-signer']);
    write({ proof: '' });
    expect(await reasons(shop)).toEqual(['approval/missing', 'approval/unsigned']);
    write({ via: 'forge' });
    expect(await reasons(shop)).toEqual(['approval/missing', 'approval/unsigned']);
  });

  it('a broken rule that nobody waived', async () => {
    const shop = await changed((one) => one.edit('state: active', 'state: archived'));
    await planned(shop);
    await approve(shop, 'bo');
    expect(await reasons(shop)).toEqual(['policy/broken']);
    expect((await checkPolicies({ dir: shop.dir }, shop.plan, {})).blocking).toHaveLength(1);
  });
});

describe('bad input', { timeout: 60_000 }, () => {
  it.each<[string, (shop: GitShop) => unknown, Parameters<typeof planRepository>[1], string]>([
    ['no git, for an environment other than dev', () => {}, {}, 'plan/no-git'],
    ['no git, where people must agree', () => {}, { workTree: true }, 'plan/needs-commit'],
    ['files that are in no commit', (shop) => shop.init().widen(), {}, 'git/dirty'],
    [
      'files that are in no commit, where people must agree',
      (shop) => shop.init().widen(),
      { workTree: true },
      'plan/needs-commit',
    ],
    ['a repository without a commit', (shop) => shop.git('a@b', 'init', '--quiet'), {}, 'git/dirty'],
    ['a base that is no ref', (shop) => shop.init(), { base: 'nowhere' }, 'plan/no-base'],
    ['a ref to compare with that is none', (shop) => shop.init(), { against: 'nowhere' }, 'plan/no-base'],
    [
      'a file that does not compile',
      (shop) => shop.init().edit('state: active', 'state: on').commit('a@b'),
      {},
      'repository/invalid',
    ],
    [
      'policies of the base that do not compile',
      (shop) =>
        shop
          .init()
          .edit('level: overridable', 'level: strict', 'policies/production.policy.yaml')
          .commit('a@b')
          .branch('next')
          .edit('level: strict', 'level: advisory', 'policies/production.policy.yaml')
          .commit('a@b'),
      {},
      'policy/invalid',
    ],
    [
      'a folder for the plan that is not there',
      (shop) => shop.init(),
      { out: '/nowhere/plan.json' },
      'plan/unwritable',
    ],
  ])('%s: one clear error', async (_, make, choice, code) => {
    const shop = new GitShop();
    make(shop);
    await expect(planRepository(shop.place, choice)).rejects.toMatchObject({
      code: expect.stringMatching(code === 'git/dirty' ? /^git\/(dirty|no-commit)$/ : new RegExp(`^${code}$`)),
    });
  });

  it('an unknown environment', async () => {
    const shop = new GitShop().init();
    await expect(planRepository({ dir: shop.dir, environment: 'prdo' }, {})).rejects.toMatchObject({
      code: 'environment/unknown',
    });
  });

  it('a plan that is not there, a key that is none', async () => {
    const shop = await changed();
    await expect(approve(shop, 'bo')).rejects.toMatchObject({ code: 'plan/not-found', exitCode: 64 });
    await planned(shop);
    await expect(approve(shop, 'nobody')).rejects.toMatchObject({ code: expect.stringContaining('/') });
  });

  it('dev needs neither git nor a commit', async () => {
    const shop = new GitShop();
    const { plan } = await planRepository({ dir: shop.dir }, {});
    expect([plan.origin.commit, plan.requires, plan.changes.length > 5]).toEqual([null, [], true]);
    shop.init().widen();
    expect((await planRepository({ dir: shop.dir }, { workTree: true })).plan.origin.commit).toBe(null);
  });
});
