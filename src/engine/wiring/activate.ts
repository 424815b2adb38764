import { MkaError } from '../kernel/mka-error.ts';
import type { ReleaseBundle } from '../model/release.ts';
import type { Clock } from '../ports/clock.ts';
import type { ActiveRelease, StateStore } from '../ports/state-store.ts';

/** Others that activate at the same moment are few; more tries than this means something else is wrong. */
const MAX_TRIES = 20;

/**
 * Makes a release the active one: saved, then compared and set. The one that is active already stays, under its
 * generation; only commit and places are renewed.
 */
export async function activateRelease(store: StateStore, bundle: ReleaseBundle, clock: Clock): Promise<ActiveRelease> {
  await store.saveRelease(bundle);
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const active = await store.activeRelease();
    if (active?.digest === bundle.digest) return active;
    const activated = await store.activate(bundle.digest, active?.generation ?? 0, clock.now());
    if (activated) return activated;
  }
  throw new MkaError('release/contended', 'another process activates releases at the same time, without end');
}
