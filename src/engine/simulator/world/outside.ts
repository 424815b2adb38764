import type { ReceiptStatus } from '../../model/message.ts';
import { partitionOf, slotOf } from '../../model/slot.ts';
import type { BusPort } from '../../ports/bus.ts';
import type { Clock } from '../../ports/clock.ts';
import type { StateStore } from '../../ports/state-store.ts';
import { decodeEvent } from '../../runtime/intake.ts';
import { type BusInput, publish } from '../../runtime/publish.ts';
import { type Operation, type Plan, TENANT } from '../plan.ts';

export interface OutsideParts {
  readonly plan: Plan;
  readonly digests: readonly string[];
  readonly bus: BusPort;
  readonly store: StateStore;
  readonly clock: Clock;
  /** Tells idle daemons that there may be work. */
  readonly rouse: () => void;
  readonly note: (what: string) => void;
}

/** Pause before a business system or an operator tries again, milliseconds. */
const RETRY_MS = 150;

/** The world outside: what business systems and operators do, tried until it succeeds. */
export class Outside {
  readonly #parts: OutsideParts;
  /** Operations under way. */
  open = 0;

  constructor(parts: OutsideParts) {
    this.#parts = parts;
  }

  async perform(operation: Operation): Promise<void> {
    await this.#untilDone(() => this.#try(operation));
  }

  /** A provider says what became of a message. */
  async postReceipt(user: string, sendKey: string, status: ReceiptStatus): Promise<void> {
    const { store, clock } = this.#parts;
    const partition = partitionOf(slotOf(TENANT, user));
    const input = { kind: 'receipt' as const, user, sendKey, atMs: clock.now(), status };
    await this.#untilDone(() => store.post([{ partition, input }]));
  }

  async #untilDone(work: () => Promise<void>): Promise<void> {
    this.open += 1;
    for (;;) {
      try {
        await work();
        break;
      } catch {
        this.#parts.note('outside/tried again');
        await this.#parts.clock.sleep(RETRY_MS);
      }
    }
    this.open -= 1;
    this.#parts.rouse();
  }

  async #try(operation: Operation): Promise<void> {
    const { plan, store, clock, note } = this.#parts;
    const nowMs = clock.now();
    switch (operation.kind) {
      case 'event': {
        const { id, type, user, occurredAtMs, data } = operation;
        const time = new Date(plan.startMs + occurredAtMs).toISOString();
        const raw = { specversion: '1.0', source: 'shop', id, type, subject: user, time, data };
        const release = plan.releases[0];
        if (!release) return;
        const result = decodeEvent(raw, release, nowMs);
        if (!result.ok) return note(`intake/${result.code}`);
        return this.#publish({ kind: 'event', event: result.event }, nowMs);
      }
      case 'enroll': {
        const { campaign, user, requestId, data } = operation;
        return this.#publish({ kind: 'enroll', campaign, user, requestId, atMs: nowMs, data }, nowMs);
      }
      case 'pause': {
        const untilMs = operation.untilMs === null ? null : plan.startMs + operation.untilMs;
        const pause = { campaign: operation.campaign, pausedAtMs: nowMs, reason: 'test', actor: 'operator', untilMs };
        return store.pause(pause);
      }
      case 'resume':
        await store.resume(operation.campaign, nowMs);
        return;
      case 'activate':
        return this.#activate(operation.release, nowMs);
    }
  }

  async #publish(input: BusInput, nowMs: number): Promise<void> {
    await publish(this.#parts.bus, TENANT, [input], nowMs);
  }

  async #activate(index: number, nowMs: number): Promise<void> {
    const { plan, digests, store } = this.#parts;
    const release = plan.releases[index];
    const digest = digests[index];
    if (!release || digest === undefined) return;
    await store.saveRelease({ digest, release, places: {} });
    for (;;) {
      const active = await store.activeRelease();
      if (active?.digest === digest) return;
      if (await store.activate(digest, active?.generation ?? 0, nowMs)) return;
    }
  }
}
