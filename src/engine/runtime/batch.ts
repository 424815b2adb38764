import type { Input } from '../model/input.ts';
import type { BusDelivery } from '../ports/bus.ts';
import type { EventFingerprint, MailboxItem } from '../ports/state-store.ts';
import { fingerprintOf } from './fingerprint.ts';
import { type BusInput, fromBody } from './publish.ts';

/** What one turn of a worker has taken from its queues and timers. */
export interface Taken {
  readonly mail: readonly MailboxItem[];
  readonly deliveries: readonly BusDelivery[];
  readonly dueUsers: readonly string[];
  /** The instant of the turn: what is due at it, and not behind the watermark, is decided. */
  readonly nowMs: number;
  readonly watermarkMs: number;
}

/** An input's identity beside the input that carries it. */
export interface IdentifiedInput extends EventFingerprint {
  readonly input: BusInput;
}

/** The inputs of a batch by user, in the order they came, and the identities of its events and requests. */
export interface Batch {
  readonly inputs: ReadonlyMap<string, readonly Input[]>;
  readonly identified: readonly IdentifiedInput[];
  /** Deliveries whose body is not an input of mka: damage, for the dead letters. */
  readonly damaged: readonly BusDelivery[];
}

/** Decodes what was taken and groups it by user; users with a timer due are in it without an input. */
export function groupByUser(taken: Taken): Batch {
  const inputs = new Map<string, Input[]>();
  const identified: IdentifiedInput[] = [];
  const damaged: BusDelivery[] = [];
  const add = (input: Input) => {
    const user = input.kind === 'event' ? input.event.user : input.user;
    const own = inputs.get(user);
    if (own) own.push(input);
    else inputs.set(user, [input]);
    if (input.kind === 'event' || input.kind === 'enroll') identified.push({ ...fingerprintOf(input), input });
  };
  for (const { input } of taken.mail) add(input);
  for (const delivery of taken.deliveries) {
    const input = fromBody(delivery.body);
    if (input) add(input);
    else damaged.push(delivery);
  }
  for (const user of taken.dueUsers) if (!inputs.has(user)) inputs.set(user, []);
  return { inputs, identified, damaged };
}

/** What deduplication leaves of a batch (R8). */
export interface Deduplicated {
  readonly fresh: readonly EventFingerprint[];
  /** Inputs that are repeats: without effect. */
  readonly repeats: ReadonlySet<Input>;
  /** Repeats of an identity with other content: first wins. */
  readonly conflicts: ReadonlySet<Input>;
}

/** Splits a batch into first receptions and repeats, given what the store has seen. */
export function deduplicate(identified: readonly IdentifiedInput[], seen: ReadonlyMap<string, string>): Deduplicated {
  const known = new Map(seen);
  const fresh: EventFingerprint[] = [];
  const repeats = new Set<Input>();
  const conflicts = new Set<Input>();
  for (const { key, content, input } of identified) {
    const first = known.get(key);
    if (first === undefined) {
      known.set(key, content);
      fresh.push({ key, content });
    } else {
      repeats.add(input);
      if (first !== content) conflicts.add(input);
    }
  }
  return { fresh, repeats, conflicts };
}
