import type { Clock, VirtualTime } from '../clock.ts';
import { same, truth } from './claims.ts';

/** One promise of Clock or of VirtualTime. `run` throws when it is broken. */
export interface ClockCase<C extends Clock> {
  readonly name: string;
  readonly run: (make: () => C) => Promise<void>;
}

/** What every clock promises. */
export const CLOCK_CASES: readonly ClockCase<Clock>[] = [
  {
    name: 'a sleep of nothing, of less than nothing or under an aborted signal ends at once',
    async run(make) {
      const clock = make();
      await clock.sleep(0);
      await clock.sleep(-5);
      await clock.sleep(1e12, AbortSignal.abort());
    },
  },
  {
    name: 'an aborted sleep ends at once and does not reject',
    async run(make) {
      const stop = new AbortController();
      const sleeping = make().sleep(1e12, stop.signal);
      stop.abort();
      await sleeping;
    },
  },
];

/** What a clock promises that its driver moves. */
export const VIRTUAL_TIME_CASES: readonly ClockCase<VirtualTime>[] = [
  {
    name: 'it stands still until it is advanced, and then stands where it was told to',
    async run(make) {
      const clock = make();
      const startMs = clock.now();
      await clock.advanceTo(startMs);
      same([clock.virtual, clock.now() - startMs], [true, 0]);
      await clock.advanceTo(startMs + 5);
      same([clock.now() - startMs, clock.nextWakeAt()], [5, null]);
    },
  },
  {
    name: 'sleepers wake in order, each at its own instant, those of one instant as they fell asleep',
    async run(make) {
      const clock = make();
      const startMs = clock.now();
      const log: [string, number][] = [];
      const sleep = async (name: string, ms: number): Promise<void> => {
        await clock.sleep(ms);
        log.push([name, clock.now() - startMs]);
      };
      const done = [sleep('late', 30), sleep('first', 10), sleep('second', 10), sleep('early', 5), sleep('after', 31)];
      same([clock.sleeperCount(), (clock.nextWakeAt() ?? 0) - startMs], [5, 5]);
      await clock.advanceTo(startMs + 30);
      same(log, [
        ['early', 5],
        ['first', 10],
        ['second', 10],
        ['late', 30],
      ]);
      await clock.advanceTo(startMs + 31);
      await Promise.all(done);
      same([clock.sleeperCount(), clock.nextWakeAt()], [0, null]);
    },
  },
  {
    name: 'who sleeps again on the way wakes again on the way',
    async run(make) {
      const clock = make();
      const startMs = clock.now();
      let ticks = 0;
      const tick = async (): Promise<void> => {
        for (;;) {
          await clock.sleep(10);
          ticks += 1;
        }
      };
      void tick();
      await clock.advanceTo(startMs + 45);
      same([ticks, (clock.nextWakeAt() ?? 0) - startMs], [4, 50]);
    },
  },
  {
    name: 'an aborted sleeper is forgotten, and whoever waits for a sleeper learns of it',
    async run(make) {
      const clock = make();
      const stop = new AbortController();
      const seen = clock.whenSleeping();
      const sleeping = clock.sleep(10, stop.signal);
      await seen;
      stop.abort();
      await sleeping;
      same([clock.sleeperCount(), clock.nextWakeAt()], [0, null]);
    },
  },
  {
    name: 'it does not go back',
    async run(make) {
      const clock = make();
      const went = await clock.advanceTo(clock.now() - 1).then(
        () => true,
        () => false,
      );
      truth(!went, 'the clock went back');
    },
  },
];
