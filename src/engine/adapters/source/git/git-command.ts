import { execa } from 'execa';
import { EXIT, MkaError } from '../../../kernel/mka-error.ts';
import { gitVariables, type Protocol, type Variables } from './git-variables.ts';
import { withDeadline } from './process-group.ts';

/** One run of git. */
export interface GitCall {
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly input?: string;
  /** Added to the hardened environment: paths of a repository, settings with a secret. */
  readonly variables?: Variables;
  /** Transports it may use; none when absent. */
  readonly protocols?: readonly Protocol[];
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
}

export interface GitResult {
  readonly code: number;
  readonly stdout: Uint8Array;
  readonly stderr: string;
  readonly ended: 'by itself' | 'time-out' | 'too much output' | 'killed';
}

/** Runs git; an exit code other than 0 is a result, not an error. Throws MkaError `git/not-installed`. */
export type Git = (call: GitCall) => Promise<GitResult>;

const TIMEOUT_MS = 60_000;
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * Whatever the repository's own configuration says: nothing of it starts a program. `safe.directory` guards against
 * just such programs, so a repository of another user may be read (a checkout within a container).
 */
const SETTINGS: Readonly<Record<string, string>> = {
  'safe.directory': '*',
  'core.hooksPath': '/dev/null',
  'core.fsmonitor': 'false',
  'core.untrackedCache': 'false',
  'core.sshCommand': '',
  'core.gitProxy': '',
  'core.askPass': '',
  'core.pager': 'cat',
  'core.attributesFile': '/dev/null',
  'core.alternateRefsCommand': '',
  // Its cached parents would be believed instead of the commits.
  'core.commitGraph': 'false',
  'credential.helper': '',
  'submodule.recurse': 'false',
  'fetch.recurseSubmodules': 'false',
  'transfer.bundleURI': 'false',
  'http.followRedirects': 'false',
  // What a force-push leaves behind may still run; it is kept.
  'gc.pruneExpire': 'never',
  'gc.autoDetach': 'false',
};

const GLOBAL_ARGS: readonly string[] = [
  '--no-pager',
  '--no-optional-locks',
  '--literal-pathspecs',
  ...Object.entries(SETTINGS).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
];

/** System git without hooks, prompts, filters, and without any configuration but the repository's inert one. */
export function createGit(variables: Variables, program = 'git'): Git {
  return async ({ args, cwd, input, protocols = [], timeoutMs = TIMEOUT_MS, maxBytes = MAX_BYTES, ...call }) => {
    const started = execa(program, [...GLOBAL_ARGS, ...args], {
      ...(cwd === undefined ? {} : { cwd }),
      ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
      env: { ...gitVariables(variables, protocols), ...call.variables },
      extendEnv: false,
      reject: false,
      encoding: 'buffer',
      stripFinalNewline: false,
      detached: true,
      maxBuffer: maxBytes,
      windowsHide: true,
    });
    const { result, isLate } = await withDeadline(started.pid, timeoutMs, started);
    if (result.exitCode === undefined && result.code === 'ENOENT') throw notInstalled(result.cause);
    return {
      code: result.exitCode ?? 128,
      stdout: result.stdout ?? new Uint8Array(),
      stderr: new TextDecoder().decode(result.stderr),
      ended: isLate ? 'time-out' : endOf(result),
    };
  };
}

function endOf(result: { isMaxBuffer: boolean; exitCode?: number | undefined }): GitResult['ended'] {
  if (result.isMaxBuffer) return 'too much output';
  return result.exitCode === undefined ? 'killed' : 'by itself';
}

function notInstalled(cause: unknown): MkaError {
  return new MkaError('git/not-installed', 'git cannot be started: there is no such program', {
    hint: 'install git 2.34 or newer, or check PATH',
    exitCode: EXIT.unavailable,
    cause,
  });
}
