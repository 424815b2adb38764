import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Forge, openForge } from './forge.ts';
import { createRepository, machineFor, type UserRepository } from './new-repository.ts';
import { type JobResult, type Machine, runJob } from './runner.ts';

const CHECK = '.github/workflows/campaigns.yml';
const COMMENT = '.github/workflows/campaigns-comment.yml';
const DEPLOY = '.github/workflows/campaigns-deploy.yml';
const CAMPAIGN = 'campaigns/order-reminder/order-reminder.campaign.yaml';

let temp: string;
let repository: UserRepository;
const open = () => {
  temp = mkdtempSync(join(tmpdir(), 'mka-workflow-'));
  repository = createRepository(temp);
};
const close = () => rmSync(temp, { recursive: true, force: true });

const reportOf = (machine: Machine) => machine.artifacts.get('mka-report') ?? '';

describe('campaigns.yml, as a pull request runs it', { timeout: 60_000 }, () => {
  beforeEach(open);
  afterEach(close);

  it('validates, tests, plans against the base branch and leaves a report', async () => {
    repository.edit(CAMPAIGN, '>= 10000', '>= 5000');
    repository.edit('campaigns/order-reminder/order-reminder.test.yaml', 'amount_minor: 9999', 'amount_minor: 4999');
    repository.commit('wider');
    const machine = machineFor(repository, temp);
    const result = await runJob(machine, CHECK, 'check');
    expect(result.output).toContain('4 passed');
    expect(result.failed).toBeUndefined();
    const plan = JSON.parse(readFileSync(join(reportOf(machine), 'plan.json'), 'utf8'));
    expect(plan).toMatchObject({
      environment: 'prod',
      class: 'additive',
      changes: [{ object: 'campaign:order-reminder', action: 'update', fields: [{ path: 'spec.trigger.where' }] }],
      requires: [{ policy: 'approvals', rule: 'another-person', count: 1 }],
    });
    expect(JSON.parse(readFileSync(join(reportOf(machine), 'mka.sarif'), 'utf8')).runs[0].results).toEqual([]);
  });

  it('fails on a finding, shows it at its line, and still leaves the report', async () => {
    repository.edit(CAMPAIGN, 'template: unpaid-coupon', 'template: unpaid-copuon');
    repository.commit('typo');
    const machine = machineFor(repository, temp);
    const { failed, exitCode, output } = await runJob(machine, CHECK, 'check');
    expect({ failed, exitCode }).toEqual({ failed: 'Validate', exitCode: 1 });
    expect(output).toMatch(
      /^::error file=campaigns\/order-reminder\/order-reminder\.campaign\.yaml,line=\d+,.*unknown-template/m,
    );
    expect(readFileSync(join(reportOf(machine), 'mka.sarif'), 'utf8')).toContain('link/unknown-template');
    expect(existsSync(join(reportOf(machine), 'plan.json'))).toBe(false);
  });

  it('fails on a test that fails', async () => {
    repository.edit(CAMPAIGN, 'wait: {after: 10m}', 'wait: {after: 20m}');
    repository.commit('later');
    expect(await runJob(machineFor(repository, temp), CHECK, 'check')).toMatchObject({ failed: 'Test', exitCode: 1 });
  });

  it('judges by the policies of the base branch, whatever the change makes of them', async () => {
    repository.edit('policies/approvals.policy.yaml', 'count: 1', 'count: 1, team: nobody');
    repository.edit('policies/approvals.policy.yaml', 'spec:', 'spec:\n  teams: {nobody: [mallory@example.com]}');
    repository.edit(CAMPAIGN, 'priority: 50', 'priority: 60');
    repository.commit('relaxed');
    const machine = machineFor(repository, temp);
    await runJob(machine, CHECK, 'check');
    const { requires } = JSON.parse(readFileSync(join(reportOf(machine), 'plan.json'), 'utf8'));
    expect(requires).toEqual([{ policy: 'approvals', rule: 'another-person', count: 1 }]);
  });
});

describe('campaigns-comment.yml, as the main branch runs it afterwards', { timeout: 60_000 }, () => {
  let forge: Forge;
  let sha: string;
  let report: Map<string, string>;
  const branch = 'wider$(touch pwned)`touch pwned`';

  beforeAll(async () => {
    open();
    repository.edit(CAMPAIGN, 'priority: 50', 'priority: 60');
    sha = repository.commit('priority');
    const machine = machineFor(repository, temp);
    await runJob(machine, CHECK, 'check');
    report = machine.artifacts;
    repository.git('switch', '--quiet', 'main');
  }, 60_000);
  afterAll(close);
  beforeEach(async () => {
    forge = await openForge({ number: 12, head: `fork:${branch}`, sha });
  });
  afterEach(() => forge.close());

  function comment(head: string): Promise<JobResult> {
    const run = { event: 'pull_request', id: 99, head_branch: branch, head_sha: head };
    const event = { workflow_run: { ...run, head_repository: { owner: { login: 'fork' } } } };
    const machine = machineFor(
      repository,
      mkdtempSync(join(temp, 'trusted-')),
      { event },
      { GITHUB_API_URL: forge.url },
    );
    return runJob({ ...machine, artifacts: report }, COMMENT, 'comment');
  }

  it('writes one comment, the next one in its place, and hands over the findings', async () => {
    const first = await comment(sha);
    expect(first.failed, first.output).toBeUndefined();
    const [one] = forge.comments;
    expect(one?.body).toContain('order-reminder');
    await comment(sha);
    expect(forge.comments).toHaveLength(1);
    expect(first.called.at(-1)).toEqual({
      action: 'github/codeql-action/upload-sarif',
      with: expect.objectContaining({ ref: 'refs/pull/12/head', sha, category: 'mka' }),
    });
    // The name of a branch is a name and nothing else.
    expect(existsSync(join(repository.dir, 'pwned'))).toBe(false);
  });

  it('says nothing about a pull request that has moved on', async () => {
    const { output, called, failed } = await comment('0'.repeat(40));
    expect(failed).toBeUndefined();
    expect(output).toContain('nothing to comment');
    expect(forge.comments).toEqual([]);
    expect(called.map(({ action }) => action)).not.toContain('github/codeql-action/upload-sarif');
  });

  it('says nothing where there is no plan', async () => {
    rmSync(join(report.get('mka-report') ?? '', 'plan.json'));
    expect((await comment(sha)).output).toContain('nothing to comment');
  });
});

describe('campaigns-deploy.yml, after a merge', { timeout: 60_000 }, () => {
  beforeEach(open);
  afterEach(close);

  it('waits for those who must agree, and deploys nothing before', async () => {
    repository.git('switch', '--quiet', 'main');
    const { failed, exitCode, output } = await runJob(machineFor(repository, temp), DEPLOY, 'deploy');
    expect({ failed, exitCode }, output).toEqual({ failed: 'Deploy', exitCode: 77 });
  });
});
