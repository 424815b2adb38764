import { SmtpSession } from './session.ts';
import type { SmtpSettings } from './settings.ts';

/** At most `limit` attempts at a time, and the sessions that wait for the next one. */
export class SmtpPool {
  readonly #limit: number;
  readonly #settings: () => SmtpSettings;
  #busy = 0;
  #idle: SmtpSession[] = [];
  #waiting: (() => void)[] = [];
  #closed = false;

  constructor(limit: number, settings: () => SmtpSettings) {
    this.#limit = Math.max(1, limit);
    this.#settings = settings;
  }

  /** Waits for a place; false when the signal aborted first. A place that was given is returned by `leave`. */
  async enter(signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return false;
    if (this.#busy < this.#limit) {
      this.#busy += 1;
      return true;
    }
    return new Promise((settle) => {
      const admit = () => {
        signal.removeEventListener('abort', giveUp);
        settle(true);
      };
      const giveUp = () => {
        this.#waiting = this.#waiting.filter((other) => other !== admit);
        settle(false);
      };
      signal.addEventListener('abort', giveUp, { once: true });
      this.#waiting.push(admit);
    });
  }

  /** The place goes to the one that has waited longest. */
  leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#busy -= 1;
    else next();
  }

  /** A session that is connected already, when there is one. */
  takeIdle(): SmtpSession | undefined {
    for (let session = this.#idle.pop(); session !== undefined; session = this.#idle.pop()) {
      if (session.usable) return session;
      session.destroy();
    }
    return undefined;
  }

  open(signal: AbortSignal): Promise<SmtpSession> {
    return SmtpSession.open(this.#settings(), signal);
  }

  giveBack(session: SmtpSession): void {
    if (session.usable && !this.#closed) this.#idle.push(session);
    else session.destroy();
  }

  async close(): Promise<void> {
    this.#closed = true;
    const idle = this.#idle;
    this.#idle = [];
    await Promise.all(idle.map((session) => session.quit()));
  }
}
