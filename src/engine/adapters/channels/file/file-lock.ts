import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';

const POLL_MS = 2;
const SQLITE_BUSY = 5;

/**
 * A lock between processes that the kernel releases when its holder dies: Node has no flock, SQLite's file locks are the
 * same thing. The file beside the data stays empty.
 */
export class FileLock {
  readonly #database: DatabaseSync;

  constructor(path: string) {
    this.#database = new DatabaseSync(path, { timeout: 0 });
  }

  /** Waits in real time, for it waits for another process; false when `patienceMs` passed first. */
  async acquire(patienceMs: number): Promise<boolean> {
    const endsAt = performance.now() + patienceMs;
    while (!this.#tryAcquire()) {
      if (performance.now() >= endsAt) return false;
      await pause(POLL_MS);
    }
    return true;
  }

  release(): void {
    this.#database.exec('ROLLBACK');
  }

  close(): void {
    this.#database.close();
  }

  #tryAcquire(): boolean {
    try {
      this.#database.exec('BEGIN EXCLUSIVE');
      return true;
    } catch (error) {
      if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return false;
      throw error;
    }
  }
}
