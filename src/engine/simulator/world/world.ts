import { digestOf } from '../../kernel/hash.ts';
import { PARTITIONS, partitionOf, slotOf } from '../../model/slot.ts';
import type { BusPort } from '../../ports/bus.ts';
import type { ChannelPort } from '../../ports/channel.ts';
import type { CommitRequest, StateStore } from '../../ports/state-store.ts';
import type { Watcher } from '../history.ts';
import { type NodePlan, type Plan, TENANT } from '../plan.ts';
import { createRandom, type Random } from '../random.ts';
import { Scheduler } from '../scheduler.ts';
import { FaultTable } from './fault-table.ts';
import { Gate } from './gate.ts';
import { Knowledge } from './knowledge.ts';
import { SimNode } from './node.ts';
import { Outside } from './outside.ts';
import { Process } from './process.ts';
import { Provider } from './provider.ts';
import { SimBus } from './sim-bus.ts';
import { openSimChannel, type SimChannelParts } from './sim-channel.ts';
import { Clocks } from './sim-clock.ts';
import { createSimTables } from './sim-tables.ts';
import { WatchedStore } from './watched-store.ts';
import { Wires } from './wires.ts';

/** Wrappers that plant a bug between the real loops and the simulated world, to see that it is found. */
export interface Planted {
  /** Under the watchers: a store that breaks its promises. */
  readonly base?: (store: StateStore) => StateStore;
  /** Between a daemon and its store. */
  readonly store?: (store: StateStore, base: StateStore) => StateStore;
  readonly bus?: (bus: BusPort) => BusPort;
  readonly channel?: (channel: ChannelPort) => ChannelPort;
}

export interface WorldParts {
  readonly plan: Plan;
  readonly store: StateStore;
  readonly planted: Planted;
  readonly tell: Watcher;
  readonly trace: (line: string) => void;
  readonly note: (what: string) => void;
  readonly report: (code: string, detail: string) => void;
}

/** The simulated world of one plan: processes, store, queues, providers, and the way between them. */
export class World {
  readonly plan: Plan;
  readonly scheduler: Scheduler;
  readonly store: StateStore;
  readonly bus: SimBus;
  readonly faults: FaultTable;
  readonly nodes: readonly SimNode[];
  readonly providers: ReadonlyMap<string, Provider>;
  readonly outside: Outside;
  readonly digests: readonly string[];
  /** The partitions in which there are users; nobody else's are of interest. */
  readonly partitions: readonly number[];
  readonly #parts: WorldParts;
  readonly #random: Random;
  readonly #clocks: Clocks;
  readonly #wires: Wires;
  readonly #userOfKey = new Map<string, string>();
  #attempts = 0;

