import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export const SSH_KEYGEN = 'ssh-keygen';
const APT = 'apt-get';

/** Installs the OpenSSH client where it is missing and may be installed, and says so. */
export function haveSshKeygen(): void {
  if (spawnSync(SSH_KEYGEN, ['-?']).error === undefined) return;
  if (process.getuid?.() !== 0) throw new Error('ssh-keygen is missing: install the OpenSSH client');
  console.log('ssh-keygen is missing: installing openssh-client');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [['update'], ['install', '--yes', '--no-install-recommends', 'openssh-client']]) {
    const { status, stderr } = spawnSync(APT, args, { env });
    if (status !== 0) throw new Error(`apt-get ${args.join(' ')}: ${String(stderr)}`);
  }
}

/** A folder that ends with the test. */
export function keyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mka-keys-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

let made = 0;

/** A new private key, and its public one as an allowed-signers file has it. */
export function sshKey(folder: string, parts: { readonly type?: string; readonly passphrase?: string } = {}) {
  made += 1;
  const file = join(folder, `key-${made}`);
  const { type = 'ed25519', passphrase = '' } = parts;
  const result = spawnSync(SSH_KEYGEN, ['-q', '-t', type, '-N', passphrase, '-C', 'no comment', '-f', file]);
  if (result.status !== 0) throw new Error(String(result.stderr));
  return { file, line: readFileSync(`${file}.pub`, 'utf8').split(' ').slice(0, 2).join(' ') };
}
