import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { systemClock } from '../../src/engine/adapters/clock/system-clock.ts';
import { activateRelease } from '../../src/engine/wiring/activate.ts';
import { openInstallation } from '../../src/engine/wiring/installation.ts';
import { build, filesAt, openGit } from '../../src/engine/wiring/plan-repository.ts';

const EXAMPLE = join(import.meta.dirname, '../../campaigns');
const CAMPAIGN = 'order-reminder/order-reminder.campaign.yaml';

const POLICY = `apiVersion: mka/v1
kind: Policy
metadata: {name: production, owner: growth}
spec:
  rules:
    - {id: no-destruction, level: overridable, deny: 'change.class == "destructive"', message: it ends something}
  approvals:
    - {id: second, when: 'environment.name == "prod" && change.class != "cosmetic"', count: 1, team: growth}
  teams: {growth: [ada@example.com, bo@example.com]}
`;

/** A campaign repository in a real git repository, with two people who have keys; it ends with the test. */
export class GitShop {
  readonly dir: string;
  readonly root: string;

  constructor() {
    this.root = mkdtempSync(join(tmpdir(), 'mka-plan-'));
    onTestFinished(() => rmSync(this.root, { recursive: true, force: true }));
    this.dir = join(this.root, 'shop');
    cpSync(EXAMPLE, this.dir, {
      recursive: true,
      filter: (path) => !/cdnow|\.mka|policies|envs/.test(path.slice(EXAMPLE.length)),
    });
    this.write('.gitignore', '.mka\n');
    this.write('policies/production.policy.yaml', POLICY);
    for (const name of ['dev', 'prod']) {
      const text = `apiVersion: mka/v1\nkind: Environment\nmetadata: {name: ${name}}\nspec: {dataDir: .mka/${name}}\n`;
      this.write(`envs/${name}.environment.yaml`, text);
    }
    const keys = ['ada', 'bo', 'eve'].map((name) => this.#key(name));
    const [ada = '', bo = ''] = keys;
    this.write('policies/allowed-signers', `ada@example.com,ada@home.example ${ada}\nbo@example.com ${bo}\n`);
  }

  get place() {
    return { dir: this.dir, environment: 'prod' };
  }

  get plan(): string {
    return join(this.root, 'plan.json');
  }

  key(name: string): string {
    return join(this.root, name);
  }

  init(): this {
    this.git('bo@example.com', 'init', '--quiet', '--initial-branch=main');
    return this.commit('bo@example.com', 'base');
  }

  write(path: string, text: string): void {
    const target = join(this.dir, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
  }

  edit(find: string | RegExp, put: string, path = CAMPAIGN): this {
    const text = readFileSync(join(this.dir, path), 'utf8');
    const next = text.replace(find, put);
    if (next === text) throw new Error(`${path} does not hold ${String(find)}`);
    this.write(path, next);
    return this;
  }

  /** The change of the story: a wider audience and a shorter wait. */
  widen(): this {
    return this.edit('"Dongguan"]', '"Dongguan", "Guangzhou"]').edit('after: 1d', 'after: 12h');
  }

  commit(author: string, message = 'change'): this {
    this.git(author, 'add', '--all');
    this.git(author, 'commit', '--quiet', '--allow-empty', '--message', message);
    return this;
  }

  git(author: string, ...args: readonly string[]): string {
    const names = {
      GIT_AUTHOR_NAME: 'x',
      GIT_COMMITTER_NAME: 'x',
      GIT_AUTHOR_EMAIL: author,
      GIT_COMMITTER_EMAIL: author,
    };
    const env = {
      PATH: process.env['PATH'],
      HOME: this.root,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      ...names,
    };
    const result = spawnSync('git', ['-C', this.dir, ...args], { env, encoding: 'utf8' });
    if (result.status !== 0) throw new Error(`git ${args.join(' ')}: ${result.stderr}`);
    return result.stdout.trim();
  }

  branch(name: string): this {
    this.git('bo@example.com', 'checkout', '--quiet', '-b', name);
    return this;
  }

  /** Makes the checked-out commit the active release of prod, as a deployment would. */
  async deploy(): Promise<void> {
    const git = await openGit(this.dir);
    if (git === null) throw new Error('the shop is no git repository');
    const { bundle } = build(await filesAt(git, (await git.head()).commit), 'prod');
    const installation = await openInstallation(this.place);
    try {
      await activateRelease(installation.store, bundle, systemClock());
    } finally {
      await installation.close();
    }
  }

  #key(name: string): string {
    const result = spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', this.key(name)]);
    if (result.status !== 0) throw new Error(String(result.stderr));
    return readFileSync(`${this.key(name)}.pub`, 'utf8')
      .split(' ')
      .slice(0, 2)
      .join(' ');
  }
}
