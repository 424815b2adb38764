import type { ChannelDefinition } from '../model/release.ts';
import type { Clock } from '../ports/clock.ts';
import type { CampaignPause, StateStore } from '../ports/state-store.ts';

/** How old the known backlog of the channels may be, milliseconds; pauses are read anew for every batch. */
const BACKLOG_AGE_MS = 250;

/** Run-time state that decisions read beside the release: pauses and full channels. */
export interface Switches {
  /** Reads them from the store; call before a batch. */
  refresh(): Promise<void>;
  pausedCampaigns(nowMs: number): ReadonlySet<string>;
  /** Pauses whose end has come: to be resumed by the daemon. */
  endedPauses(nowMs: number): readonly CampaignPause[];
  nextPauseEndMs(): number | null;
  fullChannels(): ReadonlySet<string>;
}

export function createSwitches(
  store: StateStore,
  clock: Clock,
  channels: () => Readonly<Record<string, ChannelDefinition>>,
): Switches {
  let pauses: readonly CampaignPause[] = [];
  let full: ReadonlySet<string> = new Set();
  let backlogReadAtMs = Number.NEGATIVE_INFINITY;
  return {
    refresh: async () => {
      pauses = await store.pauses();
      const nowMs = clock.now();
      if (nowMs - backlogReadAtMs < BACKLOG_AGE_MS) return;
      const backlog = await store.backlog();
      full = new Set(
        Object.values(channels())
          .filter((one) => (backlog[one.name] ?? 0) >= one.maxBacklog)
          .map((one) => one.name),
      );
      backlogReadAtMs = nowMs;
    },
    pausedCampaigns: (nowMs) =>
      new Set(pauses.filter((pause) => isPaused(pause, nowMs)).map((pause) => pause.campaign)),
    endedPauses: (nowMs) => pauses.filter((pause) => pause.untilMs !== null && pause.untilMs <= nowMs),
    nextPauseEndMs: () => {
      const ends = pauses.map((pause) => pause.untilMs).filter((end) => end !== null);
      return ends.length === 0 ? null : Math.min(...ends);
    },
    fullChannels: () => full,
  };
}

/** A pause is [pausedAt, until). */
function isPaused(pause: CampaignPause, nowMs: number): boolean {
  return pause.pausedAtMs <= nowMs && (pause.untilMs === null || nowMs < pause.untilMs);
}
