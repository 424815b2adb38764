import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRecordSigner, generateRecordKeys } from '../../src/engine/adapters/signing/record-keys.ts';
import { canonicalJson, digestOf } from '../../src/engine/kernel/hash.ts';
import type { DeploymentRecord } from '../../src/engine/model/deployment.ts';
import type { Approval, Plan } from '../../src/engine/model/plan.ts';
import { planDigest } from '../../src/engine/plan/canonical.ts';
import { mka, type Ran } from '../daemon/running.ts';
import { createTeam, release, type Team } from './team.ts';

let team: Team;
let count = 0;
let plan = '';

beforeAll(async () => {
  team = createTeam({ wait: '1h' });
  expect(await release(team, { by: team.ada, approver: team.ben }, 'first')).toMatchObject({ code: 0 });
});
afterAll(() => team.remove());

/** Ada changes something, and plans it. */
beforeEach(async () => {
  count += 1;
  plan = team.file(`plan-${count}.json`);
  team.ada.git('checkout', '--quiet', '-B', `change-${count}`, 'main');
  widen(`Li${count}`);
  team.ada.git('commit', '--quiet', '-am', `change ${count}`);
  expect(await team.ada.mka('plan', '-e', 'prod', '--out', plan)).toMatchObject({ code: 0 });
});

const FILE = 'reminder/reminder.campaign.yaml';
const widen = (name: string) => team.ada.replace(FILE, 'surname ==', `surname == "${name}" || user.surname ==`);
const deploy = (...more: string[]): Promise<Ran> =>
  team.ada.mka('deploy', plan, '-e', 'prod', '--signing-key', team.deployKey, '--json', ...more);
const readPlan = (): Plan => JSON.parse(readFileSync(plan, 'utf8')) as Plan;
const writePlan = (value: Plan) => writeFileSync(plan, JSON.stringify(value));
const codeOf = ({ code, stdout }: Ran) => `${code} ${(JSON.parse(stdout) as { error?: { code: string } }).error?.code}`;
const approveAs = (by: string, proof: string, digest = readPlan().digest) => {
  const approval: Approval = { plan: digest, by, via: 'ssh', proof, atMs: Date.now() };
  writeFileSync(plan.replace('.json', '.approvals.json'), JSON.stringify({ formatVersion: 1, approvals: [approval] }));
};
/** Ben looks at the plan's commit and agrees. */
const approveByBen = async () => {
  team.ben.git('fetch', '--quiet', team.ada.dir, `change-${count}`);
  team.ben.git('checkout', '--quiet', 'FETCH_HEAD');
  expect(await team.ben.mka('approve', plan, '--key', team.ben.key)).toMatchObject({ code: 0 });
};

