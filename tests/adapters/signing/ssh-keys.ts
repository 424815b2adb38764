import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export const SSH_KEYGEN = 'ssh-keygen';

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
