import { Worker } from 'node:worker_threads';
import { EXIT, MkaError } from '../../kernel/mka-error.ts';
import { IN_MEMORY } from './connection.ts';
import type { Reply } from './executor.ts';
import { type Area, toError } from './failure.ts';
import type { ArgsOf, Client, Procedures, ResultOf } from './procedure.ts';
import type { ThreadData, ToThread } from './serve.ts';

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Speaks to a database in its own thread. A thread that dies rejects what it had not answered with `<area>/unavailable`;
 * the next call starts another, for all that was answered is on disk. An idle thread does not keep the process alive.
 */
export class ThreadClient<P extends Procedures> implements Client<P> {
  readonly #area: Area;
  readonly #file: string;
  readonly #body: URL;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #lastId = 0;
  #ended: MkaError | undefined;

  constructor(area: Area, file: string, body: URL) {
    this.#area = area;
    this.#file = file;
    this.#body = body;
  }

  call<Name extends keyof P & string>(name: Name, args: ArgsOf<P[Name]>): Promise<ResultOf<P[Name]>> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    const { promise, resolve, reject } = Promise.withResolvers<ResultOf<P[Name]>>();
    const worker = this.#thread();
    const id = ++this.#lastId;
    this.#waiting.set(id, { resolve: resolve as (result: unknown) => void, reject });
    worker.ref();
    worker.postMessage({ id, name, args } satisfies ToThread);
    return promise;
  }

  /** Answers what was asked before, closes the file and ends the thread. */
  async close(): Promise<void> {
    this.#ended ??= this.#unavailable('is closed');
    const worker = this.#worker;
    if (worker === undefined) return;
    const exited = new Promise((resolve) => worker.once('exit', resolve));
    worker.ref();
    worker.postMessage('close' satisfies ToThread);
    await exited;
  }

  /** Ends the thread at once, as a crash would; for tests. */
  async terminate(): Promise<void> {
    await this.#worker?.terminate();
  }

  #thread(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const worker = new Worker(this.#body, { workerData: { file: this.#file } satisfies ThreadData });
    let cause: unknown;
    worker.on('message', (replies: readonly Reply[]) => this.#settle(replies, worker));
    worker.on('error', (error) => {
      cause = error;
    });
    worker.on('exit', () => this.#lost(cause));
    this.#worker = worker;
    return worker;
  }

  #settle(replies: readonly Reply[], worker: Worker): void {
    for (const reply of replies) {
      const waiting = this.#waiting.get(reply.id);
      this.#waiting.delete(reply.id);
      if ('failure' in reply) waiting?.reject(toError(reply.failure));
      else waiting?.resolve(reply.result);
    }
    if (this.#waiting.size === 0) worker.unref();
  }

  #lost(cause: unknown): void {
    this.#worker = undefined;
    const error = this.#unavailable('was lost: its thread has ended', cause);
    if (this.#file === IN_MEMORY) this.#ended ??= error;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(error);
  }

  #unavailable(what: string, cause?: unknown): MkaError {
    const options = { exitCode: EXIT.unavailable, ...(cause === undefined ? {} : { cause }) };
    return new MkaError(`${this.#area}/unavailable`, `the database ${this.#file} ${what}`, options);
  }
}
