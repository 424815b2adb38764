import type { Connection } from './connection.ts';

/**
 * One operation on a database, run within a transaction beside the data. Arguments and result cross threads:
 * flat arrays of text and numbers are cheap there, deep objects are not.
 */
export interface Procedure<Args, Result> {
  /** True when it changes the database: its transaction then takes the write lock at its beginning. */
  readonly writes: boolean;
  /** Throws `Undo` to answer without having changed anything; any other error undoes it as well. */
  run(db: Connection, args: Args): Result;
}

/** The operations of one database by name. */
export type Procedures = Readonly<Record<string, Procedure<never, unknown>>>;

export type ArgsOf<P> = P extends Procedure<infer Args, unknown> ? Args : never;
export type ResultOf<P> = P extends Procedure<never, infer Result> ? Result : never;

export function reading<Args, Result>(run: (db: Connection, args: Args) => Result): Procedure<Args, Result> {
  return { writes: false, run };
}

export function writing<Args, Result>(run: (db: Connection, args: Args) => Result): Procedure<Args, Result> {
  return { writes: true, run };
}

/** Thrown by a procedure: take back what it changed and answer with `result`. */
export class Undo extends Error {
  readonly result: unknown;

  constructor(result: unknown) {
    super('undone');
    this.result = result;
  }
}

/** How a port's adapter reaches its database, in a thread of its own or in the caller's. */
export interface Client<P extends Procedures> {
  /** Rejects with the errors that `toError` makes. */
  call<Name extends keyof P & string>(name: Name, args: ArgsOf<P[Name]>): Promise<ResultOf<P[Name]>>;
  close(): Promise<void>;
}
