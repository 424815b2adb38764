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
