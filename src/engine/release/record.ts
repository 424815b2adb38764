import { canonicalJson } from '../kernel/hash.ts';
import type { DeploymentRecord } from '../model/deployment.ts';

/** A deployment record before it is signed. */
export type UnsignedRecord = Omit<DeploymentRecord, 'signature'>;

/** What a record's signature is worth. */
export type RecordCheck = 'ok' | 'unsigned' | 'unknown-key' | 'bad-signature';

/** The text that is signed: canonical JSON of everything but the signature, fields of later versions included. */
export function recordText(record: UnsignedRecord | DeploymentRecord): string {
  return canonicalJson({ ...record, signature: undefined });
}
