import type { Clock } from '../ports/clock.ts';
import type { StateStore } from '../ports/state-store.ts';
import { isDeadHere } from './process-identity.ts';

/**
 * Gives back the leases of processes of this machine that have died, so that a start after `kill -9` need not wait until
 * they run out. Safe at any time: a lease goes by holder and epoch, and its holder is gone. The names of the dead.
 */
export async function freeDeadLeases(store: StateStore, clock: Clock): Promise<readonly string[]> {
  const { leases } = await store.status(clock.now());
  const dead = leases.filter(({ holder }) => isDeadHere(holder));
  if (dead.length > 0) await store.releaseLeases(dead);
  return [...new Set(dead.map(({ holder }) => holder))];
}
