import type { StateStore } from '../ports/state-store.ts';
import type { SimulationResult, Watcher } from './history.ts';
import type { Plan } from './plan.ts';
import { Recorder } from './recorder.ts';
import { ALL_PARTITIONS, type Planted, World } from './world/world.ts';

/** What one history needs from outside. */
export interface SimulationParts {
  /** A new, empty store that does each call at once. */
  readonly createStore: () => StateStore;
  readonly planted?: Planted;
  /** Keeps every line of the history, for reading. */
  readonly log?: (line: string) => void;
}

/** How long after the last fault everything must be at rest, milliseconds. */
const REST_WITHIN_MS = 300_000;
const LOOK_EVERY_MS = 1_000;
/** How long a drain may take. */
const DRAIN_WITHIN_MS = 60_000;

/** Lives through one plan. The same plan gives the same result, to the byte. */
export async function simulate(plan: Plan, parts: SimulationParts): Promise<SimulationResult> {
  const history = new Recorder(plan, parts.log);
  const store = parts.createStore();
  await store.migrate();
  const world = new World({
    ...{ plan, store, planted: parts.planted ?? {}, tell: history.tell },
    trace: (line) => history.trace(line),
    note: (what) => history.note(what),
    report: (code, detail) => history.report(code, detail),
  });
  history.nowMs = () => world.scheduler.nowMs;
  try {
    await begin(world, history.tell);
    await live(world, history);
  } catch (error) {
    history.report('simulation/broke', error instanceof Error ? (error.stack ?? error.message) : String(error));
  } finally {
    for (const { process } of world.nodes) process.die();
    await store.close();
  }
  return history.result(world.scheduler.steps, world.scheduler.nowMs - plan.startMs);
}

async function begin(world: World, tell: Watcher): Promise<void> {
  const { plan, store, digests, scheduler } = world;
  const [release] = plan.releases;
  const [digest] = digests;
  if (!release || digest === undefined) throw new Error('a plan has at least one release');
  await store.saveRelease({ digest, release, places: {} });
  await store.activate(digest, 0, plan.startMs);
  tell.activated?.(0, plan.startMs);
  const at = (atMs: number, run: () => void) => scheduler.at(plan.startMs + atMs, run);
  for (const operation of plan.operations) at(operation.atMs, () => void world.outside.perform(operation));
  for (const node of world.nodes) at(0, () => node.start());
  for (const fault of plan.faults) {
    if (!('actor' in fault)) continue;
    const node = world.nodes.find(({ process }) => process.name === fault.actor);
    if (fault.kind === 'drain') at(fault.atMs, () => node?.drain(fault.downMs));
    else if (fault.kind === 'skew') at(fault.atMs, () => node?.process.jump(fault.ms));
  }
}

async function live(world: World, history: Recorder): Promise<void> {
  const { scheduler, plan, store, nodes } = world;
  const isOver = () => history.hasFailed;
  const healedAtMs = plan.startMs + healInstant(plan);
  await scheduler.runUntil(healedAtMs, isOver);
  world.faults.heal();
  for (const { process } of nodes) process.thaw();
  for (let atMs = healedAtMs; ; atMs += LOOK_EVERY_MS) {
    await scheduler.runUntil(atMs, isOver);
    if (isOver() || (await isAtRest(world))) break;
    await liftPauses(world);
    if (atMs - healedAtMs > REST_WITHIN_MS) return history.report('rest/never', await whatMoves(world));
  }
  for (const node of nodes) node.drain(null);
  const isDown = () => nodes.every(({ process }) => !process.isAlive);
  await scheduler.runUntil(scheduler.nowMs + DRAIN_WITHIN_MS, () => isOver() || isDown());
  if (isOver()) return;
  if (!isDown()) return history.report('drain/never', 'a daemon did not end after it was told to');
  await history.tell.ended?.(store, scheduler.nowMs);
}

/** Operators leave nothing paused for ever. */
async function liftPauses({ store, outside, plan, scheduler }: World): Promise<void> {
  if (outside.open > 0) return;
  for (const { campaign, untilMs } of await store.pauses()) {
    const atMs = scheduler.nowMs - plan.startMs;
    if (untilMs === null) void outside.perform({ kind: 'resume', campaign, atMs });
  }
}

/** When the last fault is over and the last operation has been called for. */
function healInstant(plan: Plan): number {
  const ends = plan.faults.map((fault) => fault.atMs + ('forMs' in fault ? fault.forMs : 0));
  return Math.max(0, ...ends, ...plan.operations.map(({ atMs }) => atMs)) + LOOK_EVERY_MS;
}

async function isAtRest(world: World): Promise<boolean> {
  const { store, bus, outside, providers, nodes, scheduler } = world;
  if (outside.open > 0 || bus.depth() > 0 || nodes.some(({ process }) => !process.isAlive)) return false;
  if ([...providers.values()].some(({ pending }) => pending > 0)) return false;
  if ((await store.nextDueAt(ALL_PARTITIONS)) !== null || (await store.nextSendAt(ALL_PARTITIONS)) !== null)
    return false;
  const { mailbox, sends } = await store.status(scheduler.nowMs);
  if ((await store.pauses()).length > 0) return false;
  return mailbox === 0 && (sends['dispatching'] ?? 0) === 0;
}

async function whatMoves(world: World): Promise<string> {
  const { store, bus, outside, scheduler } = world;
  const { mailbox, sends, leases } = await store.status(scheduler.nowMs);
  return JSON.stringify({
    nextDueAt: await store.nextDueAt(ALL_PARTITIONS),
    nextSendAt: await store.nextSendAt(ALL_PARTITIONS),
    ...{ mailbox, sends, queued: bus.depth(), operations: outside.open, nowMs: scheduler.nowMs },
    leases: [...new Set(leases.map(({ holder }) => holder))],
  });
}
