import type { AcceptedEvent } from './event.ts';
import type { MessageReason } from './reason.ts';
import type { ValueMap } from './value.ts';

/** Version of the stored encoding; a reader upcasts older ones (architecture rule 10). */
export const USER_STATE_VERSION = 1;

/** One user's machine. Absent from the store is `emptyUserState`. Instants are epoch milliseconds. */
export interface UserState {
  readonly v: typeof USER_STATE_VERSION;
  /** Written by `set` steps, read as `user.<name>`. */
  readonly attributes: ValueMap;
  readonly live: readonly Enrollment[];
  /** Events that an open or coming wait or exit may still match (R5, R6), oldest first. */
  readonly recent: readonly AcceptedEvent[];
}

export const EMPTY_USER_STATE: UserState = { v: USER_STATE_VERSION, attributes: {}, live: [], recent: [] };

/** One user in one campaign. */
export interface Enrollment {
  /** Unique within the user: campaign, entry key and entry number. */
  readonly id: string;
  readonly campaign: string;
  /** Digest of the campaign definition it is pinned to (R13). */
  readonly digest: string;
  readonly key: string | null;
  /** Part of every send key (R8). */
  readonly occurrence: string;
  /** Entry time (R4); also the base of `from: entry`. */
  readonly entryAtMs: number;
  /** The triggering event or the parameters, as `entry.data`. */
  readonly entry: ValueMap;
  /** Id of the triggering event or of the request. */
  readonly entryEventId: string;
  /** Source of the triggering event; empty for a manual entry. */
  readonly entrySource: string;
  /** How often each step was reached, for steps that send or emit (R8: the visit). */
  readonly visits: Readonly<Record<string, number>>;
  readonly position: Position;
}

/** Where an enrollment stands. `dueAtMs` is when it next needs a decision by time. */
export type Position = WaitPosition | WaitForPosition | HeldPosition | SendPosition;

export interface WaitPosition {
  readonly kind: 'wait';
  readonly step: string;
  readonly dueAtMs: number;
}

export interface WaitForPosition {
  readonly kind: 'waitFor';
  readonly step: string;
  readonly dueAtMs: number;
}

/** Stands before a step that a pause keeps from being taken (R14). */
export interface HeldPosition {
  readonly kind: 'held';
  readonly step: string;
  readonly dueAtMs: number;
}

/**
 * A send step under way.
 * - `pending`: waits for a decision at or after `dueAtMs` (just reached, quiet hours, retry, channel backlog, pause)
 * - `planned`: in the outbox; only an outcome or a return moves it
 * - `receipt`: outcome unknown, a receipt may settle it until `dueAtMs`
 */
export interface SendPosition {
  readonly kind: 'send';
  readonly step: string;
  readonly phase: 'pending' | 'planned' | 'receipt';
  readonly sendKey: string;
  readonly visit: number;
  /** When the message was due (R7); staleness counts from here. */
  readonly messageDueAtMs: number;
  /** Null while nothing but an input can move it. */
  readonly dueAtMs: number | null;
  /** Index into `via` of the channel being tried. */
  readonly channel: number;
  /** Attempts made on that channel. */
  readonly attempts: number;
  /** Times it was put into the outbox, over all channels: the number of its latest attempt. */
  readonly plans: number;
  /** Why it waits, for explain. */
  readonly heldBy?: MessageReason;
  /** Reason of the last channel considered. */
  readonly lastReason?: MessageReason;
  /** The outcome of an attempt was never known: whatever follows, the message may have been delivered (R11). */
  readonly inDoubt?: true;
}
