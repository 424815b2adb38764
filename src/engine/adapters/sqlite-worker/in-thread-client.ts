import { EXIT, MkaError } from '../../kernel/mka-error.ts';
import { Executor } from './executor.ts';
import { type Area, toError } from './failure.ts';
import type { ArgsOf, Client, Procedures, ResultOf } from './procedure.ts';

/**
 * Runs each call at once in the caller's own thread: its promise is settled when `call` returns, so that a simulation
 * over it depends on nothing but its own order.
 */
export class InThreadClient<P extends Procedures> implements Client<P> {
  readonly #area: Area;
  readonly #executor: Executor;
  #closed = false;

  constructor(area: Area, file: string, procedures: P) {
    this.#area = area;
    this.#executor = new Executor(area, file, procedures);
  }

  call<Name extends keyof P & string>(name: Name, args: ArgsOf<P[Name]>): Promise<ResultOf<P[Name]>> {
    if (this.#closed) {
      const error = new MkaError(`${this.#area}/unavailable`, 'the database is closed', { exitCode: EXIT.unavailable });
      return Promise.reject(error);
    }
    const [reply] = this.#executor.execute([{ id: 0, name, args }]);
    if (reply === undefined) throw new Error(`the executor gave no reply to ${name}`);
    if ('failure' in reply) return Promise.reject(toError(reply.failure));
    return Promise.resolve(reply.result as ResultOf<P[Name]>);
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#executor.close();
    return Promise.resolve();
  }
}
