import type { ClaimedSend } from '../../ports/state-store.ts';
import type { WatcherFactory } from '../history.ts';
import { greatestSkewMs } from '../plan.ts';

/**
 * No byte leaves for a campaign that was paused, or for a user who was put on a list, before its attempt was claimed
 * (I9, R14, R23); no pause ends but by an operator or by its own end.
 */
export const watchSuppression: WatcherFactory = ({ plan, report, note }) => {
  const paused = new Map<string, { readonly sinceMs: number; readonly untilMs: number }>();
  const claims = new Map<string, { readonly send: ClaimedSend; readonly atMs: number; readonly release: number }>();
  let release = 0;
  const skewMs = greatestSkewMs(plan);
  return {
    activated: (index) => {
      release = index;
    },
    paused: (campaign, untilMs, atMs) => {
      paused.set(campaign, { sinceMs: atMs, untilMs: untilMs ?? Infinity });
    },
    resumed: (campaign, actor, atMs) => {
      const pause = paused.get(campaign);
      paused.delete(campaign);
      if (actor !== 'operator' && pause && pause.untilMs > atMs + skewMs) {
        report('pause/ended-by-another', `${actor} ended a pause of ${campaign} that lasts until ${pause.untilMs}`);
      }
    },
    claimed: (_node, _generation, sends, nowMs, atMs) => {
      for (const send of sends) {
        claims.set(send.sendKey, { send, atMs, release });
        if (nowMs < send.notBeforeMs || nowMs >= send.notAfterMs) {
          if (send.dispatchedAtMs === nowMs) report('send/outside-window', `${send.sendKey} was claimed at ${nowMs}`);
        }
      }
    },
    written: ({ sendKey }, atMs) => {
      const claim = claims.get(sendKey);
      if (!claim) return report('send/not-on-disk', `bytes of ${sendKey} left before its attempt was on disk`);
      const pause = paused.get(claim.send.campaign);
      if (pause && pause.sinceMs + skewMs < claim.atMs && atMs < pause.untilMs - skewMs) {
        note('suppression/paused');
        report('send/while-paused', `${sendKey} of ${claim.send.campaign} left during its pause`);
      }
      const lists = Object.values(plan.releases[claim.release]?.lists ?? {});
      if (
        claim.send.class === 'marketing' &&
        lists.some(({ entries }) => entries.some(({ user }) => user === claim.send.user))
      ) {
        report('send/to-listed', `${sendKey} left for ${claim.send.user}, who is on a list`);
      }
    },
  };
};
