import type { DeploymentLock, DeploymentRecord, ReconcileCondition } from '../model/deployment.ts';
import type { Release } from '../model/release.ts';
import type { BusPort } from '../ports/bus.ts';
import type { Clock } from '../ports/clock.ts';
import type { DeploymentStore } from '../ports/deployment-store.ts';
import type { CampaignPause, StateStore, StoreStatus } from '../ports/state-store.ts';
import { unreviewed } from './review.ts';

/** A daemon that holds leases, and of how many resources. */
export interface LeaseHolder {
  readonly holder: string;
  readonly leases: number;
  readonly expiresAtMs: number;
}

/** What `mka status` shows. */
export interface EnvironmentStatus extends Omit<StoreStatus, 'leases'> {
  readonly release: {
    readonly digest: string;
    readonly generation: number;
    readonly activatedAtMs: number;
    readonly commit: string | null;
    readonly campaigns: Readonly<Record<string, Release['campaigns'][string]['state']>>;
  } | null;
  readonly holders: readonly LeaseHolder[];
  /** Inputs queued and not yet decided. */
  readonly backlog: number;
  readonly pauses: readonly CampaignPause[];
  readonly deadLetters: Readonly<Record<string, number>>;
}

/** How an environment came to what it runs. */
export interface DeploymentStatus {
  /** Where the daemon stands with what it follows; empty where it follows nothing. */
  readonly conditions: readonly ReconcileCondition[];
  /** Break-glass deployments that nobody has reviewed. */
  readonly unreviewed: readonly DeploymentRecord[];
  readonly lock: DeploymentLock | null;
}

/** Reads how an environment came to what it runs; changes nothing. */
export async function readDeploymentStatus(parts: {
  readonly deployments: DeploymentStore;
  readonly clock: Pick<Clock, 'now'>;
}): Promise<DeploymentStatus> {
  const { deployments, clock } = parts;
  const [conditions, open, lock] = await Promise.all([
    deployments.conditions(),
    unreviewed(deployments),
    deployments.lock(clock.now()),
  ]);
  return { conditions, unreviewed: open, lock };
}

/** Reads where an environment stands; changes nothing. */
export async function readStatus(parts: {
  readonly store: StateStore;
  readonly bus: BusPort;
  readonly clock: Pick<Clock, 'now'>;
}): Promise<EnvironmentStatus> {
  const { store, bus, clock } = parts;
  const nowMs = clock.now();
  const { leases, ...status } = await store.status(nowMs);
  const active = await store.activeRelease();
  const bundle = active === null ? null : await store.loadRelease(active.digest);
  const holders = new Map<string, LeaseHolder>();
  for (const { holder, expiresAtMs } of leases) {
    if (expiresAtMs <= nowMs) continue;
    const known = holders.get(holder);
    holders.set(holder, { holder, leases: (known?.leases ?? 0) + 1, expiresAtMs });
  }
  return {
    release: active && {
      ...active,
      commit: bundle?.commit ?? null,
      campaigns: Object.fromEntries(
        Object.values(bundle?.release.campaigns ?? {}).map(({ name, state }) => [name, state]),
      ),
    },
    ...status,
    holders: [...holders.values()],
    backlog: await bus.depth(),
    pauses: await store.pauses(),
    deadLetters: await bus.deadLetterCounts(),
  };
}
