import { MkaError } from '../../kernel/mka-error.ts';
import type { Log } from '../../ports/log.ts';
import { createDaemon, type Daemon } from '../../runtime/daemon.ts';
import type { EngineParts } from '../../runtime/session.ts';
import type { NodePlan } from '../plan.ts';
import type { Scheduler } from '../scheduler.ts';
import type { Process } from './process.ts';

export interface NodeParts {
  readonly plan: NodePlan;
  readonly process: Process;
  readonly scheduler: Scheduler;
  /** Ports for one run of the daemon. */
  readonly open: (node: SimNode) => Omit<EngineParts, 'log' | 'workers' | 'batchSize' | 'holder' | 'clock'>;
  readonly clock: EngineParts['clock'];
  readonly report: (code: string, detail: string) => void;
  readonly note: (what: string) => void;
  readonly started: (node: string, generation: number) => void;
  readonly died: (node: string, generation: number) => void;
}

/** How long a supervisor waits before it starts a daemon that ended by itself, milliseconds. */
const RESTART_MS = 500;

/** Names one run of a daemon in leases. */
export function holderOf(node: string, generation: number): string {
  return `${node}#${generation}`;
}

/** One machine with the real daemon on it. */
export class SimNode {
  readonly process: Process;
  readonly #parts: NodeParts;
  #daemon: Daemon | null = null;
  #restartMs: number | null = RESTART_MS;

  constructor(parts: NodeParts) {
    this.#parts = parts;
    this.process = parts.process;
  }

  start(): void {
    if (this.process.isAlive || this.#restartMs === null) return;
    this.process.start();
    const { generation, name } = this.process;
    this.#parts.started(name, generation);
    void this.#live(generation).then(
      () => this.#over(generation, null),
      (error: unknown) => this.#over(generation, error),
    );
  }

  /** kill -9. */
  crash(downMs: number): void {
    if (!this.process.isAlive) return;
    this.#die();
    this.#startLater(downMs);
  }

  /** SIGTERM; the supervisor starts it anew after `downMs`, null: never. */
  drain(downMs: number | null): void {
    this.#restartMs = downMs;
    if (!this.process.isAlive) return;
    if (this.#daemon) this.#daemon.stop();
    else this.crash(downMs ?? 0);
  }

  wake(): void {
    if (!this.process.isFrozen) this.#daemon?.wake();
  }

  async #live(generation: number): Promise<void> {
    const { plan, clock, open } = this.#parts;
    const daemon = await createDaemon({
      ...open(this),
      clock,
      log: this.#log(),
      holder: holderOf(plan.name, generation),
      workers: plan.workers,
      batchSize: plan.batchSize,
    });
    this.#daemon = daemon;
    return daemon.run();
  }

  #over(generation: number, error: unknown): void {
    if (!this.process.isRunning(generation)) return;
    this.#parts.note(error === null ? 'daemon/drained' : 'daemon/ended');
    if (error !== null && !(error instanceof MkaError)) this.#parts.report('daemon/bug', text(error));
    this.#die();
    this.#startLater(this.#restartMs ?? RESTART_MS);
  }

  #die(): void {
    const { name, generation } = this.process;
    this.process.die();
    this.#daemon = null;
    this.#parts.died(name, generation);
  }

  #startLater(downMs: number): void {
    const { scheduler } = this.#parts;
    if (this.#restartMs !== null) this.#restartMs = RESTART_MS;
    scheduler.at(scheduler.nowMs + downMs, () => this.start());
  }

  /** What the daemon calls a bug is one. */
  #log(): Log {
    const { report, note } = this.#parts;
    return {
      info: (event) => note(`log/${event}`),
      warn: (event) => note(`log/${event}`),
      error: (event, fields) => {
        note(`log/${event}`);
        if (fields?.['code'] === 'bug' || event === 'worker/quarantined') report('daemon/bug', JSON.stringify(fields));
      },
    };
  }
}

function text(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
