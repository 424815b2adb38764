import { createHash } from 'node:crypto';
import type { CommittedFold, SimulationResult, Violation, Watcher } from './history.ts';
import { watchDecisions } from './invariants/decisions.ts';
import { watchDeliveries } from './invariants/deliveries.ts';
import { watchEvents } from './invariants/events.ts';
import { watchOwnership } from './invariants/ownership.ts';
import { watchRest } from './invariants/rest.ts';
import { watchSuppression } from './invariants/suppression.ts';
import { watchTimers } from './invariants/timers.ts';
import type { Plan } from './plan.ts';

const WATCHERS = [
  watchOwnership,
  watchDecisions,
  watchDeliveries,
  watchTimers,
  watchEvents,
  watchSuppression,
  watchRest,
] as const;

/** Gathers what happens in one history: its trace, its notes, and the first broken promise. */
export class Recorder {
  readonly tell: Required<Watcher>;
  nowMs: () => number = () => 0;
  readonly #plan: Plan;
  readonly #hash = createHash('sha256');
  readonly #notes = new Map<string, number>();
  readonly #log: ((line: string) => void) | undefined;
  #violation: Violation | null = null;
  #isClosed = false;

  constructor(plan: Plan, log: ((line: string) => void) | undefined) {
    this.#plan = plan;
    this.#log = log;
    const world = {
      plan,
      report: (code: string, detail: string) => this.report(code, detail),
      note: (what: string) => this.note(what),
    };
    const watchers = [{ committed: this.#fold.bind(this) }, ...WATCHERS.map((create) => create(world))];
    this.tell = broadcast(watchers);
  }

  get hasFailed(): boolean {
    return this.#violation !== null;
  }

  trace(line: string): void {
    if (this.#isClosed) return;
    const text = `${this.nowMs() - this.#plan.startMs} ${line}`;
    this.#hash.update(text);
    this.#log?.(text);
  }

  note(what: string): void {
    this.#notes.set(what, (this.#notes.get(what) ?? 0) + 1);
  }

  report(code: string, detail: string): void {
    this.trace(`VIOLATION ${code} ${detail}`);
    this.#violation ??= { code, detail, atMs: this.nowMs() - this.#plan.startMs };
  }

  /** A fold, as a line of the history. */
  #fold({ node, request, mail }: CommittedFold): void {
    for (const { user, records, dueAtMs } of request.changes) {
      const what = records.map(({ atMs: _at, rule: _rule, ...record }) => JSON.stringify(record)).join(' ');
      this.trace(`${node} folded ${user} at ${request.atMs}, due ${dueAtMs}: ${what}`);
    }
    for (const { id, input } of mail) this.trace(`${node} consumed ${id}: ${JSON.stringify(input)}`);
  }

  result(steps: number, simulatedMs: number): SimulationResult {
    this.#isClosed = true;
    const traceHash = this.#hash.digest('hex').slice(0, 16);
    return { violation: this.#violation, traceHash, notes: this.#notes, steps, simulatedMs };
  }
}

/** One watcher that tells all of them. */
function broadcast(watchers: readonly Watcher[]): Required<Watcher> {
  const tell: Record<string, (...args: never[]) => unknown> = {
    ended: async (...args: never[]) => {
      for (const watcher of watchers) await (watcher.ended as ((...given: never[]) => unknown) | undefined)?.(...args);
    },
  };
  return new Proxy(tell, {
    get: (known, name) => {
      known[String(name)] ??= (...args: never[]) => {
        for (const watcher of watchers) {
          (watcher[name as keyof Watcher] as ((...given: never[]) => unknown) | undefined)?.call(watcher, ...args);
        }
      };
      return known[String(name)];
    },
  }) as unknown as Required<Watcher>;
}
