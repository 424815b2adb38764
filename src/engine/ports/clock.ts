/**
 * Time as an argument. Instants are epoch milliseconds UTC. The daemon's clock is the machine's; tests, `mka test` and
 * replay use a virtual one that moves only when it is told to.
 */
export interface Clock {
  /** True for a clock that is advanced by its driver: retries are then exact, without jitter. */
  readonly virtual: boolean;
  /** Wall-clock instant. */
  now(): number;
  /** Resolves after `ms`, or at once when the signal aborts; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** A clock that its driver moves. Promises: it stands still until `advanceTo`; sleepers wake in order, each at its instant. */
export interface VirtualTime extends Clock {
  /** Moves to an instant that does not lie in the past. */
  advanceTo(atMs: number): Promise<void>;
  /** When the next sleeper wakes, epoch milliseconds; null when nobody sleeps. */
  nextWakeAt(): number | null;
  sleeperCount(): number;
  /** Resolves when somebody falls asleep. */
  whenSleeping(): Promise<void>;
}
