import type { VirtualTime } from '../ports/clock.ts';
import { endPauses } from './daemon.ts';
import { createOwnership } from './ownership.ts';
import type { TurnResult } from './partition-worker.ts';
import { openReleases } from './releases.ts';
import { type EngineParts, openSession } from './session.ts';
import { createSwitches } from './switches.ts';

/** The daemon's own workers and relays under a clock that its driver moves: for `mka test` and for replays. */
export interface VirtualRun {
  /** Does everything that can be done at the present instant. */
  settle(): Promise<void>;
  /** Goes through every instant at which something is due up to `untilMs`, settling each, and stops there. */
  advanceTo(untilMs: number): Promise<void>;
  /** Next instant at which anything is due, null when nothing ever is. */
  nextInstant(): Promise<number | null>;
  /** Takes over anew, as after a crash: nothing in memory survives. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Time passes in leaps here, and nobody renews on the way: an attempt may last longer than a lease does (a century). */
const NEVER_MS = 3_155_760_000_000;

interface RunningRelay {
  readonly turn: () => Promise<TurnResult>;
  running: Promise<void> | null;
  result: TurnResult | null;
}

/** Opens a virtual run; `clock` is the same object as `parts.clock`. Virtual leases never run out. */
export async function openVirtualRun(parts: EngineParts, clock: VirtualTime): Promise<VirtualRun> {
  let engine = await open(parts);
  const settle = async () => {
    await engine.ownership.acquire();
    await endPauses(parts, engine.switches);
    await engine.releases.refresh();
    while (await settleOnce(engine, clock)) {
      // something moved: look again
    }
  };
  const nextInstant = async () => {
    const partitions = engine.partitions;
    const instants = [
      await parts.store.nextDueAt(partitions),
      await parts.store.nextSendAt(partitions),
      engine.switches.nextPauseEndMs(),
      clock.nextWakeAt(),
    ].filter((instant) => instant !== null);
    return instants.length === 0 ? null : Math.min(...instants);
  };
  const advanceTo = async (untilMs: number) => {
    await settle();
    for (let next = await nextInstant(); next !== null && next <= untilMs; next = await nextInstant()) {
      if (next <= clock.now()) throw new Error(`something due at ${next} does not move at ${clock.now()}`);
      await clock.advanceTo(next);
      await settle();
    }
    if (untilMs > clock.now()) await clock.advanceTo(untilMs);
    await settle();
  };
  return {
    settle,
    advanceTo,
    nextInstant,
    restart: async () => {
      await engine.close();
      engine = await open(parts);
    },
    close: () => engine.close(),
  };
}

async function open(parts: EngineParts) {
  const ownership = createOwnership(parts.store, parts.clock, parts.holder, NEVER_MS);
  await ownership.acquire();
  const releases = await openReleases(parts.store);
  const switches = createSwitches(parts.store, parts.clock, () => releases.active().compiled.release.channels);
  const stop = new AbortController();
  const signals = { stop: stop.signal, cutoff: stop.signal };
  const session = await openSession(parts, ownership, releases, switches, signals);
  for (const { relay } of session.relays) await relay.recover();
  const relays = session.relays.map(
    ({ relay }): RunningRelay => ({ turn: () => relay.turn(), running: null, result: null }),
  );
  return {
    ownership,
    releases,
    switches,
    workers: session.workers,
    relays,
    partitions: Array.from({ length: ownership.engine().length }, (_, partition) => partition),
    close: async () => {
      stop.abort();
      await Promise.all(relays.flatMap(({ running }) => (running === null ? [] : [running])));
      await ownership.release();
      await session.close();
    },
  };
}

type Engine = Awaited<ReturnType<typeof open>>;

/** One round over workers and relays; true when anything moved. A relay may stay open on a sleeping attempt. */
async function settleOnce(engine: Engine, clock: VirtualTime): Promise<boolean> {
  let hasMoved = false;
  for (const worker of engine.workers) {
    while ((await worker.turn()) === 'worked') hasMoved = true;
  }
  for (const relay of engine.relays) if (relay.running === null) start(relay);
  await restOf(engine.relays, clock);
  for (const relay of engine.relays) {
    if (relay.running !== null) continue;
    hasMoved ||= relay.result === 'worked';
    relay.result = null;
  }
  return hasMoved;
}

function start(relay: RunningRelay): void {
  relay.running = relay.turn().then((result) => {
    relay.result = result;
    relay.running = null;
  });
}

/** Resolves when every open relay turn has ended or sleeps on the clock: time may then move (architecture rule 17). */
async function restOf(relays: readonly RunningRelay[], clock: VirtualTime): Promise<void> {
  for (;;) {
    const open = relays.flatMap(({ running }) => (running === null ? [] : [running]));
    if (open.length <= clock.sleeperCount()) return;
    await Promise.race([...open, clock.whenSleeping()]);
  }
}
