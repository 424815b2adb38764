import { PARTITIONS } from '../model/slot.ts';
import type { Clock } from '../ports/clock.ts';
import { type Lease, leaseResource, type StateStore } from '../ports/state-store.ts';

/** How long a lease holds without renewal, milliseconds; it is renewed after a third of that. */
export const LEASE_TTL_MS = 3_000;

/** The partitions this daemon may fold and deliver for. One daemon owns all it can get; others stand by. */
export interface Ownership {
  /** Takes what is free and renews what is held. True when the set of leases or an epoch has changed. */
  acquire(): Promise<boolean>;
  engine(): readonly Lease[];
  delivery(): readonly Lease[];
  /** Gives everything back, so that a successor need not wait for the leases to run out. */
  release(): Promise<void>;
}

export function createOwnership(store: StateStore, clock: Clock, holder: string, ttlMs = LEASE_TTL_MS): Ownership {
  let held: readonly Lease[] = [];
  const resources = resourcesOf('engine').concat(resourcesOf('delivery'));
  return {
    acquire: async () => {
      const before = identityOf(held);
      held = await store.acquireLeases(resources, holder, ttlMs, clock.now());
      return identityOf(held) !== before;
    },
    engine: () => held.filter((lease) => lease.resource.startsWith('engine/')),
    delivery: () => held.filter((lease) => lease.resource.startsWith('delivery/')),
    release: async () => {
      await store.releaseLeases(held);
      held = [];
    },
  };
}

function resourcesOf(role: 'engine' | 'delivery'): string[] {
  return Array.from({ length: PARTITIONS }, (_, partition) => leaseResource(role, partition));
}

function identityOf(leases: readonly Lease[]): string {
  return leases.map((lease) => `${lease.resource}:${lease.epoch}`).join(' ');
}
