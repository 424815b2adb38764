import type { BusDelivery, BusMessage, BusPort, DeadLetter } from '../../../ports/bus.ts';
import { bodyUrl } from '../../sqlite-worker/body-url.ts';
import { IN_MEMORY } from '../../sqlite-worker/connection.ts';
import { InThreadClient } from '../../sqlite-worker/in-thread-client.ts';
import type { ArgsOf, Client, ResultOf } from '../../sqlite-worker/procedure.ts';
import { ThreadClient } from '../../sqlite-worker/thread-client.ts';
import { type BusProcedures, busProcedures } from './procedures.ts';

export interface EmbeddedBusOptions {
  /** Path of the database, created when there is none; `:memory:` (the default) ends with the bus. */
  readonly file?: string;
  /** True (the default): in a thread of its own. False: each call runs at once in the caller's, for simulation. */
  readonly thread?: boolean;
  /** Messages in all queues beyond which `publish` is refused with `bus/full`. */
  readonly maxDepth?: number;
}

const DEFAULT_MAX_DEPTH = 1_000_000;

/** Durable queues in one SQLite file, which several processes may share. Opens the file at its first call. */
export function createEmbeddedBus({
  file = IN_MEMORY,
  thread = true,
  maxDepth = DEFAULT_MAX_DEPTH,
}: EmbeddedBusOptions): BusPort {
  const client = thread
    ? new ThreadClient<BusProcedures>('bus', file, bodyUrl(new URL('./thread.ts', import.meta.url)))
    : new InThreadClient<BusProcedures>('bus', file, busProcedures);
  return new EmbeddedBus(client, maxDepth);
}

class EmbeddedBus implements BusPort {
  readonly #client: Client<BusProcedures>;
  readonly #maxDepth: number;
  #opened: Promise<void> | undefined;

  constructor(client: Client<BusProcedures>, maxDepth: number) {
    this.#client = client;
    this.#maxDepth = maxDepth;
  }

  async publish(messages: readonly BusMessage[]): Promise<void> {
    await this.#call('publish', {
      partitions: messages.map(({ partition }) => partition),
      receivedAtMs: messages.map(({ receivedAtMs }) => receivedAtMs),
      bodies: messages.map(({ body }) => body),
      maxDepth: this.#maxDepth,
    });
  }

  async pull(
    partitions: readonly number[],
    after: ReadonlyMap<number, number>,
    limit: number,
  ): Promise<{ readonly deliveries: readonly BusDelivery[]; readonly moreFromMs: number | null }> {
    const { deliveries, moreFromMs } = await this.#call('pull', { partitions, after: [...after], limit });
    return {
      deliveries: deliveries.map(([tag, partition, receivedAtMs, body]) => ({ tag, partition, receivedAtMs, body })),
      moreFromMs,
    };
  }

  async ack(upTo: ReadonlyMap<number, number>): Promise<void> {
    await this.#call('ack', [...upTo]);
  }

  depth(): Promise<number> {
    return this.#call('depth', undefined);
  }

  async highWater(): Promise<ReadonlyMap<number, number>> {
    return new Map(await this.#call('highWater', undefined));
  }

  async deadLetter(letters: readonly Omit<DeadLetter, 'id'>[]): Promise<void> {
    await this.#call('deadLetter', letters);
  }

  deadLetters(limit: number): Promise<readonly DeadLetter[]> {
    return this.#call('deadLetters', limit);
  }

  deadLetterCounts(): Promise<Readonly<Record<string, number>>> {
    return this.#call('deadLetterCounts', undefined);
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  /** The file is prepared before the first call; one that fails is tried again by the next. */
  async #call<Name extends keyof BusProcedures>(
    name: Name,
    args: ArgsOf<BusProcedures[Name]>,
  ): Promise<ResultOf<BusProcedures[Name]>> {
    this.#opened ??= this.#client.call('open', undefined).catch((error: unknown) => {
      this.#opened = undefined;
      throw error;
    });
    await this.#opened;
    return this.#client.call(name, args);
  }
}
