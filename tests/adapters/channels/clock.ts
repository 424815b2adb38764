import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../../../src/engine/ports/clock.ts';

/** Time that passes only by sleeping, and then at once. */
export function leapingClock(startMs = Date.UTC(2024, 0, 1)): Clock {
  let nowMs = startMs;
  return {
    virtual: true,
    now: () => nowMs,
    async sleep(ms, signal) {
      // The abort of a caller that runs on at once is still seen.
      await Promise.resolve();
      if (!signal?.aborted) nowMs += ms;
    },
  };
}

/** The machine's time. */
export const realClock: Clock = {
  virtual: false,
  now: () => performance.timeOrigin + performance.now(),
  sleep: (ms, signal) => pause(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined),
};
