import type { Clock } from '../../ports/clock.ts';
import type { Random } from '../random.ts';
import type { Cancel, Scheduler } from '../scheduler.ts';
import type { Process } from './process.ts';

/** Sleeps up to this long are the polls of idle loops. */
const POLL_MS = 50;
/** A poll that would find nothing is spared; it comes after this at the latest, milliseconds. */
const LONGEST_POLL_MS = 1_000;

interface Idler {
  readonly process: Process;
  readonly wake: () => void;
}

/**
 * The clocks of all processes, each with its own error. An idle loop sleeps on until something happened that it may find:
 * a real one would look every 50 ms and find nothing.
 */
export class Clocks {
  readonly #scheduler: Scheduler;
  readonly #random: Random;
  readonly #idlers = new Set<Idler>();
  readonly #instants = new Set<string>();

  constructor(scheduler: Scheduler, random: Random) {
    this.#scheduler = scheduler;
    this.#random = random;
  }

  of(process: Process): Clock {
    return {
      virtual: false,
      now: () => process.now(),
      sleep: (ms, signal) => this.#sleep(process, ms, signal),
    };
  }

  /** Something changed from outside: idle loops find it at their next poll. */
  rouse(): void {
    for (const idler of this.#idlers) {
      this.#scheduler.at(this.#scheduler.nowMs + this.#random.int(0, POLL_MS), idler.wake);
      this.#idlers.delete(idler);
    }
  }

  /** Something will be due for this process at an instant of its own clock: it looks just then. */
  expect(process: Process, atMs: number): void {
    const key = `${process.name} ${atMs}`;
    if (atMs < process.now() || this.#instants.has(key)) return;
    this.#instants.add(key);
    this.#scheduler.at(atMs - process.skewMs, () => {
      this.#instants.delete(key);
      for (const idler of this.#idlers) {
        if (idler.process !== process) continue;
        this.#idlers.delete(idler);
        idler.wake();
      }
    });
  }

  #sleep(process: Process, ms: number, signal: AbortSignal | undefined): Promise<void> {
    if (ms <= 0 || signal?.aborted === true) return Promise.resolve();
    const { generation } = process;
    return new Promise((resolve) => {
      const undo: Cancel[] = [];
      const end = () => {
        forget();
        resolve();
      };
      const forget = () => {
        for (const take of undo) take();
        signal?.removeEventListener('abort', end);
      };
      const wake = () => process.deliver(generation, end);
      signal?.addEventListener('abort', end, { once: true });
      undo.push(process.onDeath(forget));
      undo.push(this.#scheduler.at(this.#scheduler.nowMs + (ms <= POLL_MS ? LONGEST_POLL_MS : ms), wake));
      if (ms > POLL_MS) return;
      const idler = { process, wake };
      this.#idlers.add(idler);
      undo.push(() => this.#idlers.delete(idler));
    });
  }
}
