import { MkaError } from '../kernel/mka-error.ts';
import { createOwnership, LEASE_TTL_MS } from './ownership.ts';
import type { TurnResult } from './partition-worker.ts';
import { openReleases, type ReleaseCache } from './releases.ts';
import { type EngineParts, openSession, type Session } from './session.ts';
import type { SessionRelay } from './session-relays.ts';
import { createWakeup, type Wakeup } from './signal.ts';
import { createSwitches, type Switches } from './switches.ts';

/** Longest wait of an idle loop: how late another process's input may be noticed, milliseconds. */
const POLL_MS = 50;
const HOUSEKEEPING_MS = 1_000;
const SWEEP_ROWS = 5_000;
/** Pause of a loop after a failure, milliseconds. */
const FAILURE_PAUSE_MS = 500;

/** The long-running daemon. */
export interface Daemon {
  /** Runs until `stop`; resolves when everything in flight is finished and the leases are given back. */
  run(): Promise<void>;
  /** Takes nothing new, finishes what is in flight. */
  stop(): void;
  /** Tells the loops that there is work: after a publish in this process. */
  wake(): void;
  readonly releases: ReleaseCache;
  readonly switches: Switches;
  /** True while this process owns partitions. */
  isActive(): boolean;
}

/** Builds the daemon over its adapters; a release must be active in the store. */
export async function createDaemon(parts: EngineParts): Promise<Daemon> {
  const releases = await openReleases(parts.store, parts.chooseBundle);
  const switches = createSwitches(parts.store, parts.clock, () => releases.active().compiled.release.channels);
  await switches.refresh();
  const stopping = new AbortController();
  const wakeup = createWakeup(parts.clock);
  const state = { isActive: false };
  return {
    run: () => run(parts, releases, switches, stopping.signal, wakeup, state),
    stop: () => stopping.abort(),
    wake: () => wakeup.notify(),
    releases,
    switches,
    isActive: () => state.isActive,
  };
}

async function run(
  parts: EngineParts,
  releases: ReleaseCache,
  switches: Switches,
  stop: AbortSignal,
  wakeup: Wakeup,
  state: { isActive: boolean },
): Promise<void> {
  const ownership = createOwnership(parts.store, parts.clock, parts.holder);
  while (!stop.aborted) {
    await attempt(parts, 'daemon/acquire', () => ownership.acquire());
    if (ownership.engine().length === 0) {
      // Standing by it takes events too, and must know what is declared now.
      await attempt(parts, 'daemon/follow', () => releases.refresh());
      await parts.clock.sleep(LEASE_TTL_MS / 3, stop);
      continue;
    }
    const ending = new AbortController();
    const signal = AbortSignal.any([stop, ending.signal]);
    const session = await openSession(parts, ownership, releases, switches, { stop: signal, cutoff: ending.signal });
    state.isActive = true;
    parts.log.info('daemon/active', { partitions: ownership.engine().length, epoch: ownership.engine()[0]?.epoch });
    const end = () => ending.abort();
    const finished = new AbortController();
    const loops = startLoops(session, parts, wakeup, signal, end);
    const upkeep = [
      keep(parts, finished.signal, async () => {
        if (await ownership.acquire()) end();
      }),
      housekeep(parts, releases, switches, wakeup, signal, async () => loops.relays(await session.followChannels())),
    ];
    await loops.ended();
    // Only now, for what was under way at a stop still needed its leases.
    finished.abort();
    await Promise.all(upkeep);
    state.isActive = false;
    await session.close();
  }
  await attempt(parts, 'daemon/release', () => ownership.release());
}

/** Starts the loops of a session; `relays` starts those of channels that come later. */
function startLoops(session: Session, parts: EngineParts, wakeup: Wakeup, signal: AbortSignal, end: () => void) {
  const running = new Set<Promise<void>>();
  const loop = async (name: string, turn: () => Promise<TurnResult>, isOver = () => false) => {
    while (!signal.aborted) {
      const result = await attempt(parts, name, turn);
      if (result === 'fenced') return end();
      if (result === 'idle' && isOver()) return;
      if (result === 'worked') wakeup.notify();
      else await wakeup.wait(result === undefined ? FAILURE_PAUSE_MS : POLL_MS, signal);
    }
  };
  const start = (ending: Promise<void>) => {
    const one = ending.finally(() => running.delete(one));
    running.add(one);
  };
  const relays = (opened: readonly SessionRelay[]) => {
    for (const one of opened) start(deliver(parts, one, loop));
  };
  for (const worker of session.workers) start(loop('worker', () => worker.turn()));
  relays(session.relays);
  return {
    relays,
    ended: async () => {
      while (running.size > 0) await Promise.all(running);
    },
  };
}

/** One channel's deliveries: first what an earlier owner had in flight, then turn by turn until the channel retires. */
async function deliver(
  parts: EngineParts,
  one: SessionRelay,
  loop: (name: string, turn: () => Promise<TurnResult>, isOver: () => boolean) => Promise<void>,
): Promise<void> {
  let isRecovered = false;
  const turn = async () => {
    if (isRecovered) return one.relay.turn();
    const result = await one.relay.recover();
    isRecovered = true;
    return result;
  };
  let isOver = false;
  await loop(`relay ${one.channel}`, turn, () => {
    isOver = one.isRetiring();
    return isOver;
  });
  if (isOver) await attempt(parts, `relay ${one.channel}`, () => one.close());
}

/** Renews the leases; a failure is tried again at once, for they run out. */
async function keep(parts: EngineParts, signal: AbortSignal, renew: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    await parts.clock.sleep(LEASE_TTL_MS / 3, signal);
    if (!signal.aborted) await attempt(parts, 'daemon/renew', renew);
  }
}

/** Follows activations by others, ends pauses whose time has come, forgets what is past its horizon. */
async function housekeep(
  parts: EngineParts,
  releases: ReleaseCache,
  switches: Switches,
  wakeup: Wakeup,
  signal: AbortSignal,
  followChannels: () => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    await attempt(parts, 'daemon/housekeeping', async () => {
      await releases.refresh();
      await followChannels();
      if (await endPauses(parts, switches)) wakeup.notify();
      const { dedupeHorizonMs } = releases.active().compiled.release.project;
      await parts.store.sweep(parts.clock.now(), dedupeHorizonMs, SWEEP_ROWS);
    });
    await parts.clock.sleep(HOUSEKEEPING_MS, signal);
  }
}

/** Resumes the campaigns whose pause has ended by itself. True when there was one. */
export async function endPauses(
  { store, clock }: Pick<EngineParts, 'store' | 'clock'>,
  switches: Switches,
): Promise<boolean> {
  await switches.refresh();
  const ended = switches.endedPauses(clock.now());
  for (const { campaign, untilMs } of ended) await store.resume(campaign, clock.now(), untilMs ?? undefined);
  return ended.length > 0;
}

/** Runs one step of a loop; a failure is logged and gives undefined, and the loop goes on. */
async function attempt<T>({ log }: EngineParts, step: string, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    const code = error instanceof MkaError ? error.code : 'bug';
    log.error('daemon/failure', { step, code, message: error instanceof Error ? error.message : String(error) });
    return undefined;
  }
}
