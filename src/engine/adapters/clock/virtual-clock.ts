import type { VirtualTime } from '../../ports/clock.ts';

interface Sleeper {
  readonly wakeAtMs: number;
  readonly wake: () => void;
}

/** A clock that stands still until its driver advances it. */
export class VirtualClock implements VirtualTime {
  readonly virtual = true;
  #nowMs: number;
  /** By waking time; of one instant, in the order in which they fell asleep. */
  readonly #sleepers: Sleeper[] = [];
  #watchers: (() => void)[] = [];

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (ms <= 0 || signal?.aborted === true) return Promise.resolve();
    return new Promise((resolve) => {
      const sleeper: Sleeper = {
        wakeAtMs: this.#nowMs + ms,
        wake: () => {
          signal?.removeEventListener('abort', abort);
          resolve();
        },
      };
      const abort = (): void => {
        this.#sleepers.splice(this.#sleepers.indexOf(sleeper), 1);
        resolve();
      };
      signal?.addEventListener('abort', abort, { once: true });
      this.#insert(sleeper);
    });
  }

  /** When the next sleeper wakes, epoch milliseconds; null when nobody sleeps. */
  nextWakeAt(): number | null {
    return this.#sleepers[0]?.wakeAtMs ?? null;
  }

  sleeperCount(): number {
    return this.#sleepers.length;
  }

  whenSleeping(): Promise<void> {
    return new Promise((resolve) => {
      this.#watchers.push(resolve);
    });
  }

  /**
   * Moves to an instant, which must not lie in the past. Sleepers wake in order on the way, each at its own instant; what
   * one of them does without waiting for the outside world is done before the next one wakes.
   */
  async advanceTo(atMs: number): Promise<void> {
    if (atMs < this.#nowMs) throw new Error(`the clock stands at ${this.#nowMs} and cannot go back to ${atMs}`);
    for (let next = this.#sleepers[0]; next !== undefined && next.wakeAtMs <= atMs; next = this.#sleepers[0]) {
      this.#sleepers.shift();
      this.#nowMs = Math.max(this.#nowMs, next.wakeAtMs);
      next.wake();
      await microtasksDone();
    }
    this.#nowMs = Math.max(this.#nowMs, atMs);
  }

  #insert(sleeper: Sleeper): void {
    const after = this.#sleepers.findIndex(({ wakeAtMs }) => wakeAtMs > sleeper.wakeAtMs);
    this.#sleepers.splice(after === -1 ? this.#sleepers.length : after, 0, sleeper);
    const watchers = this.#watchers;
    this.#watchers = [];
    for (const watcher of watchers) watcher();
  }
}

function microtasksDone(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
