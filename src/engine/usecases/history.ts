import type { DeploymentRecord } from '../model/deployment.ts';
import type { DeploymentStore } from '../ports/deployment-store.ts';
import type { StateStore } from '../ports/state-store.ts';
import { type RecordTrust, type Refusal, recordFault } from '../runtime/reconcile-records.ts';

/** A deployment as people look back on it. */
export interface PastDeployment {
  readonly record: DeploymentRecord;
  readonly isActive: boolean;
  /** Of a break-glass deployment: who looked at it afterwards; null while nobody has. */
  readonly review: { readonly by: string; readonly atMs: number } | null;
  /** What is wrong with its record here; null when nothing is. */
  readonly fault: Refusal | null;
}

/** Deployments, newest first, each record checked. */
export async function readHistory(
  parts: {
    readonly store: Pick<StateStore, 'activeRelease'>;
    readonly deployments: Pick<DeploymentStore, 'deployments' | 'reviews'>;
    readonly trust: RecordTrust;
  },
  limit: number,
): Promise<readonly PastDeployment[]> {
  const [records, reviews, active] = await Promise.all([
    parts.deployments.deployments(limit),
    parts.deployments.reviews(),
    parts.store.activeRelease(),
  ]);
  return Promise.all(
    records.map(async (record, index) => {
      const fault = outOfOrder(record, records[index + 1]) ?? (await recordFault(parts.trust, record));
      const isAboutKeys = fault?.reason === 'record/unsigned' || fault?.reason === 'record/unknown-key';
      return {
        record,
        isActive: record.generation === active?.generation,
        review: reviews[record.generation] ?? null,
        fault: isAboutKeys && !parts.trust.isRequired ? null : fault,
      };
    }),
  );
}

/** Each generation follows the one before: a record that does not is an older one, put in again. */
function outOfOrder({ generation }: DeploymentRecord, before: DeploymentRecord | undefined): Refusal | null {
  if (before === undefined || generation > before.generation) return null;
  if (generation === before.generation) {
    return { reason: 'record/replayed', message: `the record of generation ${generation} stands here twice` };
  }
  const message = `the record of generation ${generation} stands after that of generation ${before.generation}`;
  return { reason: 'record/lower-generation', message };
}
