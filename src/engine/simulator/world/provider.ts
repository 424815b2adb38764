import type { AttemptOutcome, ReceiptStatus } from '../../model/message.ts';
import type { AttemptEvent, Watcher } from '../history.ts';
import type { ProviderMood, ProviderPlan } from '../plan.ts';
import type { Random } from '../random.ts';
import type { Scheduler } from '../scheduler.ts';
import type { FaultTable } from './fault-table.ts';

export interface ProviderParts {
  readonly name: string;
  readonly plan: ProviderPlan;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly faults: FaultTable;
  readonly tell: Watcher;
  /** The plan's start, from which faults count. */
  readonly startMs: number;
  /** How long a caller waits for an answer, milliseconds. */
  readonly timeoutMs: number;
  readonly postReceipt: (sendKey: string, status: ReceiptStatus) => void;
  readonly note: (what: string) => void;
}

/** The provider behind a channel: what it took is the truth about what was delivered. It outlives every daemon. */
export class Provider {
  readonly #parts: ProviderParts;
  /** Keys that a class I provider has taken. */
  readonly #taken = new Set<string>();
  /** Keys that it has received and will take later. */
  readonly #late = new Set<string>();
  /** Receipts and late acceptances still to come. */
  pending = 0;

  constructor(parts: ProviderParts) {
    this.#parts = parts;
  }

  /** How it will treat the next message. */
  moodNow(): ProviderMood | null {
    const { plan, faults, scheduler, random, startMs, name, note } = this.#parts;
    const usual = faults.isHealed ? undefined : plan.moods;
    const mood =
      faults.moods(name, scheduler.nowMs - startMs).find(({ share }) => random.chance(share))?.mood ??
      (usual && random.chance(usual.share) ? random.pick(usual.of) : null);
    if (mood !== null) note(`provider/${mood}`);
    return mood;
  }

  /** Bytes have arrived. `answer` reaches the caller some time later, if at all. */
  receive(attempt: AttemptEvent, mood: ProviderMood | null, answer: (outcome: AttemptOutcome) => void): void {
    const { plan, scheduler, random, tell, timeoutMs, note } = this.#parts;
    const reply = (outcome: AttemptOutcome, afterMs = random.int(0, 5)) => {
      tell.answered?.(attempt, outcome, scheduler.nowMs);
      scheduler.at(scheduler.nowMs + afterMs, () => answer(outcome));
    };
    const silence = () => tell.answered?.(attempt, null, scheduler.nowMs);
    const isKnown = plan.class === 'I' && this.#taken.has(attempt.sendKey);
    if (isKnown) note('provider/knownKey');
    const take = () => {
      if (plan.class === 'I' && this.#taken.has(attempt.sendKey)) return;
      this.#taken.add(attempt.sendKey);
      tell.accepted?.(attempt, scheduler.nowMs);
      this.#receiptFor(attempt.sendKey);
    };
    const accepted: AttemptOutcome = { kind: 'accepted', providerId: `${this.#parts.name}-${attempt.attempt}` };
    switch (mood) {
      case 'dropReply':
        take();
        return silence();
      case 'late':
        silence();
        this.#late.add(attempt.sendKey);
        return this.#later(timeoutMs + random.int(100, 3_000), take);
      case 'silent':
        return silence();
      case 'doubt':
        return reply({ kind: 'unknown', code: 'sim/5xx' });
      case 'doubtTaken':
        take();
        return reply({ kind: 'unknown', code: 'sim/5xx' });
      case 'throttle':
        return reply({ kind: 'retry', code: 'sim/429', ...(random.chance(0.5) ? { retryAfterMs: 700 } : {}) });
      case 'refuse':
        // Of a key that it has taken, or is about to take, it says so, whatever it thinks of the message now.
        if (isKnown) return reply(accepted);
        if (plan.class === 'I' && this.#late.has(attempt.sendKey)) return reply({ kind: 'unknown', code: 'sim/409' });
        return reply({ kind: 'rejected', code: 'sim/refused' });
      case 'slow':
        take();
        return reply(accepted, Math.round(timeoutMs * 0.8));
      default:
        take();
        return reply(accepted);
    }
  }

  #receiptFor(sendKey: string): void {
    const { plan, random } = this.#parts;
    if (!random.chance(plan.receiptShare)) return;
    const status = random.chance(plan.undeliveredShare) ? 'undelivered' : 'delivered';
    const { scheduler, tell, name } = this.#parts;
    this.#later(random.int(0, 4_000), () => {
      tell.receipt?.(name, sendKey, status, scheduler.nowMs);
      this.#parts.postReceipt(sendKey, status);
    });
  }

  #later(ms: number, run: () => void): void {
    const { scheduler } = this.#parts;
    this.pending += 1;
    scheduler.at(scheduler.nowMs + ms, () => {
      this.pending -= 1;
      run();
    });
  }
}
