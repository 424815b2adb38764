import { chmodSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createSshPlanSigner } from '../../../src/engine/adapters/signing/ssh-plan-signer.ts';
import { PLAN_SIGNER_CASES } from '../../../src/engine/ports/conformance/signing.ts';
import { keepsPromises } from '../keeps-promises.ts';
import { keyFolder, SSH_KEYGEN, sshKey } from './ssh-keys.ts';

const TEXT = `sha256:${'a'.repeat(64)}`;
const NOW_MS = Date.UTC(2026, 0, 5, 9);
const signer = createSshPlanSigner({ variables: process.env });

describe('signatures by ssh-keygen', () => {
  keepsPromises('ssh-keygen', PLAN_SIGNER_CASES, async () => {
    const folder = keyFolder();
    return { port: signer, key: async () => sshKey(folder) };
  });

  it.each(['rsa', 'ecdsa'])('a key of type %s will do', async (type) => {
    const { file, line } = sshKey(keyFolder(), { type });
    const signature = await signer.sign(TEXT, file);
    expect(await signer.verify(TEXT, signature, `ann ${line}`, NOW_MS)).toEqual({ ok: true, principal: 'ann' });
  });

  it('a signature in another namespace is bad, though its key is known', async () => {
    const { file, line } = sshKey(keyFolder());
    const { execa } = await import('execa');
    const args = ['-Y', 'sign', '-n', 'git', '-f', file];
    const { stdout } = await execa(SSH_KEYGEN, args, { input: TEXT });
    const check = await signer.verify(TEXT, `${stdout}\n`, `ann ${line}`, NOW_MS);
    expect(check).toEqual({ ok: false, reason: 'bad-signature' });
  });

  it('leaves nothing in the folder for temporary files', async () => {
    const { file, line } = sshKey(keyFolder());
    const signature = await signer.sign(TEXT, file);
    const left = () => readdirSync(tmpdir()).filter((name) => name.startsWith('mka-verify-'));
    const before = left();
    await signer.verify(TEXT, signature, `ann ${line}`, NOW_MS);
    expect(left()).toEqual(before);
  });
});

describe('what cannot be signed with', () => {
  it.each([
    ['a file that is not there', () => '/nowhere/key', /cannot be read \(ENOENT\)/],
    ['a folder', (folder: string) => folder, /no key that ssh-keygen can sign with/],
    ['no key', (folder: string) => written(folder, 'secret text'), /no key that ssh-keygen can sign with/],
    ['a key that others may read', (folder: string) => open(sshKey(folder).file), /may be read by others/],
    ['a key with a passphrase', (folder: string) => sshKey(folder, { passphrase: 'pa55phrase' }).file, /passphrase/],
    [
      'a public key without an agent',
      (folder: string) => publicHalf(sshKey(folder).file),
      /no agent holds|can sign with/,
    ],
  ])('%s is one clear error that repeats no secret', async (_, make, message) => {
    const file = make(keyFolder());
    const { SSH_AUTH_SOCK: _agent, ...variables } = process.env;
    const refused = { code: 'signing/unusable-key', exitCode: 64, hint: expect.any(String) };
    const error = await createSshPlanSigner({ variables })
      .sign(TEXT, file)
      .catch((cause: unknown) => cause);
    expect(error).toMatchObject({ ...refused, message: expect.stringMatching(message) });
    expect(JSON.stringify(error)).not.toMatch(/secret text|pa55phrase/);
  });

  it('without ssh-keygen both say what to install', async () => {
    const { file, line } = sshKey(keyFolder());
    const signature = await signer.sign(TEXT, file);
    const without = createSshPlanSigner({ variables: { PATH: '/nowhere' } });
    const refused = { code: 'signing/no-ssh-keygen', exitCode: 69, hint: expect.stringContaining('openssh-client') };
    await expect(without.sign(TEXT, file)).rejects.toMatchObject(refused);
    await expect(without.verify(TEXT, signature, `ann ${line}`, NOW_MS)).rejects.toMatchObject(refused);
  });
});

function written(folder: string, text: string): string {
  const file = join(folder, 'file');
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}

function publicHalf(file: string): string {
  rmSync(file);
  return `${file}.pub`;
}

function open(file: string): string {
  chmodSync(file, 0o644);
  return file;
}
