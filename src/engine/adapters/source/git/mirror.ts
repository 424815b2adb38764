import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { sha256Hex } from '../../../kernel/hash.ts';
import { EXIT, MkaError } from '../../../kernel/mka-error.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { RepositorySource } from '../../../ports/repository-source.ts';
import { createGit, type Git, type GitResult } from './git-command.ts';
import { reasonOf } from './git-error.ts';
import { type GitUrl, parseGitUrl } from './git-url.ts';
import type { Protocol, Variables } from './git-variables.ts';
import { GitReader, type ReaderOptions } from './reader.ts';

export interface GitMirrorOptions extends ReaderOptions {
  /** `https://…`, `ssh://…` or `git@host:path`; credentials in it reach neither argument lists, files nor errors. */
  readonly url: string;
  /** The mirror is kept in `<dataDir>/git`. */
  readonly dataDir: string;
  readonly clock: Clock;
  /** The process's environment: PATH, HOME and the SSH agent are taken from it, nothing of git's own. */
  readonly variables: Variables;
  /** Transports that may be used; https and ssh when absent. */
  readonly protocols?: readonly Protocol[];
  /** For one fetch as a whole. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 120_000;
const TRIES = 3;
const PAUSE_MS = 200;
const REFS = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*'];

/** A branch wins over a tag of its name: whoever may push tags must not redirect what follows a branch. */
const NAMESPACES = ['refs/heads/', 'refs/tags/'];

/** What a killed git leaves behind (its locks), and a mirror whose files were lost: it is cloned anew. */
const DAMAGED =
  /\.lock'|cannot lock ref|corrupt|bad object|missing |not a git repository: |unable to (?:read|find)|is empty/;

/**
 * A remote repository through a bare mirror of its branches and tags. A commit once fetched stays readable, also when the
 * branch was rewritten, until a damaged mirror is cloned anew. Several processes may share the mirror. Throws MkaError `git/bad-url`.
 */
export function openGitMirror(options: GitMirrorOptions): RepositorySource {
  return new GitMirror(options, parseGitUrl(options.url, options.protocols ?? ['https', 'ssh']));
}

class GitMirror extends GitReader implements RepositorySource {
  readonly #options: GitMirrorOptions;
  readonly #url: GitUrl;
  readonly #git: Git;
  readonly #dir: string;
  #fetching: Promise<void> | undefined;

  constructor(options: GitMirrorOptions, url: GitUrl) {
    const dir = join(options.dataDir, 'git', `${sha256Hex(url.address).slice(0, 16)}.git`);
    const git = createGit(options.variables);
    super(within(git, dir), NAMESPACES, options);
    this.#options = options;
    this.#url = url;
    this.#git = git;
    this.#dir = dir;
  }

  /** Calls that overlap are one fetch. */
  fetch(): Promise<void> {
    this.#fetching ??= this.#fetch()
      .catch((error: unknown) => {
        throw error instanceof MkaError ? error : unwritable(this.#dir, error);
      })
      .finally(() => {
        this.#fetching = undefined;
      });
    return this.#fetching;
  }

  async #fetch(): Promise<void> {
    await this.#removeLeftovers();
    if (!existsSync(this.#dir)) {
      await this.#clone();
      return;
    }
    for (let attempt = 1; ; attempt += 1) {
      const result = await this.#fetchInto(this.#dir);
      if (result.code === 0) return;
      if (!isDamage(result)) throw this.#unreachable(result);
      // Another process may hold the lock for a moment; one that stays belongs to a dead one.
      if (attempt === TRIES) break;
      await this.#options.clock.sleep(PAUSE_MS);
    }
    await this.#clone();
  }

  /** Beside the mirror and then put in its place: nobody meets half a clone, and a killed one leaves only its folder. */
  async #clone(): Promise<void> {
    const half = `${this.#dir}.${randomUUID()}.tmp`;
    try {
      await mkdir(half, { recursive: true, mode: 0o700 });
      const made = await this.#git({ args: ['init', '--bare', '--quiet', '--template=', '--end-of-options', half] });
      const result = made.code === 0 ? await this.#fetchInto(half) : made;
      if (result.code !== 0) throw this.#unreachable(result);
      await this.#replace(half);
    } finally {
      await rm(half, { recursive: true, force: true });
    }
  }

  /** Not in one step: a process that reads just then gets an error and tries again. */
  async #replace(half: string): Promise<void> {
    const old = `${this.#dir}.${randomUUID()}.tmp`;
    if (existsSync(this.#dir)) await rename(this.#dir, old);
    await rename(half, this.#dir).catch((error: unknown) => {
      // Another process was first: its mirror is as fresh as this one.
      if (!existsSync(this.#dir)) throw error;
    });
    await rm(old, { recursive: true, force: true });
  }

  #fetchInto(dir: string): Promise<GitResult> {
    const flags = ['--quiet', '--atomic', '--prune', '--force', '--no-tags', '--no-write-fetch-head'];
    return this.#git({
      args: ['fetch', ...flags, '--no-recurse-submodules', '--end-of-options', this.#url.address, ...REFS],
      variables: { ...this.#url.variables, GIT_DIR: dir },
      protocols: [this.#url.protocol],
      timeoutMs: this.#options.timeoutMs ?? TIMEOUT_MS,
    });
  }

  /** Half clones that no live process can be working on any more. */
  async #removeLeftovers(): Promise<void> {
    const folder = dirname(this.#dir);
    if (!existsSync(folder)) return;
    const eldestMs = this.#options.clock.now() - 2 * (this.#options.timeoutMs ?? TIMEOUT_MS);
    for (const name of await readdir(folder)) {
      if (!name.startsWith(basename(this.#dir)) || !name.endsWith('.tmp')) continue;
      const path = join(folder, name);
      const { birthtimeMs, mtimeMs } = await stat(path).catch(() => ({ birthtimeMs: Infinity, mtimeMs: Infinity }));
      if (Math.min(birthtimeMs, mtimeMs) < eldestMs) await rm(path, { recursive: true, force: true });
    }
  }

  #unreachable(result: GitResult): MkaError {
    return new MkaError('git/unreachable', `${this.#url.address} cannot be fetched: ${reasonOf(result)}`, {
      hint: 'check the address, the network and the credentials; what was fetched before stays in use',
      exitCode: EXIT.unavailable,
    });
  }
}

function unwritable(dir: string, cause: unknown): MkaError {
  const why = cause instanceof Error && 'code' in cause ? String(cause.code) : 'it cannot be written';
  return new MkaError('git/unwritable', `the mirror ${dir} cannot be written: ${why}`, {
    hint: 'check the data directory, its permissions and the space on its disk',
    exitCode: EXIT.unavailable,
    cause,
  });
}

function isDamage(result: GitResult): boolean {
  return result.ended === 'by itself' && DAMAGED.test(result.stderr);
}

/** Reads need no discovery: the mirror is named. */
function within(git: Git, dir: string): Git {
  return (call) => {
    if (existsSync(dir)) return git({ ...call, variables: { ...call.variables, GIT_DIR: dir } });
    const hint = 'it is fetched first when the daemon starts with a connection';
    const error = new MkaError('git/not-fetched', 'the repository was never fetched', {
      hint,
      exitCode: EXIT.unavailable,
    });
    return Promise.reject(error);
  };
}
