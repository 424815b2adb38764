import { sha256Bytes } from '../kernel/hash.ts';

/** A project in an environment: part of every key. */
export interface Tenant {
  readonly project: string;
  readonly environment: string;
}

export const SLOTS = 4096;
export const PARTITIONS = 64;

/** Slot of a user: uint32be(sha256(project:env:user)[0..4]) mod 4096 (architecture rule 2). */
export function slotOf(tenant: Tenant, user: string): number {
  return sha256Bytes(`${tenant.project}:${tenant.environment}:${user}`).readUInt32BE(0) % SLOTS;
}

/** A partition is a range of slots. */
export function partitionOf(slot: number): number {
  return Math.floor((slot * PARTITIONS) / SLOTS);
}
