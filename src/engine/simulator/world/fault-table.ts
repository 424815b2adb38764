import type { Fault, ProviderMood } from '../plan.ts';

type CallFault = Extract<Fault, { kind: 'crash' | 'error' | 'freeze' | 'slow' }>;
type Lasting = Extract<Fault, { kind: 'cut' | 'torn' | 'provider' }>;

/** The faults of a plan that wait for a call or last for a while. Each is noted when it strikes. */
export class FaultTable {
  readonly #calls: { readonly fault: CallFault; left: number }[] = [];
  readonly #lasting: readonly Lasting[];
  readonly #note: (what: string) => void;
  #isHealed = false;

  constructor(faults: readonly Fault[], note: (what: string) => void) {
    this.#note = note;
    for (const fault of faults) {
      if (fault.kind === 'crash' || fault.kind === 'freeze' || fault.kind === 'slow')
        this.#calls.push({ fault, left: 1 });
      else if (fault.kind === 'error') this.#calls.push({ fault, left: fault.times });
    }
    this.#lasting = faults.filter(
      (fault) => fault.kind === 'cut' || fault.kind === 'torn' || fault.kind === 'provider',
    );
  }

  /** From now on nothing fails any more. */
  heal(): void {
    this.#isHealed = true;
  }

  get isHealed(): boolean {
    return this.#isHealed;
  }

  /** The first fault that waits for this call; it is used up. */
  take(actor: string, call: string, atMs: number): CallFault | null {
    if (this.#isHealed) return null;
    const found = this.#calls.find(
      ({ fault, left }) =>
        left > 0 && fault.atMs <= atMs && fault.actor === actor && (fault.on === '*' || call.startsWith(fault.on)),
    );
    if (!found) return null;
    found.left -= 1;
    this.#note(`fault/${found.fault.kind}/${kindOf(found.fault)}`);
    return found.fault;
  }

  isCut(actor: string, atMs: number): boolean {
    return this.#lasts('cut', actor, atMs);
  }

  isTorn(actor: string, atMs: number): boolean {
    return this.#lasts('torn', actor, atMs);
  }

  /** Moods of a provider at an instant, each with its share of the messages. */
  moods(channel: string, atMs: number): readonly { readonly mood: ProviderMood; readonly share: number }[] {
    if (this.#isHealed) return [];
    return this.#lasting.flatMap((fault) =>
      fault.kind === 'provider' && fault.channel === channel && isNow(fault, atMs) ? [fault] : [],
    );
  }

  #lasts(kind: 'cut' | 'torn', actor: string, atMs: number): boolean {
    if (this.#isHealed) return false;
    const found = this.#lasting.some(
      (fault) => fault.kind === kind && 'actor' in fault && fault.actor === actor && isNow(fault, atMs),
    );
    if (found) this.#note(`fault/${kind}`);
    return found;
  }
}

function isNow({ atMs, forMs }: Lasting, nowMs: number): boolean {
  return atMs <= nowMs && nowMs < atMs + forMs;
}

function kindOf(fault: CallFault): string {
  return fault.kind === 'slow' ? fault.way : fault.when;
}
