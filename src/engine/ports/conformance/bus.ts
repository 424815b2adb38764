import type { BusMessage, BusPort } from '../bus.ts';
import { codeOf, NAUGHTY_TEXTS, same, truth } from './claims.ts';

/** What not every bus can show; a case that needs more is reported as skipped. */
export type BusNeed = 'durable' | 'shared';

/** Empty queues. */
export interface BusFixture {
  readonly port: BusPort;
  /** `durable`: closes the port and opens another on the same queues. */
  reopen(): Promise<BusPort>;
  /** `shared`: another connection to the same queues, as a second process has it. */
  second(): Promise<BusPort>;
}

/** One promise of BusPort. `run` throws when it is broken; `maxDepth` is what the queues are to be opened with. */
export interface BusCase {
  readonly name: string;
  readonly needs?: readonly BusNeed[];
  readonly run: (make: (maxDepth?: number) => Promise<BusFixture>) => Promise<void>;
}

const NONE: ReadonlyMap<number, number> = new Map();
const ALL = [0, 1, 2];

export const BUS_CASES: readonly BusCase[] = [
  {
    name: 'what is published is pulled in its order with rising tags, of the partitions asked for',
    async run(make) {
      const { port } = await make();
      await port.publish([message('a', 0, 5), message('b', 1, 6), message('c', 0, 7)]);
      await port.publish([message('d', 0, 8)]);
      const { deliveries, moreFromMs } = await port.pull([0], NONE, 10);
      same(bodies(deliveries), ['a', 'c', 'd']);
      same([deliveries.map(({ receivedAtMs }) => receivedAtMs), moreFromMs], [[5, 7, 8], null]);
      const tags = deliveries.map(({ tag }) => tag);
      truth(
        tags.every((tag, i) => tag > (tags[i - 1] ?? 0)),
        `tags ${tags.join()} do not rise`,
      );
      same(bodies((await port.pull([1], NONE, 10)).deliveries), ['b']);
      same(await port.pull([2], NONE, 10), { deliveries: [], moreFromMs: null });
      same(await port.pull([], NONE, 10), { deliveries: [], moreFromMs: null });
    },
  },
  {
    name: 'a limited pull takes the oldest of all its partitions and says since when the next one waits',
    async run(make) {
      const { port } = await make();
      await port.publish([message('a', 1, 5), message('b', 0, 6), message('x', 2, 7), message('c', 1, 8)]);
      const first = await port.pull([0, 1], NONE, 2);
      same([bodies(first.deliveries), first.moreFromMs], [['a', 'b'], 8]);
      const rest = await port.pull([0, 1], tagsOf(first.deliveries), 2);
      same([bodies(rest.deliveries), rest.moreFromMs], [['c'], null]);
    },
  },
  {
    name: 'a message comes again until it is acknowledged, and then never again',
    async run(make) {
      const { port } = await make();
      await port.publish(['a', 'b', 'c'].map((body) => message(body)));
      const [first, second] = (await port.pull(ALL, NONE, 10)).deliveries;
      same(bodies((await port.pull(ALL, NONE, 10)).deliveries), ['a', 'b', 'c']);
      await port.ack(new Map([[0, second?.tag ?? 0]]));
      await port.ack(new Map([[0, second?.tag ?? 0]]));
      await port.ack(new Map([[0, first?.tag ?? 0]]));
      same([bodies((await port.pull(ALL, NONE, 10)).deliveries), await port.depth()], [['c'], 1]);
    },
  },
  {
    name: 'an acknowledgement reaches its own partition alone, up to and including its tag',
    async run(make) {
      const { port } = await make();
      await port.publish(['a', 'b', 'c', 'd', 'e', 'f'].map((body, i) => message(body, i % 3)));
      const { deliveries } = await port.pull(ALL, NONE, 10);
      const last = (partition: number) => deliveries.findLast((one) => one.partition === partition)?.tag ?? 0;
      await port.ack(
        new Map([
          [1, last(1)],
          [2, deliveries[2]?.tag ?? 0],
        ]),
      );
      same([bodies((await port.pull(ALL, NONE, 10)).deliveries), await port.depth()], [['a', 'd', 'f'], 3]);
    },
  },
  {
    name: 'tags go on rising after everything was acknowledged, and high water counts what is gone',
    async run(make) {
      const { port } = await make();
      await port.publish([message('a'), message('b', 1)]);
      const before = (await port.pull(ALL, NONE, 10)).deliveries;
      same([...(await port.highWater())], [...tagsOf(before)]);
      await port.ack(tagsOf(before));
      await port.publish([message('c')]);
      const [after] = (await port.pull(ALL, tagsOf(before), 10)).deliveries;
      same(after?.body, 'c');
      same(
        [...(await port.highWater())],
        [
          [0, after?.tag],
          [1, before[1]?.tag],
        ],
      );
    },
  },
  {
    name: 'a batch that would pass the bound is refused whole with bus/full, and taken once there is room',
    async run(make) {
      const { port } = await make(3);
      await port.publish([message('a'), message('b')]);
      same(await codeOf(port.publish([message('c'), message('d')])), 'bus/full');
      same([await port.depth(), bodies((await port.pull(ALL, NONE, 10)).deliveries)], [2, ['a', 'b']]);
      await port.publish([message('c')]);
      await port.ack(tagsOf((await port.pull(ALL, NONE, 2)).deliveries));
      await port.publish([message('d'), message('e')]);
      same(bodies((await port.pull(ALL, NONE, 10)).deliveries), ['c', 'd', 'e']);
    },
  },
  {
    name: 'bodies come back as they were given',
    async run(make) {
      const { port } = await make();
      const texts = [...NAUGHTY_TEXTS, 'x'.repeat(1 << 20)];
      await port.publish(texts.map((text) => message(text)));
      same(bodies((await port.pull(ALL, NONE, 99)).deliveries), texts);
    },
  },
  {
    name: 'publishing at once keeps each batch together and in the order of sending',
    async run(make) {
      const { port } = await make();
      const batches = Array.from({ length: 100 }, (_, i) => [message(`${i}a`), message(`${i}b`)]);
      await Promise.all(batches.map((batch) => port.publish(batch)));
      same(
        bodies((await port.pull(ALL, NONE, 999)).deliveries),
        batches.flat().map(({ body }) => body),
      );
      await port.publish([]);
      same(await port.depth(), 200);
    },
  },
  {
    name: 'dead letters are kept whole, the latest first, and counted by code',
    async run(make) {
      const { port } = await make();
      const letters = ['event/invalid-json', 'event/too-large', 'event/invalid-json'].map((code, i) => ({
        ...{ atMs: i, code, detail: `line ${i}`, origin: 'http', body: NAUGHTY_TEXTS[i + 7] ?? '' },
      }));
      await port.deadLetter(letters);
      const found = await port.deadLetters(2);
      same(
        found.map(({ atMs, code, detail, origin, body }) => ({ atMs, code, detail, origin, body })),
        [letters[2], letters[1]],
      );
      same(await port.deadLetterCounts(), { 'event/invalid-json': 2, 'event/too-large': 1 });
      same([await port.depth(), (await port.deadLetters(10)).length], [0, 3]);
    },
  },
  {
    name: 'everything unacknowledged is there after closing and opening again',
    needs: ['durable'],
    async run(make) {
      const fixture = await make();
      await fixture.port.publish(['a', 'b', 'c'].map((body, i) => message(body, i)));
      await fixture.port.deadLetter([{ atMs: 1, code: 'x/y', detail: '', origin: 'http', body: 'z' }]);
      await fixture.port.ack(tagsOf((await fixture.port.pull([0], NONE, 1)).deliveries));
      const marks = [...(await fixture.port.highWater())];
      const port = await fixture.reopen();
      same([bodies((await port.pull(ALL, NONE, 10)).deliveries), await port.depth()], [['b', 'c'], 2]);
      same([[...(await port.highWater())], await port.deadLetterCounts()], [marks, { 'x/y': 1 }]);
    },
  },
  {
    name: 'several processes publish to the same queues, and one reads what the others have published',
    needs: ['shared'],
    async run(make) {
      const fixture = await make();
      const ports = [fixture.port, await fixture.second()];
      const sends = Array.from({ length: 100 }, (_, i) =>
        (ports[i % 2] as BusPort).publish([message(`${i % 2}-${i}`, i % 3)]),
      );
      await Promise.all(sends);
      const { deliveries } = await fixture.port.pull(ALL, NONE, 999);
      const of = (writer: string) => bodies(deliveries).filter((body) => body.startsWith(writer));
      const order = (texts: string[]) => texts.toSorted((a, b) => Number(a.slice(2)) - Number(b.slice(2)));
      same([deliveries.length, of('0'), of('1')], [100, order(of('0')), order(of('1'))]);
      await ports[1]?.ack(tagsOf(deliveries));
      same(await fixture.port.depth(), 0);
    },
  },
  {
    name: 'closed queues answer bus/unavailable',
    async run(make) {
      const { port } = await make();
      await port.publish([message('a')]);
      await port.close();
      same(await codeOf(port.publish([message('b')])), 'bus/unavailable');
      await port.close();
    },
  },
];

function message(body: string, partition = 0, receivedAtMs = 1): BusMessage {
  return { partition, receivedAtMs, body };
}

function bodies(messages: readonly BusMessage[]): string[] {
  return messages.map(({ body }) => body);
}

/** Highest tag by partition. */
function tagsOf(deliveries: readonly { readonly partition: number; readonly tag: number }[]): Map<number, number> {
  return new Map(deliveries.map(({ partition, tag }) => [partition, tag]));
}