describe('a plan that was tampered with or has had its time', () => {
  it('an edited plan: 77 plan/edited', async () => {
    await approveByBen();
    writePlan({ ...readPlan(), requires: [] });
    expect(codeOf(await deploy())).toBe('77 plan/edited');
  });

  it('an edited plan with a new digest: 77 plan/edited', async () => {
    const edited = { ...readPlan(), requires: [] };
    writePlan({ ...edited, digest: planDigest(edited) });
    expect(codeOf(await deploy())).toBe('77 plan/edited');
  });

  it('an edited bundle, other files than were planned: 77 plan/other-content', async () => {
    await approveByBen();
    widen('Mallory');
    team.ada.git('commit', '--quiet', '-am', 'one more');
    expect(codeOf(await deploy())).toBe('77 plan/other-content');
  });

  it('of another environment: 77 plan/other-environment', async () => {
    const dev = team.file(`dev-${count}.json`);
    expect(await team.ada.mka('plan', '-e', 'dev', '--out', dev)).toMatchObject({ code: 0 });
    const ran = await team.ada.mka('deploy', dev, '-e', 'prod', '--signing-key', team.deployKey, '--json');
    expect(codeOf(ran)).toBe('77 plan/other-environment');
  });

  it('relaxed policies in the same change do not judge it: 77 approval/missing', async () => {
    team.ada.replace(
      'policies/approvals.policy.yaml',
      'when: environment.name == "prod"',
      'when: environment.name == "dev"',
    );
    team.ada.git('commit', '--quiet', '-am', 'nobody need agree');
    expect(await team.ada.mka('plan', '-e', 'prod', '--out', plan)).toMatchObject({ code: 0 });
    expect(codeOf(await deploy())).toBe('77 approval/missing');
  });

  it('judged by the relaxed policies of its own change: 77 plan/policy-changed', async () => {
    team.ada.replace(
      'policies/approvals.policy.yaml',
      'when: environment.name == "prod"',
      'when: environment.name == "dev"',
    );
    team.ada.git('commit', '--quiet', '-am', 'nobody need agree');
    const made = await team.ada.mka('plan', '-e', 'prod', '--base', `change-${count}`, '--out', plan);
    expect(made).toMatchObject({ code: 0 });
    const own = { ...readPlan(), requires: [], policy: { digest: digestOf('relaxed'), findings: [] } };
    writePlan({ ...own, digest: planDigest(own) });
    expect(codeOf(await deploy())).toBe('77 plan/policy-changed');
  });

  it('stale, and used: 77 plan/stale for the other plan, 77 deploy/plan-used for the same', async () => {
    const other = team.file(`other-${count}.json`);
    writeFileSync(other, readFileSync(plan));
    await approveByBen();
    team.ada.git('checkout', '--quiet', '-B', 'meanwhile', 'main');
    widen('Meanwhile');
    team.ada.git('commit', '--quiet', '-am', 'meanwhile');
    const between = team.file(`between-${count}.json`);
    expect(await team.ada.mka('plan', '-e', 'prod', '--out', between)).toMatchObject({ code: 0 });
    team.ben.git('fetch', '--quiet', team.ada.dir, 'meanwhile');
    team.ben.git('checkout', '--quiet', 'FETCH_HEAD');
    expect(await team.ben.mka('approve', between, '--key', team.ben.key)).toMatchObject({ code: 0 });
    const deployBetween = () =>
      team.ada.mka('deploy', between, '-e', 'prod', '--signing-key', team.deployKey, '--json');
    expect(await deployBetween()).toMatchObject({ code: 0 });
    expect(codeOf(await deployBetween())).toBe('77 deploy/plan-used');
    team.ada.git('checkout', '--quiet', `change-${count}`);
    expect(codeOf(await deploy())).toBe('77 plan/stale');
  });
});

describe('approvals that do not count', () => {
  it('none: 77 approval/missing', async () => {
    expect(codeOf(await deploy())).toBe('77 approval/missing');
  });

  it('unsigned: 77 approval/unsigned', async () => {
    approveAs('ben@example.com', '');
    expect(codeOf(await deploy())).toBe('77 approval/unsigned');
  });

  it('by an unknown key: 77 approval/unknown-key', async () => {
    const key = team.file(`mallory-${count}`);
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', key]);
    approveAs('ben@example.com', team.sign({ ...team.ben, key }, readPlan().digest));
    expect(codeOf(await deploy())).toBe('77 approval/unknown-key');
  });

  it('of another plan: 77 approval/another-plan', async () => {
    const digest = digestOf('another');
    approveAs('ben@example.com', team.sign(team.ben, digest), digest);
    expect(codeOf(await deploy())).toBe('77 approval/another-plan');
  });

  it("the author's own: 77 approval/author", async () => {
    approveAs('ada@example.com', team.sign(team.ada, readPlan().digest));
    expect(codeOf(await deploy())).toBe('77 approval/author');
  });

  it("the author's own, under a second commit identity: 77 approval/stranger-author", async () => {
    const second = ['-c', 'user.email=ada.second@example.com', '-c', 'user.name=somebody'];
    team.ada.git(...second, 'commit', '--quiet', '--amend', '--no-edit', '--reset-author');
    expect(await team.ada.mka('plan', '-e', 'prod', '--out', plan)).toMatchObject({ code: 0 });
    approveAs('ada@example.com', team.sign(team.ada, readPlan().digest));
    expect(codeOf(await deploy())).toBe('77 approval/stranger-author');
  });

  it("the plan's own list of authors cannot take one away", async () => {
    const { origin, ...rest } = readPlan();
    writePlan({ ...rest, origin: { ...origin, authors: ['nobody@example.com'] } });
    approveAs('ada@example.com', team.sign(team.ada, readPlan().digest));
    expect(codeOf(await deploy())).toBe('77 approval/author');
  });
});

