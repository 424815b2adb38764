import { execa } from 'execa';
import { EXIT, MkaError } from '../../kernel/mka-error.ts';

/** Environment variables of a process. */
export type Variables = Readonly<Record<string, string | undefined>>;

export interface KeygenResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs ssh-keygen; an exit code other than 0 is a result. Throws MkaError `signing/no-ssh-keygen`. */
export type Keygen = (
  args: readonly string[],
  input: string,
  options?: { readonly isInteractive?: boolean },
) => Promise<KeygenResult>;

const TIMEOUT_MS = 30_000;
const KEPT = ['PATH', 'HOME', 'USER', 'SSH_AUTH_SOCK', 'TERM', 'SYSTEMROOT'];

/**
 * Instants of an allowed-signers file that name no zone are UTC, on every machine. Without a terminal of its own the program
 * cannot ask for a passphrase; `isInteractive` leaves it the user's.
 */
export function createKeygen(variables: Variables, program: string): Keygen {
  return async (args, input, { isInteractive = false } = {}) => {
    const kept = KEPT.flatMap((name) => (variables[name] === undefined ? [] : [[name, variables[name]] as const]));
    const result = await execa(program, args, {
      ...{ input, reject: false, extendEnv: false, windowsHide: true, stripFinalNewline: false },
      env: { ...Object.fromEntries(kept), LC_ALL: 'C', TZ: 'UTC', SSH_ASKPASS_REQUIRE: 'never' },
      ...(isInteractive ? {} : { detached: true, timeout: TIMEOUT_MS }),
    });
    if (result.exitCode === undefined && result.code === 'ENOENT') throw notInstalled(result.cause);
    return { code: result.exitCode ?? 255, stdout: result.stdout ?? '', stderr: result.stderr ?? '' };
  };
}

function notInstalled(cause: unknown): MkaError {
  return new MkaError('signing/no-ssh-keygen', 'ssh-keygen cannot be started: there is no such program', {
    hint: 'install the OpenSSH client 8.9 or newer (Debian: apt-get install openssh-client), or check PATH',
    exitCode: EXIT.unavailable,
    cause,
  });
}
