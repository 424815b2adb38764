import type { Scheduler } from '../scheduler.ts';

/**
 * A process of the simulated world. It dies (its memory and everything it waits for are gone), freezes (whatever reaches it
 * waits until it thaws, its leases run out meanwhile) and has a clock that may be wrong.
 */
export class Process {
  readonly name: string;
  skewMs: number;
  /** Rises with each start; what an earlier run waits for never reaches it. */
  generation = 0;
  isAlive = false;
  isFrozen = false;
  readonly #scheduler: Scheduler;
  readonly #onFreeze: () => void;
  readonly #atDeath = new Set<() => void>();
  #held: (() => void)[] = [];

  constructor(name: string, scheduler: Scheduler, skewMs = 0, onFreeze: () => void = () => {}) {
    this.#onFreeze = onFreeze;
    this.name = name;
    this.#scheduler = scheduler;
    this.skewMs = skewMs;
  }

  now(): number {
    return this.#scheduler.nowMs + this.skewMs;
  }

  /** The clock jumps. */
  jump(ms: number): void {
    this.skewMs += ms;
  }

  start(): void {
    this.generation += 1;
    this.isAlive = true;
  }

  /** The end of this run, however it came about. */
  die(): void {
    this.isAlive = false;
    this.isFrozen = false;
    this.#held = [];
    for (const forget of this.#atDeath) forget();
    this.#atDeath.clear();
  }

  /** Called at death, so that nothing outside keeps a dead run in memory; gives the way to take it back. */
  onDeath(forget: () => void): () => void {
    this.#atDeath.add(forget);
    return () => this.#atDeath.delete(forget);
  }

  freeze(): void {
    if (!this.isAlive) return;
    this.isFrozen = true;
    this.#onFreeze();
  }

  thaw(): void {
    this.isFrozen = false;
    const held = this.#held;
    this.#held = [];
    const { generation } = this;
    for (const run of held) this.#scheduler.at(this.#scheduler.nowMs, () => this.deliver(generation, run));
  }

  /** Something reaches the run that asked for it: at once, after the thaw, or never. */
  deliver(generation: number, run: () => void): void {
    if (!this.isAlive || generation !== this.generation) return;
    if (this.isFrozen) this.#held.push(run);
    else run();
  }

  /** True for the run that is alive now. */
  isRunning(generation: number): boolean {
    return this.isAlive && generation === this.generation;
  }
}
