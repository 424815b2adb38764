import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { initRepository } from '../../src/engine/wiring/init.ts';
import { ROOT } from '../package/run-mka.ts';
import type { Machine } from './runner.ts';

/** A user's repository: written by `mka init`, pushed to an origin, and changed on a branch. */
export interface UserRepository {
  readonly dir: string;
  git(...args: readonly string[]): string;
  /** Replaces a text in a file; throws when it is not there. */
  edit(file: string, find: string, put: string): void;
  /** Commits everything and gives the commit's id. */
  commit(message: string): string;
}

/** `ci` installs the mka of this folder in place of a published one. */
export function createRepository(temp: string, ci: 'github' | 'gitlab' = 'github'): UserRepository {
  const [dir, origin] = [join(temp, 'shop'), join(temp, 'origin.git')];
  mkdirSync(join(temp, 'home'), { recursive: true });
  const env = { ...process.env, HOME: join(temp, 'home'), GIT_CONFIG_NOSYSTEM: '1' };
  const git = (...args: readonly string[]) => {
    const author = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', '-c', 'init.defaultBranch=main'];
    return execFileSync('git', [...author, ...args], {
      cwd: dir,
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  };
  initRepository(dir, { example: true, ci });
  const edit = (file: string, find: string, put: string) => {
    const text = readFileSync(join(dir, file), 'utf8');
    if (!text.includes(find)) throw new Error(`${file} does not hold ${find}`);
    writeFileSync(
      join(dir, file),
      text.replace(find, () => put),
    );
  };
  const commit = (message: string) => {
    git('add', '--all');
    git('commit', '--quiet', '--message', message);
    return git('rev-parse', 'HEAD');
  };
  if (ci === 'github') edit('.github/actions/setup/action.yml', 'default: mka@0.1.0', `default: ${ROOT}`);
  // Whatever day the tests run on.
  edit('policies/change-window.policy.yaml', '[mon, tue, wed, thu]', '[mon, tue, wed, thu, fri, sat, sun]');
  git('init', '--quiet');
  commit('first');
  git('init', '--quiet', '--bare', origin);
  git('remote', 'add', 'origin', origin);
  git('push', '--quiet', 'origin', 'main');
  git('switch', '--quiet', '--create', 'wider');
  return { dir, git, edit, commit };
}

/** The machine that a workflow of the repository runs on. */
export function machineFor(
  { dir }: UserRepository,
  temp: string,
  github: Readonly<Record<string, unknown>> = {},
  variables: Readonly<Record<string, string>> = {},
): Machine {
  const folder = join(temp, 'runner');
  mkdirSync(folder, { recursive: true });
  return {
    workspace: dir,
    temp: folder,
    github: { ref: 'refs/pull/12/merge', token: 'token-of-the-job', ...github },
    variables: { GITHUB_BASE_REF: 'main', GITHUB_REPOSITORY: 'shop/campaigns', ...variables },
    artifacts: new Map(),
  };
}
