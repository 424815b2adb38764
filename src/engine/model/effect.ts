import type { Input } from './input.ts';
import type { PlannedSend, SendState } from './message.ts';
import type { DecisionRecord } from './record.ts';
import type { UserState } from './state.ts';

/** Memory of an entry (R4): the last entry of (user, campaign, key). `key` is '' without an entry key. */
export interface EntryMemory {
  readonly campaign: string;
  readonly key: string;
  /** Entry time of the last entry. */
  readonly lastEntryAtMs: number;
  /** Decision instant of the last entry. */
  readonly enteredAtMs: number;
}

/** Everything one decision changes for one user; committed together or not at all. */
export interface Effects {
  /** Null removes the row: nothing live, nothing remembered. */
  readonly state: UserState | null;
  /** When the user next needs a decision by time, epoch milliseconds; null: never. */
  readonly dueAtMs: number | null;
  readonly entries: readonly EntryMemory[];
  /** New outbox rows, or a new attempt of a key whose row exists in a state that allows it. */
  readonly sends: readonly PlannedSend[];
  /** Compare-and-set planned → cancelled; a row already dispatched stays as it is. */
  readonly cancels: readonly { readonly sendKey: string; readonly reason: string }[];
  /** State of a message as the machine sees it from now on, such as `accepted` after a receipt. */
  readonly settles: readonly { readonly sendKey: string; readonly state: SendState; readonly reason: string | null }[];
  /** Campaigns whose pause holds this user, to be woken by a resume. */
  readonly pausedBy: readonly string[];
  /** Inputs for this same user (emitted events). */
  readonly mail: readonly Input[];
  readonly records: readonly DecisionRecord[];
  /** Added to the counters, such as `refused/late_event`. */
  readonly counters: Readonly<Record<string, number>>;
}
