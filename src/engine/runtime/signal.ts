import type { Clock } from '../ports/clock.ts';

/** Wakes loops that wait: a loop sleeps until it is notified or until its time is up. */
export interface Wakeup {
  notify(): void;
  /** Resolves after `ms`, on the next `notify`, or when `signal` aborts. A notify before the wait is not lost. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

export function createWakeup(clock: Clock): Wakeup {
  let isPending = false;
  const sleepers = new Set<AbortController>();
  return {
    notify: () => {
      isPending = sleepers.size === 0;
      for (const sleeper of sleepers) sleeper.abort();
    },
    wait: async (ms, signal) => {
      if (isPending) {
        isPending = false;
        return;
      }
      const sleeper = new AbortController();
      sleepers.add(sleeper);
      await clock.sleep(ms, AbortSignal.any([signal, sleeper.signal]));
      sleepers.delete(sleeper);
    },
  };
}
