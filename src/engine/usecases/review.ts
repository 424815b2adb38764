import { EXIT, MkaError } from '../kernel/mka-error.ts';
import type { DeploymentRecord } from '../model/deployment.ts';
import type { Clock } from '../ports/clock.ts';
import type { DeploymentStore } from '../ports/deployment-store.ts';

/** Break-glass deployments that nobody has reviewed, newest first. */
export async function unreviewed(
  deployments: Pick<DeploymentStore, 'deployments' | 'reviews'>,
): Promise<readonly DeploymentRecord[]> {
  const [records, reviews] = [await deployments.deployments(Number.MAX_SAFE_INTEGER), await deployments.reviews()];
  return records.filter(({ kind, generation }) => kind === 'break-glass' && !(generation in reviews));
}

/**
 * Marks a break-glass deployment as looked at, by somebody else than who made it. Throws MkaError `review/not-break-glass`
 * (64), `review/own` (77) or `review/done` (64).
 */
export async function reviewDeployment(
  parts: {
    readonly deployments: Pick<DeploymentStore, 'deployments' | 'review' | 'reviews'>;
    readonly clock: Pick<Clock, 'now'>;
  },
  { generation, by }: { readonly generation: number; readonly by: string },
): Promise<DeploymentRecord> {
  const records = await parts.deployments.deployments(Number.MAX_SAFE_INTEGER);
  const record = records.find((one) => one.generation === generation);
  if (record?.kind !== 'break-glass') {
    throw wrong('review/not-break-glass', `generation ${generation} is no break-glass deployment`);
  }
  if (record.actor.trim().toLowerCase() === by.trim().toLowerCase()) {
    throw new MkaError('review/own', `${by} made this deployment: somebody else reviews it`, {
      exitCode: EXIT.notApproved,
    });
  }
  if (await parts.deployments.review(generation, by, parts.clock.now())) return record;
  throw wrong('review/done', `generation ${generation} was reviewed already`);
}

function wrong(code: string, message: string): MkaError {
  return new MkaError(code, message, { hint: 'mka history shows which deployments wait', exitCode: EXIT.usage });
}
