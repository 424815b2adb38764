import { constants } from 'node:fs';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXIT, MkaError } from '../../kernel/mka-error.ts';
import type { PlanSigner, SignatureCheck } from '../../ports/signing.ts';
import { createKeygen, type Keygen, type KeygenResult, type Variables } from './ssh-keygen.ts';
import { linesNaming, publicKeyOf } from './ssh-signature.ts';

export interface SshPlanSignerOptions {
  /** The process's environment: PATH, HOME and the SSH agent are taken from it. */
  readonly variables: Variables;
  /** Lets ssh-keygen ask for a passphrase at the user's terminal; false when absent. */
  readonly isInteractive?: boolean;
  /** Name or path of the program; `ssh-keygen` when absent. */
  readonly program?: string;
}

const NAMESPACE = 'mka-plan';
const MAX_SIGNATURE_CHARS = 16_384;

/** SSH signatures by the system's `ssh-keygen -Y` (OpenSSH 8.9 or newer). */
export function createSshPlanSigner(options: SshPlanSignerOptions): PlanSigner {
  const keygen = createKeygen(options.variables, options.program ?? 'ssh-keygen');
  const isInteractive = options.isInteractive ?? false;
  return {
    sign: (text, keyFile) => sign(keygen, text, keyFile, isInteractive),
    verify: (text, signature, allowedSigners, atMs) => verify(keygen, { text, signature, allowedSigners, atMs }),
  };
}

async function sign(keygen: Keygen, text: string, keyFile: string, isInteractive: boolean): Promise<string> {
  await access(keyFile, constants.R_OK).catch((error: NodeJS.ErrnoException) => {
    throw unusableKey(keyFile, `cannot be read (${error.code ?? 'unknown'})`, 'name the file of your private SSH key');
  });
  const result = await keygen(['-Y', 'sign', '-n', NAMESPACE, '-f', keyFile], text, { isInteractive });
  if (result.code === 0 && publicKeyOf(result.stdout) !== null) return result.stdout;
  throw refusedKey(keyFile, result);
}

interface Claim {
  readonly text: string;
  readonly signature: string;
  readonly allowedSigners: string;
  readonly atMs: number;
}

/**
 * Only exit codes are believed: ssh-keygen prints `Good signature` for keys that nobody knows, too. First whether the signature
 * fits the text at all, then by which lines its key is known, then those lines one by one.
 */
async function verify(keygen: Keygen, { text, signature, allowedSigners, atMs }: Claim): Promise<SignatureCheck> {
  if (signature.trim() === '') return { ok: false, reason: 'unsigned' };
  const key = signature.length > MAX_SIGNATURE_CHARS ? null : publicKeyOf(signature);
  if (key === null) return { ok: false, reason: 'bad-signature' };
  const folder = await mkdtemp(join(tmpdir(), 'mka-verify-'));
  try {
    const [proof, signers] = [join(folder, 'signature'), join(folder, 'signers')];
    await writeFile(proof, signature, { mode: 0o600 });
    const fits = await keygen(['-Y', 'check-novalidate', '-n', NAMESPACE, '-s', proof], text);
    if (fits.code !== 0) return { ok: false, reason: 'bad-signature' };
    for (const line of linesNaming(key, allowedSigners)) {
      await writeFile(signers, `${line}\n`, { mode: 0o600 });
      const principal = await principalOf(keygen, { text, proof, signers, atMs });
      if (principal !== null) return { ok: true, principal };
    }
    return { ok: false, reason: 'unknown-key' };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function principalOf(
  keygen: Keygen,
  { text, proof, signers, atMs }: { text: string; proof: string; signers: string; atMs: number },
): Promise<string | null> {
  const by = ['-f', signers, '-s', proof, `-Overify-time=${instant(atMs)}`];
  const found = await keygen(['-Y', 'find-principals', ...by], '');
  if (found.code !== 0) return null;
  for (const principal of found.stdout.split('\n')) {
    // A pattern admits names but is none: who signed could not be told.
    if (principal === '' || /[*?!]/.test(principal)) continue;
    const { code } = await keygen(['-Y', 'verify', '-n', NAMESPACE, '-I', principal, ...by], text);
    if (code === 0) return principal;
  }
  return null;
}

/** `YYYYMMDDHHMMSS`, UTC. */
function instant(atMs: number): string {
  return new Date(atMs).toISOString().replace(/\D/g, '').slice(0, 14);
}

/** What ssh-keygen prints is matched but never repeated. */
function refusedKey(keyFile: string, { stderr }: KeygenResult): MkaError {
  if (/unprotected|bad permissions/i.test(stderr)) {
    return unusableKey(keyFile, 'may be read by others', `run \`chmod 600 ${keyFile}\``);
  }
  if (/passphrase/i.test(stderr)) {
    return unusableKey(keyFile, 'has a passphrase that was not given', 'add it to an agent with `ssh-add`');
  }
  if (/agent/i.test(stderr)) {
    return unusableKey(keyFile, 'is a public key whose private one no agent holds', 'run `ssh-add`');
  }
  return unusableKey(keyFile, 'is no key that ssh-keygen can sign with', 'name the file of your private SSH key');
}

function unusableKey(keyFile: string, why: string, hint: string): MkaError {
  return new MkaError('signing/unusable-key', `the key ${keyFile} ${why}`, { hint, exitCode: EXIT.usage });
}
