import { MkaError } from '../../kernel/mka-error.ts';
import type { Random } from '../random.ts';
import type { Scheduler } from '../scheduler.ts';
import type { FaultTable } from './fault-table.ts';
import type { Process } from './process.ts';

export interface GateParts {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly faults: FaultTable;
  /** The plan's start, from which faults count. */
  readonly startMs: number;
  /** Takes a process down; it starts again after `downMs`. */
  readonly crash: (process: Process, downMs: number) => void;
  /** A line of the history. */
  readonly trace: (line: string) => void;
}

/** Share of requests, and of replies, that take no time at all; the others take up to `SLOWEST_MS`. */
const PROMPT_SHARE = 0.8;
const SLOWEST_MS = 4;

/**
 * Everything a process asks of a store, a bus or a source goes through here: a request, its effect, a reply. At each of
 * them the process may die or freeze, the call may fail or take long; a process that died never sees the reply.
 */
export class Gate {
  readonly #parts: GateParts;

  constructor(parts: GateParts) {
    this.#parts = parts;
  }

  call<T>(process: Process, name: string, perform: () => Promise<T>): Promise<T> {
    const { scheduler, faults, crash, startMs } = this.#parts;
    const { generation } = process;
    const fault = faults.take(process.name, name, scheduler.nowMs - startMs);
    return new Promise<T>((resolve, reject) => {
      if (fault?.kind === 'crash' && fault.when === 'before') return crash(process, fault.downMs);
      const reply = (settle: () => void, extraMs = 0) =>
        scheduler.at(scheduler.nowMs + this.#latency() + extraMs, () => process.deliver(generation, settle));
      const fail = (how: string) => {
        this.#trace(process, name, how);
        reply(() => reject(unavailable(name)));
      };
      const arrive = () => {
        // What was on its way when its process died may have left it or not.
        if (!process.isRunning(generation) && this.#parts.random.chance(0.5)) return;
        if (fault?.kind === 'error' && fault.when === 'before') return fail('failed');
        const isCut = faults.isCut(process.name, scheduler.nowMs - startMs);
        if (isCut && this.#parts.random.chance(0.5)) return fail('cut off');
        const loses = isCut || (fault?.kind === 'error' && fault.when === 'after');
        perform().then(
          (result) => {
            if (fault?.kind === 'crash') {
              this.#trace(process, name, 'done, crashed');
              return process.isRunning(generation) ? crash(process, fault.downMs) : undefined;
            }
            if (loses) return fail('done, reply lost');
            this.#trace(process, name, summary(result));
            reply(() => resolve(result), fault?.kind === 'slow' && fault.way === 'reply' ? fault.ms : 0);
          },
          (error: unknown) => {
            this.#trace(process, name, String(error));
            reply(() => reject(error instanceof Error ? error : new Error(String(error))));
          },
        );
      };
      if (fault?.kind === 'freeze') {
        process.freeze();
        scheduler.at(scheduler.nowMs + fault.forMs, () => process.thaw());
      }
      const waitMs = this.#latency() + requestDelayMs(fault);
      if (waitMs === 0) arrive();
      else scheduler.at(scheduler.nowMs + waitMs, arrive);
    });
  }

  #latency(): number {
    const { random } = this.#parts;
    return random.chance(PROMPT_SHARE) ? 0 : random.int(1, SLOWEST_MS);
  }

  #trace(process: Process, name: string, what: string): void {
    this.#parts.trace(`${process.name} ${name}: ${what}`);
  }
}

function requestDelayMs(fault: ReturnType<FaultTable['take']>): number {
  if (fault?.kind === 'slow') return fault.way === 'request' ? fault.ms : 0;
  return fault?.kind === 'freeze' && fault.when === 'before' ? fault.forMs : 0;
}

function unavailable(name: string): MkaError {
  const area = name.slice(0, name.indexOf('.'));
  const code = area === 'tables' ? 'source/unreachable' : `${area}/unavailable`;
  return new MkaError(code, `simulated: ${name} failed`);
}

const MAX_SUMMARY = 400;

function summary(result: unknown): string {
  if (result === undefined) return 'done';
  const text = JSON.stringify(result instanceof Map ? [...result] : result);
  return text.length <= MAX_SUMMARY ? text : `${text.slice(0, MAX_SUMMARY)}…${text.length}`;
}
