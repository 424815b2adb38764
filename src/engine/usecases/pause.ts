import { parseInstant } from '../kernel/local-time.ts';
import { MkaError } from '../kernel/mka-error.ts';
import type { Release } from '../model/release.ts';
import type { Clock } from '../ports/clock.ts';
import type { CampaignPause, StateStore } from '../ports/state-store.ts';
import { parseDuration } from './duration.ts';

/** What switching a campaign needs. */
export interface SwitchParts {
  readonly store: Pick<StateStore, 'pause' | 'resume' | 'pauses'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly release: () => Release;
}

/** Pauses a campaign from now on (R14); pausing again replaces reason and end, never the beginning. */
export async function pauseCampaign(
  { store, clock, release }: SwitchParts,
  request: { readonly campaign: string; readonly reason: string; readonly actor: string; readonly until?: string },
): Promise<CampaignPause> {
  const { campaign, reason, actor } = request;
  assertCampaign(release(), campaign);
  const nowMs = clock.now();
  const untilMs = request.until === undefined ? null : endOf(request.until, nowMs);
  const earlier = (await store.pauses()).find((pause) => pause.campaign === campaign);
  const isRunning = earlier !== undefined && (earlier.untilMs === null || earlier.untilMs > nowMs);
  const pause = { campaign, pausedAtMs: isRunning ? earlier.pausedAtMs : nowMs, reason, actor, untilMs };
  await store.pause(pause);
  return pause;
}

/** Epoch milliseconds of RFC 3339 text or of a duration from now; throws MkaError `pause/until`. */
function endOf(text: string, nowMs: number): number {
  const duration = parseDuration(text);
  const untilMs = duration === null ? parseInstant(text) : nowMs + duration;
  if (untilMs === null) {
    throw new MkaError('pause/until', `\`${text}\` is neither an instant nor a duration`, {
      hint: 'such as 2026-03-01T08:00:00Z or 2h30m',
    });
  }
  if (untilMs <= nowMs) throw new MkaError('pause/until', `\`${text}\` does not lie in the future`);
  return untilMs;
}

/** Throws MkaError `campaign/unknown` for a name that the release does not hold. */
export function assertCampaign(release: Release, name: string): void {
  if (Object.hasOwn(release.campaigns, name)) return;
  throw new MkaError('campaign/unknown', `there is no campaign \`${name}\``, {
    hint: `campaigns are: ${Object.keys(release.campaigns).join(', ') || 'none'}`,
  });
}
