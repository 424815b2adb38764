import type { BusDelivery, BusMessage, BusPort, DeadLetter } from '../../ports/bus.ts';
import type { Random } from '../random.ts';

interface Queue {
  acknowledged: number;
  messages: BusDelivery[];
  highest: number;
}

/**
 * Durable queues in memory. Within a partition the order is that of publishing; over all of them it is that too (as in the
 * embedded bus), or what chance will have (as with one queue a partition on a broker).
 */
export class SimBus {
  readonly #queues = new Map<number, Queue>();
  readonly #random: Random;
  readonly #mixesPartitions: boolean;
  readonly #letters: DeadLetter[] = [];
  #lastTag = 0;

  constructor(random: Random, mixesPartitions: boolean) {
    this.#random = random;
    this.#mixesPartitions = mixesPartitions;
  }

  /** The port as one process sees it; `isTorn`: its pulls give one message at a time. */
  portFor(isTorn: () => boolean, published: (messages: readonly BusMessage[]) => void): BusPort {
    return {
      publish: async (messages) => {
        this.#publish(messages);
        published(messages);
      },
      pull: async (partitions, after, limit) => this.#pull(partitions, after, isTorn() ? 1 : limit),
      ack: async (upTo) => this.#ack(upTo),
      depth: async () => this.depth(),
      highWater: async () => new Map([...this.#queues].map(([partition, { highest }]) => [partition, highest])),
      deadLetter: async (letters) => {
        for (const letter of letters) this.#letters.push({ id: this.#letters.length + 1, ...letter });
      },
      deadLetters: async (limit) => this.#letters.slice(-limit),
      deadLetterCounts: async () => ({}),
      close: async () => {},
    };
  }

  /** Messages that nobody has acknowledged. */
  depth(): number {
    return [...this.#queues.values()].reduce((sum, { messages }) => sum + messages.length, 0);
  }

  get deadLetters(): readonly DeadLetter[] {
    return this.#letters;
  }

  #publish(messages: readonly BusMessage[]): void {
    for (const message of messages) {
      const queue = this.#queueOf(message.partition);
      this.#lastTag += 1;
      queue.highest = this.#lastTag;
      queue.messages.push({ ...message, tag: queue.highest });
    }
  }

  #pull(partitions: readonly number[], after: ReadonlyMap<number, number>, limit: number) {
    const waiting = partitions
      .map((partition) => this.#queueOf(partition).messages.filter(({ tag }) => tag > (after.get(partition) ?? 0)))
      .filter((messages) => messages.length > 0);
    if (!this.#mixesPartitions) {
      const ordered = waiting.flat().sort((a, b) => a.tag - b.tag);
      return { deliveries: ordered.slice(0, limit), moreFromMs: ordered[limit]?.receivedAtMs ?? null };
    }
    const deliveries: BusDelivery[] = [];
    while (deliveries.length < limit) {
      const open = waiting.filter((messages) => messages.length > 0);
      const next = open.length === 0 ? undefined : this.#random.pick(open).shift();
      if (next === undefined) break;
      deliveries.push(next);
    }
    const left = waiting.flat().map(({ receivedAtMs }) => receivedAtMs);
    return { deliveries, moreFromMs: left.length === 0 ? null : Math.min(...left) };
  }

  #ack(upTo: ReadonlyMap<number, number>): void {
    for (const [partition, tag] of upTo) {
      const queue = this.#queueOf(partition);
      queue.acknowledged = Math.max(queue.acknowledged, tag);
      queue.messages = queue.messages.filter((message) => message.tag > queue.acknowledged);
    }
  }

  #queueOf(partition: number): Queue {
    const known = this.#queues.get(partition);
    if (known) return known;
    const queue: Queue = { acknowledged: 0, messages: [], highest: 0 };
    this.#queues.set(partition, queue);
    return queue;
  }
}