describe('deployments without what they need', () => {
  it('no key where records must be signed: 77 deploy/no-key', async () => {
    await approveByBen();
    expect(codeOf(await team.ada.mka('deploy', plan, '-e', 'prod', '--json'))).toBe('77 deploy/no-key');
  });

  it('locked by another: 75 deploy/locked, until the lock has run out', async () => {
    await approveByBen();
    withStore((db) =>
      db.exec(`INSERT OR REPLACE INTO deployment_lock (id, holder, reason, taken_at, expires_at)
        VALUES (1, 'mallory', 'deploy', ${Date.now()}, ${Date.now() + 3_600_000})`),
    );
    expect(codeOf(await deploy())).toBe('75 deploy/locked');
    withStore((db) => db.exec(`UPDATE deployment_lock SET expires_at = ${Date.now() - 1}`));
    expect(await deploy()).toMatchObject({ code: 0 });
  });

  it('break-glass skips the approval, stays loud, and is not reviewed by who did it', async () => {
    const ran = await deploy('--break-glass', '--reason', 'wrong price');
    expect(ran).toMatchObject({ code: 0 });
    const { deployment } = JSON.parse(ran.stdout) as { deployment: DeploymentRecord };
    const status = () => mka(['status', '-e', 'prod', '--dir', team.host]);
    expect((await status()).stdout).toContain(`BREAK-GLASS  generation ${deployment.generation}`);
    const review = (by: string) =>
      mka([
        'deployment',
        'review',
        String(deployment.generation),
        '-e',
        'prod',
        '--by',
        by,
        '--dir',
        team.host,
        '--json',
      ]);
    expect(codeOf(await review(deployment.actor))).toBe('77 review/own');
    expect(await review('ben@example.com')).toMatchObject({ code: 0 });
    expect((await status()).stdout).not.toContain('BREAK-GLASS');
  });

  it('break-glass does not pass a mandatory rule: 77 deploy/policy', async () => {
    team.ada.git('rm', '--quiet', 'gift/gift.campaign.yaml');
    team.ada.git('commit', '--quiet', '-m', 'no gift');
    await team.ada.mka('plan', '-e', 'prod', '--out', plan);
    expect(codeOf(await deploy('--break-glass', '--reason', 'it must'))).toBe('77 deploy/policy');
  });
});

/** Records are only ever appended: the database itself refuses anything else. */
describe('records forged in the store: `mka history --verify` ends with 77 and names the reason', () => {
  const signed = (record: DeploymentRecord, pem: string): DeploymentRecord => ({
    ...record,
    signature: createRecordSigner(pem).sign(record),
  });
  const next = (record: DeploymentRecord): DeploymentRecord => ({ ...record, generation: record.generation + 1 });
  const ours = (record: DeploymentRecord) => signed(record, readFileSync(team.deployKey, 'utf8'));
  let row = 1_000;

  it.each<[string, (record: DeploymentRecord) => DeploymentRecord]>([
    ['record/replayed', (record) => record],
    ['record/unsigned', (record) => ({ ...next(record), signature: { keyId: '', value: '' } })],
    ['record/unknown-key', (record) => signed(next(record), generateRecordKeys().privateKey)],
    ['record/bad-signature', (record) => ({ ...ours(next(record)), actor: 'mallory' })],
    ['record/other-environment', (record) => ours({ ...next(record), environment: 'staging' })],
    ['record/lower-generation', (record) => ours({ ...record, generation: 1 })],
  ])('%s', async (reason, change) => {
    const forged = change(newest());
    row += 1;
    withStore((db) =>
      db
        .prepare('INSERT INTO deployments (generation, plan, kind, record) VALUES (?, ?, ?, ?)')
        .run(row, `sha256:forged-${row}`, forged.kind, canonicalJson(forged)),
    );
    const ran = await mka(['history', '-e', 'prod', '--dir', team.host, '--verify', '--json']);
    const { deployments } = JSON.parse(ran.stdout) as { deployments: { fault: { reason: string } | null }[] };
    expect(`${ran.code} ${deployments[0]?.fault?.reason}`).toBe(`77 ${reason}`);
  });

  it('a record cannot be changed or removed', () => {
    expect(() => withStore((db) => db.exec("UPDATE deployments SET record = '{}'"))).toThrow(/never changed/);
    expect(() => withStore((db) => db.exec('DELETE FROM deployments'))).toThrow();
  });
});

function newest(): DeploymentRecord {
  let text = '';
  withStore((db) => {
    const row = db.prepare('SELECT record FROM deployments ORDER BY generation DESC LIMIT 1').get();
    text = String(row?.['record']);
  });
  return JSON.parse(text) as DeploymentRecord;
}

function withStore(act: (db: DatabaseSync) => unknown): void {
  const db = new DatabaseSync(join(team.dataDir, 'state.db'));
  try {
    db.exec('PRAGMA busy_timeout = 5000');
    act(db);
  } finally {
    db.close();
  }
}
