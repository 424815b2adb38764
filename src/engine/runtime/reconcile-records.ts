import { digestOf } from '../kernel/hash.ts';
import type { DeploymentRecord } from '../model/deployment.ts';
import type { DeploymentStore } from '../ports/deployment-store.ts';
import type { ActiveRelease, StateStore } from '../ports/state-store.ts';

/** What a record's signature is worth. */
export type RecordSignature = 'ok' | 'unsigned' | 'unknown-key' | 'bad-signature';

/** Whose deployments count here. */
export interface RecordTrust {
  readonly environment: string;
  /** Absent before anything was ever deployed. */
  readonly project?: string;
  /** True when nothing may be active without a record by a known key. */
  readonly isRequired: boolean;
  verify(record: DeploymentRecord): RecordSignature | Promise<RecordSignature>;
}

/** Why something is not taken: a stable word, and a sentence that says what and where. */
export interface Refusal {
  readonly reason: string;
  readonly message: string;
}

/** What is active in the store, and what this process takes for it. */
export interface Admission {
  readonly active: ActiveRelease;
  /** The bundle to run: the active one, or the last good one when that is refused. Null when there is none. */
  readonly digest: string | null;
  readonly record: DeploymentRecord | null;
  readonly refused: Refusal | null;
}

export interface RecordParts {
  readonly store: Pick<StateStore, 'loadRelease'>;
  readonly deployments: Pick<DeploymentStore, 'deployments'>;
  readonly trust: RecordTrust;
}

/** How far back a last good record is looked for. */
const LOOK_BACK = 200;

/**
 * Decides whether the release that is active in the store may be run: its record must be of this generation, environment and
 * bundle, by a known key, and the stored bundle must have the digest it is stored under. Otherwise the newest older record
 * that passes names the last good one.
 */
export async function admit(parts: RecordParts, active: ActiveRelease): Promise<Admission> {
  const records = await parts.deployments.deployments(LOOK_BACK);
  const record = records.find(({ generation }) => generation === active.generation) ?? null;
  const refused = await refusalOfActive(parts, active, record, records);
  if (refused === null) return { active, digest: active.digest, record, refused };
  for (const older of records) {
    if (older === record) continue;
    const fault = await recordFault(parts.trust, older);
    if (fault === null && (await bundleFault(parts, older.bundle)) === null) {
      return { active, digest: older.bundle, record, refused };
    }
  }
  return { active, digest: null, record, refused };
}

async function refusalOfActive(
  parts: RecordParts,
  active: ActiveRelease,
  record: DeploymentRecord | null,
  records: readonly DeploymentRecord[],
): Promise<Refusal | null> {
  const { trust } = parts;
  const highest = Math.max(0, ...records.map(({ generation }) => generation));
  if (highest > active.generation) {
    return {
      reason: 'record/lower-generation',
      message: `generation ${active.generation} is active, but generation ${highest} was deployed after it`,
    };
  }
  if (record === null) return trust.isRequired ? withoutRecord(active, records) : bundleFault(parts, active.digest);
  const fault = await recordFault(trust, record);
  const isAboutKeys = fault?.reason === 'record/unsigned' || fault?.reason === 'record/unknown-key';
  if (fault !== null && (trust.isRequired || !isAboutKeys)) return fault;
  if (record.bundle !== active.digest) {
    return {
      reason: 'record/other-bundle',
      message: `generation ${active.generation} is ${short(active.digest)}, its record says ${short(record.bundle)}`,
    };
  }
  return bundleFault(parts, active.digest);
}

/** No record of this generation: one of an older generation for the same bundle is a replay, else there is none at all. */
function withoutRecord(active: ActiveRelease, records: readonly DeploymentRecord[]): Refusal {
  const older = records.find(({ bundle }) => bundle === active.digest);
  if (older !== undefined) {
    return {
      reason: 'record/replayed',
      message: `generation ${active.generation} has no record of its own; generation ${older.generation} deployed its bundle`,
    };
  }
  return {
    reason: 'record/missing',
    message: `generation ${active.generation} was activated without a deployment record`,
  };
}

/** What is wrong with a record by itself: whose it is and who signed it. */
export async function recordFault(trust: RecordTrust, record: DeploymentRecord): Promise<Refusal | null> {
  const named = `the record of generation ${record.generation}`;
  const signature = await trust.verify(record);
  if (signature === 'unsigned') return { reason: 'record/unsigned', message: `${named} is not signed` };
  if (signature === 'unknown-key') {
    const message = `${named} is signed by ${record.signature.keyId}, which is no key of this environment`;
    return { reason: 'record/unknown-key', message };
  }
  if (signature === 'bad-signature') {
    return { reason: 'record/bad-signature', message: `${named} was changed after it had been signed` };
  }
  const isOther = record.environment !== trust.environment;
  if (!isOther && (trust.project === undefined || record.project === trust.project)) return null;
  const here = `${trust.project ?? record.project}/${trust.environment}`;
  return {
    reason: 'record/other-environment',
    message: `${named} is for ${record.project}/${record.environment}, not for ${here}`,
  };
}

/** A stored bundle whose content is not that of its digest was edited in the store. */
async function bundleFault({ store }: RecordParts, digest: string): Promise<Refusal | null> {
  const bundle = await store.loadRelease(digest);
  if (bundle === null) return { reason: 'bundle/missing', message: `bundle ${short(digest)} is not in the store` };
  if (digestOf(bundle.release) === digest) return null;
  return { reason: 'bundle/edited', message: `the content stored as bundle ${short(digest)} is another` };
}

/** A digest as people see it. */
export function short(digest: string): string {
  return digest.replace('sha256:', '').slice(0, 12);
}
