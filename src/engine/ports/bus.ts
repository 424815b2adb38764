/** A message on a partition's queue. `body` is JSON text made by intake. */
export interface BusMessage {
  readonly partition: number;
  /** When intake received it, epoch milliseconds. */
  readonly receivedAtMs: number;
  readonly body: string;
}

/** A delivery is acknowledged by its `tag`, which rises within a partition. */
export interface BusDelivery extends BusMessage {
  readonly tag: number;
}

export interface DeadLetter {
  readonly id: number;
  readonly atMs: number;
  /** Stable code, such as `event/invalid-json`. */
  readonly code: string;
  readonly detail: string;
  /** Where it came from: `http`, `import:<file>:<line>`, `partition:<n>`. */
  readonly origin: string;
  readonly body: string;
}

/**
 * Durable queues, one a partition, between intake and the partition workers.
 * Promises:
 * - `publish` resolves once all messages are on disk, all or none; order within a partition is the order of publishing.
 * - `pull` returns undelivered or unacknowledged messages in order; the same ones again until they are acknowledged,
 *   also after a crash. It is given how far this consumer has already read.
 * - `ack` is durable once resolved; acknowledging twice changes nothing.
 * - Nothing is dropped for want of room: `publish` rejects with MkaError `bus/full` when `maxDepth` would be passed.
 * - Several processes may publish to the same queues.
 */
export interface BusPort {
  publish(messages: readonly BusMessage[]): Promise<void>;
  /**
   * Up to `limit` messages with tags above `after[partition]` (default 0) of the partitions named, oldest first.
   * `moreFromMs` is the reception of the first message that was left behind, null when none was.
   */
  pull(
    partitions: readonly number[],
    after: ReadonlyMap<number, number>,
    limit: number,
  ): Promise<{ readonly deliveries: readonly BusDelivery[]; readonly moreFromMs: number | null }>;
  /** Acknowledges every message of the partition with a tag up to and including this one. */
  ack(upTo: ReadonlyMap<number, number>): Promise<void>;
  depth(): Promise<number>;
  /** Highest tag published so far, by partition: the marker of R15. Partitions without messages may be absent. */
  highWater(): Promise<ReadonlyMap<number, number>>;
  deadLetter(letters: readonly Omit<DeadLetter, 'id'>[]): Promise<void>;
  deadLetters(limit: number): Promise<readonly DeadLetter[]>;
  deadLetterCounts(): Promise<Readonly<Record<string, number>>>;
  close(): Promise<void>;
}
