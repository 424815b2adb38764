import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { EXIT, MkaError } from '../../kernel/mka-error.ts';
import type { DeploymentRecord } from '../../model/deployment.ts';
import { type RecordCheck, recordText, type UnsignedRecord } from '../../release/record.ts';

/** Signs deployment records with one ed25519 key (RFC 8032). */
export interface RecordSigner {
  /** Names the public key: `ed25519:` and 32 hexadecimal digits of the SHA-256 of its DER form. */
  readonly keyId: string;
  /** PEM, for those who verify. */
  readonly publicKey: string;
  sign(record: UnsignedRecord): DeploymentRecord['signature'];
}

const SIGNATURE = /^[A-Za-z0-9+/]{86}==$/;

/** `privateKeyPem` is PKCS #8. Throws MkaError `signing/record-key`, which never repeats the key. */
export function createRecordSigner(privateKeyPem: string): RecordSigner {
  const key = ed25519(() => createPrivateKey(privateKeyPem), 'private');
  const publicKey = createPublicKey(key);
  const keyId = idOf(publicKey);
  return {
    keyId,
    publicKey: pemOf(publicKey),
    sign: (record) => ({ keyId, value: sign(null, Buffer.from(recordText(record)), key).toString('base64') }),
  };
}

/**
 * Says what the signature of a record is worth to those who trust these keys (PEM). Throws MkaError `signing/record-key` for a
 * key that cannot be read: a daemon that trusts nobody by mistake would follow nobody.
 */
export function createRecordVerifier(publicKeys: readonly string[]): (record: DeploymentRecord) => RecordCheck {
  const keys = new Map(
    publicKeys.map((pem) => {
      const key = ed25519(() => createPublicKey(pem), 'public');
      return [idOf(key), key];
    }),
  );
  return (record) => {
    const { keyId, value } = record.signature;
    if (keyId === '' && value === '') return 'unsigned';
    const key = keys.get(keyId);
    if (key === undefined) return 'unknown-key';
    if (!SIGNATURE.test(value)) return 'bad-signature';
    const isGood = verify(null, Buffer.from(recordText(record)), key, Buffer.from(value, 'base64'));
    return isGood ? 'ok' : 'bad-signature';
  };
}

/** A new pair of keys, PEM. */
export function generateRecordKeys(): { readonly privateKey: string; readonly publicKey: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return { privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), publicKey: pemOf(publicKey) };
}

function pemOf(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'pem' }).toString();
}

function idOf(key: KeyObject): string {
  const der = key.export({ type: 'spki', format: 'der' });
  return `ed25519:${createHash('sha256').update(der).digest('hex').slice(0, 32)}`;
}

/** The cause is left out: it may quote what it was given. */
function ed25519(read: () => KeyObject, kind: 'private' | 'public'): KeyObject {
  let key: KeyObject;
  try {
    key = read();
  } catch {
    throw badKey(`the ${kind} key for deployment records cannot be read`);
  }
  if (key.asymmetricKeyType === 'ed25519') return key;
  throw badKey(`the ${kind} key for deployment records is ${key.asymmetricKeyType ?? 'of no known type'}, not ed25519`);
}

function badKey(message: string): MkaError {
  return new MkaError('signing/record-key', message, {
    hint: 'make one with `openssl genpkey -algorithm ed25519`, without a passphrase, and give it as PEM',
    exitCode: EXIT.usage,
  });
}
