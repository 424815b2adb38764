import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from '../package/run-mka.ts';

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number;
  readonly 'runs-on': unknown;
  readonly steps: readonly Step[];
}

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

const FOLDERS = ['.github', 'deploy/init/github/_github'];
const files = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.yml'))
    .map((path) => join(folder, path).replaceAll('\\', '/')),
);
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const workflows = files.filter((file) => file.includes('/workflows/'));
const stepsOf = (file: string): Step[] => {
  const { jobs, runs } = parse(read(file));
  return runs === undefined ? Object.values(jobs as Record<string, Job>).flatMap(({ steps }) => steps) : runs.steps;
};

describe.each(files)('%s', (file) => {
  it('names every remote action by a commit, with its version beside it', () => {
    const remote = stepsOf(file).flatMap(({ uses }) => (uses === undefined || uses.startsWith('./') ? [] : uses));
    for (const uses of remote) {
      expect(uses).toMatch(/^[\w./-]+@[0-9a-f]{40}$/);
      expect(read(file)).toMatch(new RegExp(`${uses} # v\\d+\\.\\d+\\.\\d+`));
    }
  });

  it('puts nothing into a script but by environment variables', () => {
    expect(stepsOf(file).flatMap(({ run }) => (run?.includes('${{') ? run : []))).toEqual([]);
  });

  it('leaves no token in the checkout', () => {
    const checkouts = stepsOf(file).filter(({ uses }) => uses?.startsWith('actions/checkout@'));
    expect(checkouts.filter((step) => step.with?.['persist-credentials'] !== false)).toEqual([]);
  });
});

describe.each(workflows)('the workflow %s', (file) => {
  const { on, permissions, jobs } = parse(read(file)) as {
    on: Record<string, unknown>;
    permissions: Record<string, string>;
    jobs: Record<string, Job>;
  };

  it('says its permissions, and never `pull_request_target`', () => {
    expect(permissions).toBeDefined();
    expect(Object.keys(on)).not.toContain('pull_request_target');
    expect(read(file)).not.toContain('write-all');
  });

  it('ends by itself', () => {
    expect(Object.values(jobs).filter((job) => job['timeout-minutes'] === undefined)).toEqual([]);
  });

  it('can only read, and knows no secret, where a pull request decides what runs', () => {
    if (!('pull_request' in on)) return;
    expect(permissions).toEqual({ contents: 'read' });
    expect(Object.values(jobs).filter((job) => job.permissions !== undefined)).toEqual([]);
    expect(read(file)).not.toMatch(/secrets\.|github\.token|GITHUB_TOKEN/);
    expect(Object.values(jobs).filter((job) => JSON.stringify(job['runs-on']).includes('self-hosted'))).toEqual([]);
  });

  it('checks out nothing of the pull request where it may write', () => {
    if (!('workflow_run' in on)) return;
    expect(permissions).toEqual({});
    const checkouts = stepsOf(file).filter(({ uses }) => uses?.startsWith('actions/checkout@'));
    expect(checkouts.map((step) => Object.keys(step.with ?? {}))).toEqual([['persist-credentials']]);
  });
});

it('the files that init writes are the actions of this repository', () => {
  const actions = files.filter((file) => file.startsWith('.github/actions/'));
  expect(actions.length).toBeGreaterThan(1);
  for (const file of actions) expect(read(file.replace('.github', 'deploy/init/github/_github'))).toBe(read(file));
});
