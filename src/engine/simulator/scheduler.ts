import type { Random } from './random.ts';

interface Task {
  readonly atMs: number;
  readonly tie: number;
  run: (() => void) | null;
}

/** Takes a scheduled task back. */
export type Cancel = () => void;

/**
 * Virtual time: one task at a time, tasks of one instant in an order that the seed chooses. What a task sets going without
 * waiting for another task is done before the next one begins.
 */
export class Scheduler {
  nowMs: number;
  /** Tasks run so far. */
  steps = 0;
  readonly #random: Random;
  readonly #heap: Task[] = [];

  constructor(startMs: number, random: Random) {
    this.nowMs = startMs;
    this.#random = random;
  }

  /** Runs a task at an instant, or as soon as possible when that lies in the past. */
  at(atMs: number, run: () => void): Cancel {
    const task: Task = { atMs: Math.max(atMs, this.nowMs), tie: this.#random.next(), run };
    this.#push(task);
    return () => {
      task.run = null;
    };
  }

  /** Runs everything up to an instant and stands there; stops early once `isOver` is true. */
  async runUntil(untilMs: number, isOver: () => boolean): Promise<void> {
    // What was set going from outside comes first.
    await microtasksDone();
    while (!isOver()) {
      const next = this.#heap[0];
      if (next === undefined || next.atMs > untilMs) break;
      this.#pop();
      if (next.run === null) continue;
      this.nowMs = next.atMs;
      this.steps += 1;
      next.run();
      await microtasksDone();
    }
    if (!isOver()) this.nowMs = Math.max(this.nowMs, untilMs);
  }

  #push(task: Task): void {
    const heap = this.#heap;
    let index = heap.push(task) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(heap[index], heap[parent])) return;
      this.#swap(index, parent);
      index = parent;
    }
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    heap[0] = last;
    for (let index = 0; ; ) {
      const left = index * 2 + 1;
      const least = isBefore(heap[left + 1], heap[left]) ? left + 1 : left;
      if (!isBefore(heap[least], heap[index])) return;
      this.#swap(index, least);
      index = least;
    }
  }

  #swap(a: number, b: number): void {
    const heap = this.#heap;
    [heap[a], heap[b]] = [heap[b] as Task, heap[a] as Task];
  }
}

function isBefore(a: Task | undefined, b: Task | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.tie < b.tie);
}

/** Nothing in a simulation waits for the outside world, so one turn of Node's loop ends all that was set going. */
function microtasksDone(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
