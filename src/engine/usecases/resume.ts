import type { SwitchParts } from './pause.ts';
import { assertCampaign } from './pause.ts';

/** Ends a campaign's pause; what waited goes on under `staleAfter` (R14). False when it was not paused. */
export async function resumeCampaign({ store, clock, release }: SwitchParts, campaign: string): Promise<boolean> {
  const isPaused = (await store.pauses()).some((pause) => pause.campaign === campaign);
  if (!isPaused) assertCampaign(release(), campaign);
  return store.resume(campaign, clock.now());
}
