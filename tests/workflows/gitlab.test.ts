import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from '../package/run-mka.ts';
import { createRepository, type UserRepository } from './new-repository.ts';

let temp: string;
let repository: UserRepository;
beforeAll(() => {
  temp = mkdtempSync(join(tmpdir(), 'mka-gitlab-'));
  repository = createRepository(temp, 'gitlab');
  repository.edit(
    'campaigns/welcome/welcome.campaign.yaml',
    '  class: transactional',
    '  class: transactional\n  priority: 60',
  );
  repository.commit('priority');
});
afterAll(() => rmSync(temp, { recursive: true, force: true }));

/** Runs a job's scripts as the runner does: one shell that ends at the first failure. */
function run(job: string): { readonly code: number | null; readonly output: string } {
  const pipeline = parse(readFileSync(join(repository.dir, '.gitlab-ci.yml'), 'utf8'));
  const script = [...pipeline.default.before_script, ...pipeline[job].script].join('\n');
  const { status, stdout, stderr } = spawnSync('bash', ['-eo', 'pipefail', '-c', script], {
    cwd: repository.dir,
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: join(temp, 'home'),
      CI: 'true',
      ...pipeline.variables,
      MKA_PACKAGE: ROOT,
      CI_PROJECT_DIR: repository.dir,
      CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main',
    },
  });
  return { code: status, output: stdout + stderr };
}

describe('the pipeline for GitLab', { timeout: 60_000 }, () => {
  it('plans against the target branch and leaves the plan as JSON and Markdown', () => {
    expect(run('plan')).toMatchObject({ code: 0 });
    expect(JSON.parse(readFileSync(join(repository.dir, 'plan.json'), 'utf8')).changes).toMatchObject([
      { object: 'campaign:welcome' },
    ]);
    expect(readFileSync(join(repository.dir, 'plan.md'), 'utf8')).toContain('welcome');
  });

  it('checks and tests, with a report of each', () => {
    const { code, output } = run('check');
    expect({ code }, output).toEqual({ code: 0 });
    expect(readFileSync(join(repository.dir, 'test.junit.xml'), 'utf8')).toContain('whoever signs up');
  });

  it('deploys nothing before those who must agree did', () => {
    rmSync(join(repository.dir, 'plan.json'));
    for (const file of ['plan.md', 'test.junit.xml', 'validate.junit.xml']) rmSync(join(repository.dir, file));
    expect(run('deploy').code).toBe(77);
  });

  it('names no secret where a merge request decides what runs', () => {
    const text = readFileSync(join(repository.dir, '.gitlab-ci.yml'), 'utf8');
    expect(text).not.toMatch(/TOKEN|PASSWORD|SECRET/);
  });
});
