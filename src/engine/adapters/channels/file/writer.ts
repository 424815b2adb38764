import type { AttemptOutcome } from '../../../model/message.ts';
import type { FileBehaviour } from '../../../model/release.ts';
import type { OutboundMessage } from '../../../ports/channel.ts';
import type { Clock } from '../../../ports/clock.ts';
import { FileLock } from './file-lock.ts';
import { KeyedFile, NothingWritten } from './keyed-file.ts';

/** Longest wait for another process that holds the file, whatever the attempt's deadline. */
const PATIENCE_MS = 30_000;

interface Job {
  readonly messages: readonly OutboundMessage[];
  readonly behaviours: readonly FileBehaviour[];
  readonly patienceMs: number;
  readonly done: (outcomes: readonly AttemptOutcome[]) => void;
}

/** Writes messages in the order they come; batches that wait for the disk at one time share one write and one sync. */
export class FileWriter {
  readonly #file: KeyedFile;
  readonly #clock: Clock;
  #lock: FileLock | undefined;
  #jobs: Job[] = [];
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(path: string, clock: Clock) {
    this.#file = new KeyedFile(path);
    this.#clock = clock;
  }

  /** What stands in the way of writing, in words; undefined when nothing does. */
  async check(): Promise<string | undefined> {
    const [outcome] = await this.#enqueue([], [], PATIENCE_MS);
    return outcome === undefined || outcome.kind === 'accepted' ? undefined : (outcome.detail ?? outcome.code);
  }

  /** One outcome a message, in order. */
  async write(
    messages: readonly OutboundMessage[],
    behaviours: readonly FileBehaviour[],
    deadlineMs: number,
  ): Promise<readonly AttemptOutcome[]> {
    if (messages.length === 0) return [];
    return this.#enqueue(messages, behaviours, Math.min(deadlineMs, PATIENCE_MS));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
    await this.#file.close();
    this.#lock?.close();
    this.#lock = undefined;
  }

  #enqueue(
    messages: readonly OutboundMessage[],
    behaviours: readonly FileBehaviour[],
    patienceMs: number,
  ): Promise<readonly AttemptOutcome[]> {
    return new Promise((done) => {
      this.#jobs.push({ messages, behaviours, patienceMs, done });
      this.#running ??= this.#run();
    });
  }

  async #run(): Promise<void> {
    while (this.#jobs.length > 0) {
      const jobs = this.#jobs;
      this.#jobs = [];
      const failure = await this.#locked(jobs).catch(
        (error: unknown): AttemptOutcome => ({ kind: 'unknown', code: 'file/failed', detail: reasonOf(error) }),
      );
      // A job without messages is a check: it gets the failure itself.
      if (failure !== undefined)
        for (const job of jobs) job.done(Array(Math.max(job.messages.length, 1)).fill(failure));
    }
    this.#running = undefined;
  }

  /** Answers all jobs, or returns the outcome that all of them share. */
  async #locked(jobs: readonly Job[]): Promise<AttemptOutcome | undefined> {
    if (this.#closed) return { kind: 'retry', code: 'file/closed' };
    try {
      await this.#file.prepare();
      this.#lock ??= new FileLock(`${this.#file.path}.lock`);
      if (!(await this.#lock.acquire(Math.min(...jobs.map((job) => job.patienceMs))))) {
        return { kind: 'retry', code: 'file/locked' };
      }
    } catch (error) {
      return { kind: 'retry', code: 'file/unreachable', detail: reasonOf(error) };
    }
    try {
      return await this.#deliver(jobs);
    } finally {
      this.#lock.release();
    }
  }

  async #deliver(jobs: readonly Job[]): Promise<AttemptOutcome | undefined> {
    try {
      await this.#file.refresh();
    } catch (error) {
      return { kind: 'retry', code: 'file/unreachable', detail: reasonOf(error) };
    }
    const batch = new Batch(this.#file, new Date(this.#clock.now()).toISOString());
    const outcomes = jobs.map((job) => job.messages.map((message, at) => batch.take(message, job.behaviours[at])));
    try {
      if (batch.text !== '') await this.#file.append(batch.text);
    } catch (error) {
      const kind = error instanceof NothingWritten ? 'retry' : 'unknown';
      return {
        kind,
        code: 'file/write-failed',
        detail: reasonOf(error instanceof NothingWritten ? error.cause : error),
      };
    }
    for (const key of batch.added) this.#file.keys.add(key);
    for (const [at, job] of jobs.entries()) job.done(outcomes[at] as AttemptOutcome[]);
    return undefined;
  }
}

/** The lines of one write, and the keys that they add. */
class Batch {
  readonly added = new Set<string>();
  text = '';
  readonly #file: KeyedFile;
  readonly #at: string;

  constructor(file: KeyedFile, at: string) {
    this.#file = file;
    this.#at = at;
  }

  /** A known key is accepted whatever the behaviour: the provider has the message. */
  take(message: OutboundMessage, behaviour: FileBehaviour = 'accept'): AttemptOutcome {
    const { sendKey: key, address: to, subject, body } = message;
    if (this.#file.keys.has(key) || this.added.has(key)) return { kind: 'accepted' };
    if (behaviour === 'refuse') return { kind: 'rejected', code: 'file/refused' };
    if (behaviour === 'throttle') return { kind: 'retry', code: 'file/throttled' };
    if (behaviour === 'silent') return { kind: 'unknown', code: 'file/silent' };
    this.added.add(key);
    this.text += `${JSON.stringify({ key, at: this.#at, to, subject, body })}\n`;
    return { kind: 'accepted' };
  }
}

/** The system's word (`ENOSPC`); paths and content stay out. */
function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  return code ?? message ?? 'failed';
}