  constructor(parts: WorldParts) {
    const { plan, note } = parts;
    this.#parts = parts;
    this.plan = plan;
    this.#random = createRandom(plan.seed);
    this.scheduler = new Scheduler(plan.startMs, this.#random);
    this.#clocks = new Clocks(this.scheduler, this.#random);
    this.faults = new FaultTable(plan.faults, note);
    this.digests = plan.releases.map((release) => digestOf(release));
    this.partitions = [...new Set(plan.users.map(({ id }) => partitionOf(slotOf(TENANT, id))))].sort((a, b) => a - b);
    this.store = parts.planted.base?.(parts.store) ?? parts.store;
    this.bus = new SimBus(this.#random, this.#random.chance(0.5));
    this.#wires = this.#layWires();
    this.providers = this.#openProviders();
    this.nodes = plan.nodes.map((node) => this.#createNode(node));
    this.outside = this.#createOutside();
  }

  /** Idle daemons look again soon. */
  rouse(): void {
    this.#clocks.rouse();
  }

  #layWires(): Wires {
    const { plan, scheduler, faults, bus, partitions, store } = this;
    const { tell, note, trace } = this.#parts;
    const { startMs } = plan;
    const index = new Map(this.digests.map((digest, at) => [digest, at]));
    return new Wires({
      ...{ bus, faults, scheduler, startMs, tell, partitions },
      watched: new WatchedStore(store, tell, () => scheduler.nowMs, note, index),
      gate: new Gate({
        ...{ scheduler, faults, startMs, trace, random: this.#random },
        crash: (process, downMs) => this.nodes.find((node) => node.process === process)?.crash(downMs),
      }),
      committed: (request) => this.#expect(request),
    });
  }

  #createNode(plan: NodePlan): SimNode {
    const froze = () => this.#parts.tell.froze?.(process.name, process.generation);
    const process: Process = new Process(plan.name, this.scheduler, plan.skewMs, froze);
    const { report, note, tell, planted } = this.#parts;
    return new SimNode({
      ...{ plan, process, report, note, scheduler: this.scheduler },
      clock: this.#clocks.of(process),
      started: (name, generation) => tell.started?.(name, generation),
      died: (name, generation) => tell.died?.(name, generation),
      open: () => {
        const knowledge = new Knowledge(plan.batchSize, this.#firstRelease());
        const store = this.#wires.storeFor(process, knowledge, plan.half);
        const bus = this.#wires.busFor(process, knowledge);
        return {
          tenant: TENANT,
          store: planted.store?.(store, this.store) ?? store,
          bus: planted.bus?.(bus) ?? bus,
          tables: this.#wires.through(process, 'tables', createSimTables(this.plan.users)),
          openChannel: async ({ name }) => this.#openChannel(name, process),
        };
      },
    });
  }

  #createOutside(): Outside {
    const { plan, digests } = this;
    const process = (name: string) => {
      const started = new Process(name, this.scheduler);
      started.start();
      return started;
    };
    const intake = process('intake');
    return new Outside({
      ...{ plan, digests, note: this.#parts.note, clock: this.#clocks.of(intake) },
      bus: this.#wires.busFor(intake, null),
      store: this.#wires.storeFor(process('operator'), null, null),
      rouse: () => {
        if (this.#random.chance(0.5)) this.#random.pick(this.nodes).wake();
        this.rouse();
      },
    });
  }

  #openChannel(name: string, process: Process): ChannelPort {
    const provider = this.providers.get(name);
    if (!provider) throw new Error(`no provider ${name}`);
    const { tell, planted } = this.#parts;
    const channel = openSimChannel({
      ...{ name, provider, process, tell, scheduler: this.scheduler, random: this.#random },
      deliveryClass: this.plan.providers[name]?.class ?? 'III',
      nextAttempt: () => {
        this.#attempts += 1;
        return this.#attempts;
      },
      strike: () => this.#strike(process),
    });
    return planted.channel?.(channel) ?? channel;
  }

  /** A crash or a freeze that waits for bytes to leave. */
  #strike(process: Process): ReturnType<SimChannelParts['strike']> {
    const fault = this.faults.take(process.name, 'channel.send', this.scheduler.nowMs - this.plan.startMs);
    if (fault?.kind === 'crash') {
      return { when: fault.when, take: () => this.nodes.find((one) => one.process === process)?.crash(fault.downMs) };
    }
    if (fault?.kind !== 'freeze') return null;
    return {
      when: fault.when,
      take: () => {
        process.freeze();
        this.scheduler.at(this.scheduler.nowMs + fault.forMs, () => process.thaw());
      },
    };
  }

  #openProviders(): Map<string, Provider> {
    const { tell, note } = this.#parts;
    return new Map(
      Object.entries(this.plan.providers).map(([name, plan]) => [
        name,
        new Provider({
          ...{ name, plan, tell, note, scheduler: this.scheduler, random: this.#random, faults: this.faults },
          startMs: this.plan.startMs,
          timeoutMs: this.#firstRelease().channels[name]?.timeoutMs ?? 1_000,
          postReceipt: (sendKey, status) => {
            const user = this.#userOfKey.get(sendKey);
            if (user !== undefined) void this.outside.postReceipt(user, sendKey, status);
          },
        }),
      ]),
    );
  }

  /** What a fold plans for later is looked at by every node just when its clock says so. */
  #expect({ changes }: CommitRequest): void {
    for (const { user, dueAtMs, sends } of changes) {
      for (const { sendKey } of sends) this.#userOfKey.set(sendKey, user);
      const instants = [dueAtMs, ...sends.flatMap(({ notBeforeMs, notAfterMs }) => [notBeforeMs, notAfterMs])];
      for (const instant of instants) {
        if (instant === null || instant > this.scheduler.nowMs + FAR_MS) continue;
        for (const { process } of this.nodes) this.#clocks.expect(process, instant);
      }
    }
  }

  #firstRelease() {
    const release = this.plan.releases[0];
    if (!release) throw new Error('a plan has at least one release');
    return release;
  }
}

/** Nothing of a history lies further ahead, milliseconds. */
const FAR_MS = 600_000;

/** Partitions there are, for a look at all of the store. */
export const ALL_PARTITIONS: readonly number[] = Array.from({ length: PARTITIONS }, (_, partition) => partition);
