import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  createRecordSigner,
  createRecordVerifier,
  generateRecordKeys,
} from '../../../src/engine/adapters/signing/record-keys.ts';
import type { DeploymentRecord } from '../../../src/engine/model/deployment.ts';
import { record } from '../../../src/engine/ports/conformance/deployment-store.ts';
import { recordText } from '../../../src/engine/release/record.ts';

const keys = generateRecordKeys();
const signer = createRecordSigner(keys.privateKey);
const check = createRecordVerifier([generateRecordKeys().publicKey, keys.publicKey]);
const UNSIGNED = record(4, { reason: '„ß“', kind: 'rollback' });

function signed(parts: Partial<DeploymentRecord> = {}): DeploymentRecord {
  return { ...UNSIGNED, signature: signer.sign(UNSIGNED), ...parts };
}

describe('the signature of a deployment record', () => {
  it('is good for the record as it is, whatever the order of its fields and after a trip through JSON', () => {
    expect(check(signed())).toBe('ok');
    expect(check(Object.fromEntries(Object.entries(signed()).reverse()) as unknown as DeploymentRecord)).toBe('ok');
    expect(check(JSON.parse(JSON.stringify(signed())))).toBe('ok');
  });

  it.each(Object.keys(UNSIGNED).filter((field) => field !== 'signature'))('covers %s', (field) => {
    expect(check(signed({ [field]: 'other' }))).toBe('bad-signature');
    const { [field as keyof DeploymentRecord]: _, ...rest } = signed();
    expect(check(rest as DeploymentRecord)).toBe('bad-signature');
  });

  it('covers fields that this version does not know', () => {
    expect(check({ ...signed(), later: true } as DeploymentRecord)).toBe('bad-signature');
    expect(check(signed({ holds: 'f'.repeat(40) }))).toBe('bad-signature');
  });

  it('that is missing, by an unknown key or broken is told apart', () => {
    const { keyId, value } = signer.sign(UNSIGNED);
    expect(check(signed({ signature: { keyId: '', value: '' } }))).toBe('unsigned');
    const stranger = createRecordSigner(generateRecordKeys().privateKey);
    expect(check(signed({ signature: stranger.sign(UNSIGNED) }))).toBe('unknown-key');
    expect(check(signed({ signature: { keyId: '', value } }))).toBe('unknown-key');
    const flipped = `${value[0] === 'A' ? 'B' : 'A'}${value.slice(1)}`;
    for (const broken of ['', 'x', flipped, ` ${value}`, value.slice(0, -4), `${value}AAAA`]) {
      expect(check(signed({ signature: { keyId, value: broken } }))).toBe('bad-signature');
    }
    expect(createRecordVerifier([])(signed())).toBe('unknown-key');
  });

  it('another key under the name of a known one is bad', () => {
    const { value } = createRecordSigner(generateRecordKeys().privateKey).sign(UNSIGNED);
    expect(check(signed({ signature: { keyId: signer.keyId, value } }))).toBe('bad-signature');
  });

  it('is over canonical JSON without the signature', () => {
    const text = recordText(signed());
    expect(text).toBe(recordText(UNSIGNED));
    expect(text.startsWith('{"actor":')).toBe(true);
    expect(text).not.toContain('signature');
  });
});

describe('a key for deployment records', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const x25519 = generateKeyPairSync('x25519');
  const locked = generateKeyPairSync('ed25519').privateKey.export({
    ...{ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'pa55' },
  });
  it.each([
    ['no key', 's3cret nonsense'],
    ['nothing', ''],
    ['a public key', keys.publicKey],
    ['an RSA key', rsa.privateKey.export({ type: 'pkcs8', format: 'pem' })],
    ['a key for another purpose', x25519.privateKey.export({ type: 'pkcs8', format: 'pem' })],
    ['a key with a passphrase', locked],
  ])('%s is refused to sign with, and is not repeated', (_, pem) => {
    const refuse = () => createRecordSigner(String(pem));
    expect(refuse).toThrow(expect.objectContaining({ code: 'signing/record-key', exitCode: 64 }));
    expect(refuse).not.toThrow(/s3cret|BEGIN|pa55/);
  });

  it('that cannot be read is refused to verify with', () => {
    for (const pem of ['nonsense', String(rsa.publicKey.export({ type: 'spki', format: 'pem' }))]) {
      expect(() => createRecordVerifier([keys.publicKey, pem])).toThrow(
        expect.objectContaining({ code: 'signing/record-key' }),
      );
    }
  });
});
