/** The longest timer that Node keeps; a longer one would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** One signal out of a deadline and the caller's signals; its reason is a TimeoutError when the deadline was first. */
export class Limits {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #signals: readonly AbortSignal[];

  constructor(deadlineMs: number, signals: readonly AbortSignal[]) {
    this.#signals = signals;
    this.#timer = setTimeout(
      () => this.#controller.abort(new DOMException('deadline passed', 'TimeoutError')),
      Math.min(deadlineMs, MAX_TIMER_MS),
    );
    for (const signal of signals) signal.addEventListener('abort', this.#stop, { once: true });
    if (signals.some((signal) => signal.aborted)) this.#stop();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    for (const signal of this.#signals) signal.removeEventListener('abort', this.#stop);
  }

  readonly #stop = (): void => this.#controller.abort();
}
