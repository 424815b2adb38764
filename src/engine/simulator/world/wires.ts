import type { BusPort } from '../../ports/bus.ts';
import type { CommitRequest, StateStore } from '../../ports/state-store.ts';
import { fromBody } from '../../runtime/publish.ts';
import type { Watcher } from '../history.ts';
import type { NodePlan } from '../plan.ts';
import type { Scheduler } from '../scheduler.ts';
import type { FaultTable } from './fault-table.ts';
import type { Gate } from './gate.ts';
import type { Knowledge } from './knowledge.ts';
import type { Process } from './process.ts';
import type { SimBus } from './sim-bus.ts';
import type { StoreCall, WatchedStore } from './watched-store.ts';

export interface WireParts {
  readonly gate: Gate;
  readonly watched: WatchedStore;
  readonly bus: SimBus;
  readonly faults: FaultTable;
  readonly scheduler: Scheduler;
  readonly startMs: number;
  readonly tell: Watcher;
  /** The partitions in which there are users. */
  readonly partitions: readonly number[];
  /** A fold has been committed: what it plans for later is to be looked at in time. */
  readonly committed: (request: CommitRequest) => void;
}

/** The ports as a process holds them: every call goes through the gate, and what comes back is remembered as known. */
export class Wires {
  readonly #parts: WireParts;

  constructor(parts: WireParts) {
    this.#parts = parts;
  }

  /** A port through the gate: every call may fail, and its caller may die of it. */
  through<T extends object>(process: Process, area: string, port: T): T {
    return new Proxy(port, {
      get: (target, name) => {
        const method = Reflect.get(target, name) as unknown;
        if (typeof method !== 'function') return method;
        return (...args: unknown[]) =>
          this.#parts.gate.call(
            process,
            `${area}.${String(name)}`,
            () => method.apply(target, args) as Promise<unknown>,
          );
      },
    });
  }

  /** A daemon's own (with its knowledge), or that of somebody outside. */
  storeFor(process: Process, knowledge: Knowledge | null, half: NodePlan['half']): StateStore {
    const visible = this.#visible(half);
    return new Proxy(this.#parts.watched.base, {
      get:
        (_target, property) =>
        async (...given: unknown[]) => {
          const name = String(property);
          const isFold = name === 'commit' && knowledge !== null;
          const call: StoreCall = {
            ...{ process, generation: process.generation, name },
            args: name === 'acquireLeases' ? [(given[0] as string[]).filter(visible), ...given.slice(1)] : given,
            context: isFold ? knowledge.contextOf(given[0] as CommitRequest, process.now()) : null,
          };
          const result = await this.#parts.gate.call(process, `store.${name}`, async () => {
            const done = await this.#parts.watched.perform(call);
            if (name === 'commit') this.#parts.committed(given[0] as CommitRequest);
            return done;
          });
          knowledge?.learn(`store.${name}`, given, result);
          return result;
        },
    });
  }

  busFor(process: Process, knowledge: Knowledge | null): BusPort {
    const { bus, faults, scheduler, startMs, tell } = this.#parts;
    const isTorn = () => faults.isTorn(process.name, scheduler.nowMs - startMs);
    const port = bus.portFor(isTorn, (messages) => {
      for (const { body } of messages) {
        const input = fromBody(body);
        if (input) tell.published?.(input, scheduler.nowMs);
      }
    });
    const gated = this.through(process, 'bus', port);
    if (knowledge === null) return gated;
    return new Proxy(gated, {
      get: (target, name) => {
        if (name !== 'pull') return Reflect.get(target, name) as unknown;
        return async (...args: Parameters<BusPort['pull']>) => {
          const result = await target.pull(...args);
          knowledge.learn('bus.pull', args, result);
          return result;
        };
      },
    });
  }

  #visible(half: NodePlan['half']): (resource: string) => boolean {
    const wanted = this.#parts.partitions.filter((_, index) => half === null || index % 2 === half);
    const names = new Set(wanted.map((partition) => String(partition).padStart(2, '0')));
    return (resource) => names.has(resource.slice(resource.indexOf('/') + 1));
  }
}
