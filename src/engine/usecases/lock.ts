import { EXIT, MkaError } from '../kernel/mka-error.ts';
import type { DeploymentLock } from '../model/deployment.ts';
import type { Clock } from '../ports/clock.ts';
import type { DeploymentStore } from '../ports/deployment-store.ts';

/** How long the lock holds without renewal, milliseconds; it is renewed after a third of that. */
const LOCK_TTL_MS = 30_000;

export interface LockParts {
  readonly deployments: Pick<DeploymentStore, 'acquireLock' | 'lock' | 'releaseLock'>;
  readonly clock: Clock;
  /** Names this run: person, machine and process. */
  readonly holder: string;
}

/**
 * Does a piece of work while nobody else deploys here. Throws MkaError `deploy/locked` (75) when another holds the lock. A
 * holder that dies frees it by not renewing; should it come back, the deployment's own compare-and-set still refuses it.
 */
export async function underLock<T>(parts: LockParts, reason: string, work: () => Promise<T>): Promise<T> {
  const { deployments, clock, holder } = parts;
  const lock = await deployments.acquireLock(holder, reason, LOCK_TTL_MS, clock.now());
  if (lock === null) throw locked(await deployments.lock(clock.now()));
  const ended = new AbortController();
  const renewing = renew(parts, reason, ended.signal);
  try {
    return await work();
  } finally {
    ended.abort();
    await renewing;
    await deployments.releaseLock(holder);
  }
}

async function renew({ deployments, clock, holder }: LockParts, reason: string, ended: AbortSignal): Promise<void> {
  while (!ended.aborted) {
    await clock.sleep(LOCK_TTL_MS / 3, ended);
    if (ended.aborted) return;
    try {
      await deployments.acquireLock(holder, reason, LOCK_TTL_MS, clock.now());
    } catch {
      // Tried again in a third of its life; a lock that is lost costs the deployment its compare-and-set at worst.
    }
  }
}

function locked(lock: DeploymentLock | null): MkaError {
  const by = lock === null ? 'somebody who has just let it go' : `${lock.holder} (${lock.reason})`;
  const until = lock === null ? '' : `; without news it frees itself at ${new Date(lock.expiresAtMs).toISOString()}`;
  return new MkaError('deploy/locked', `this environment is being deployed to by ${by}`, {
    hint: `try again${until}`,
    exitCode: EXIT.locked,
  });
}

/** Who deploys now; null when nobody does. */
export function showLock({
  deployments,
  clock,
}: Pick<LockParts, 'deployments' | 'clock'>): Promise<DeploymentLock | null> {
  return deployments.lock(clock.now());
}

/**
 * Takes the lock away from its holder; the one that was held, null when none was. Throws MkaError `deploy/lock-held` (75) for a
 * lock of somebody else without `force`.
 */
export async function releaseLock(
  { deployments, clock, holder }: LockParts,
  { isForced }: { readonly isForced: boolean },
): Promise<DeploymentLock | null> {
  const lock = await deployments.lock(clock.now());
  if (lock === null) return null;
  if (lock.holder !== holder && !isForced) {
    throw new MkaError('deploy/lock-held', `the lock is held by ${lock.holder} (${lock.reason})`, {
      hint: 'it frees itself once its holder is gone; --force --reason takes it away',
      exitCode: EXIT.locked,
    });
  }
  await deployments.releaseLock(lock.holder);
  return lock;
}
