import { type Lease, partitionOfLease } from '../../../ports/state-store.ts';
import type { Connection } from '../../sqlite-worker/connection.ts';

export interface AcquireArgs {
  readonly resources: readonly string[];
  readonly holder: string;
  readonly ttlMs: number;
  readonly nowMs: number;
}

/** Takes what is free, expired or the holder's own. */
export function acquireLeases(db: Connection, { resources, holder, ttlMs, nowMs }: AcquireArgs): Lease[] {
  const expiresAtMs = nowMs + ttlMs;
  const obtained: Lease[] = [];
  for (const resource of resources) {
    const held = db.row<[string | null, number, number]>(
      'SELECT holder, epoch, expires_at FROM leases WHERE resource = ?',
      resource,
    );
    const [heldBy, heldEpoch, heldUntilMs] = held ?? [null, 0, 0];
    if (heldBy !== null && heldBy !== holder && heldUntilMs > nowMs) continue;
    const epoch = heldBy === holder ? heldEpoch : heldEpoch + 1;
    db.run(
      `INSERT INTO leases (resource, holder, epoch, expires_at) VALUES (?, ?, ?, ?)
       ON CONFLICT (resource) DO UPDATE SET holder = excluded.holder, epoch = excluded.epoch, expires_at = excluded.expires_at`,
      resource,
      holder,
      epoch,
      expiresAtMs,
    );
    obtained.push({ resource, holder, epoch, expiresAtMs });
  }
  return obtained;
}

/** The row stays, for its epoch must go on rising. */
export function releaseLeases(db: Connection, leases: readonly Lease[]): void {
  for (const { resource, holder, epoch } of leases) {
    db.run(
      'UPDATE leases SET holder = NULL, expires_at = 0 WHERE resource = ? AND holder = ? AND epoch = ?',
      resource,
      holder,
      epoch,
    );
  }
}

export function heldLeases(db: Connection): Lease[] {
  return db
    .rows<[string, string, number, number]>(
      'SELECT resource, holder, epoch, expires_at FROM leases WHERE holder IS NOT NULL ORDER BY resource',
    )
    .map(([resource, holder, epoch, expiresAtMs]) => ({ resource, holder, epoch, expiresAtMs }));
}

/** True while every one of the leases is held as it says, and not expired at `atMs`. */
export function allHeld(db: Connection, leases: readonly Lease[], atMs: number): boolean {
  const held = new Map(heldLeases(db).map((lease) => [lease.resource, lease]));
  return leases.every(({ resource, holder, epoch }) => {
    const lease = held.get(resource);
    return lease !== undefined && lease.holder === holder && lease.epoch === epoch && lease.expiresAtMs > atMs;
  });
}

/** The epochs of those leases that stand for partitions. */
export class LeasedPartitions {
  readonly #epochs = new Map<number, number>();

  constructor(leases: readonly Lease[]) {
    for (const { resource, epoch } of leases) {
      const partition = partitionOfLease(resource);
      if (partition !== null) this.#epochs.set(partition, epoch);
    }
  }

  get partitions(): number[] {
    return [...this.#epochs.keys()];
  }

  epoch(partition: number): number | undefined {
    return this.#epochs.get(partition);
  }
}
