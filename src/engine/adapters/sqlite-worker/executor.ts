import { Connection } from './connection.ts';
import { type Area, type Failure, toFailure } from './failure.ts';
import { type Procedure, type Procedures, Undo } from './procedure.ts';

export interface Request {
  readonly id: number;
  readonly name: string;
  readonly args: unknown;
}

export type Reply = { readonly id: number } & ({ readonly result: unknown } | { readonly failure: Failure });

/**
 * Runs requests on one file, in their order. Those given together share one transaction, and so one wait for the disk
 * (group commit); what one of them changes is undone alone when it fails, and none is answered before the commit.
 */
export class Executor {
  readonly #area: Area;
  readonly #file: string;
  readonly #procedures: Procedures;
  #connection: Connection | undefined;

  constructor(area: Area, file: string, procedures: Procedures) {
    this.#area = area;
    this.#file = file;
    this.#procedures = procedures;
  }

  execute(requests: readonly Request[]): Reply[] {
    try {
      this.#connection ??= new Connection(this.#file);
      return this.#transaction(this.#connection, requests);
    } catch (error) {
      const failure = toFailure(error, this.#area, this.#file);
      return requests.map(({ id }) => ({ id, failure }));
    }
  }

  close(): void {
    this.#connection?.close();
    this.#connection = undefined;
  }

  #transaction(db: Connection, requests: readonly Request[]): Reply[] {
    const writers = requests.filter(({ name }) => this.#procedure(name).writes).length;
    const begin = writers > 0 ? 'BEGIN IMMEDIATE' : 'BEGIN';
    db.exec(begin);
    try {
      // A lone writer is undone with the whole transaction and is spared the savepoint's journal.
      if (writers === 1 && requests.length === 1) return [this.#alone(db, requests[0] as Request)];
      // So are several as long as none fails; if one does, all begin again, each undone by itself.
      const together = writers > 1 ? this.#together(db, requests) : undefined;
      if (together !== undefined) return together;
      if (!db.inTransaction) db.exec(begin);
      const replies = requests.map((request) => this.#within(db, request));
      db.exec('COMMIT');
      return replies;
    } catch (error) {
      if (db.inTransaction) db.exec('ROLLBACK');
      throw error;
    }
  }

  #alone(db: Connection, request: Request): Reply {
    try {
      const result = this.#run(db, request);
      db.exec('COMMIT');
      return { id: request.id, result };
    } catch (error) {
      if (!(error instanceof Undo)) throw error;
      db.exec('ROLLBACK');
      return { id: request.id, result: error.result };
    }
  }

  /** Undefined when one of them failed and all was rolled back. */
  #together(db: Connection, requests: readonly Request[]): Reply[] | undefined {
    let replies: Reply[];
    try {
      replies = requests.map((request) => ({ id: request.id, result: this.#run(db, request) }));
    } catch {
      if (db.inTransaction) db.exec('ROLLBACK');
      return undefined;
    }
    db.exec('COMMIT');
    return replies;
  }

  #within(db: Connection, request: Request): Reply {
    if (!this.#procedure(request.name).writes) return this.#answer(request, () => this.#run(db, request));
    db.exec('SAVEPOINT request');
    return this.#answer(request, () => {
      try {
        const result = this.#run(db, request);
        db.exec('RELEASE request');
        return result;
      } catch (error) {
        // Without a transaction SQLite has taken back the whole group already: all of it fails.
        if (!db.inTransaction) throw new GroupLost(error);
        db.exec('ROLLBACK TO request');
        db.exec('RELEASE request');
        if (error instanceof Undo) return error.result;
        throw error;
      }
    });
  }

  #answer(request: Request, run: () => unknown): Reply {
    try {
      return { id: request.id, result: run() };
    } catch (error) {
      if (error instanceof GroupLost) throw error.cause;
      return { id: request.id, failure: toFailure(error, this.#area, this.#file) };
    }
  }

  #run(db: Connection, { name, args }: Request): unknown {
    return (this.#procedure(name) as Procedure<unknown, unknown>).run(db, args);
  }

  #procedure(name: string): Procedure<never, unknown> {
    const procedure = this.#procedures[name];
    if (procedure === undefined) throw new Error(`there is no procedure ${name}`);
    return procedure;
  }
}

class GroupLost extends Error {
  constructor(cause: unknown) {
    super('the transaction was rolled back', { cause });
  }
}
