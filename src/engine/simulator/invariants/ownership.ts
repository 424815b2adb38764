import { type Lease, leaseResource } from '../../ports/state-store.ts';
import type { WatcherFactory } from '../history.ts';

/** A fenced owner cannot write: what the store takes comes from the present holder of the lease, in its epoch. */
export const watchOwnership: WatcherFactory = ({ report, note }) => {
  const held = new Map<string, Lease>();
  return {
    leased: (leases) => {
      for (const lease of leases) {
        const before = held.get(lease.resource);
        if (before && before.holder !== lease.holder) note('lease/taken over');
        if (before && before.holder !== lease.holder && lease.epoch <= before.epoch) {
          report('lease/epoch', `${lease.resource} went to ${lease.holder} in epoch ${lease.epoch}`);
        }
        held.set(lease.resource, lease);
      }
    },
    committed: ({ node, request }) => {
      for (const { partition, user } of request.changes) {
        const resource = leaseResource('engine', partition);
        const lease = request.leases.find((one) => one.resource === resource);
        const holder = held.get(resource);
        if (lease && holder && lease.holder === holder.holder && lease.epoch === holder.epoch) continue;
        return report('lease/fenced-write', `${node} wrote ${user} without holding ${resource}`);
      }
    },
  };
};
