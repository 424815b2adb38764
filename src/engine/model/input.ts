import type { AcceptedEvent } from './event.ts';
import type { AttemptOutcome, ReceiptStatus } from './message.ts';
import type { MessageReason } from './reason.ts';
import type { ValueMap } from './value.ts';

/** What a user's machine is fed. Timers are not inputs: they are due times in its state. */
export type Input = EventInput | EnrollInput | OutcomeInput | ReceiptInput | ReturnInput | ResumeInput;

export interface EventInput {
  readonly kind: 'event';
  readonly event: AcceptedEvent;
}

/** A manual entry or one by API; `requestId` is its occurrence (R8). */
export interface EnrollInput {
  readonly kind: 'enroll';
  readonly campaign: string;
  readonly user: string;
  readonly requestId: string;
  readonly atMs: number;
  readonly data: ValueMap;
}

/** What became of an attempt of a planned message. */
export interface OutcomeInput {
  readonly kind: 'outcome';
  readonly user: string;
  readonly sendKey: string;
  readonly attempt: number;
  readonly channel: string;
  readonly dispatchedAtMs: number;
  readonly atMs: number;
  readonly outcome: AttemptOutcome;
}

export interface ReceiptInput {
  readonly kind: 'receipt';
  readonly user: string;
  readonly sendKey: string;
  readonly atMs: number;
  readonly status: ReceiptStatus;
}

/** A planned message that delivery could not let out in its window (`stale`, `quiet_hours`, `campaign_paused`, `kill_switch`). */
export interface ReturnInput {
  readonly kind: 'return';
  readonly user: string;
  readonly sendKey: string;
  readonly attempt: number;
  readonly atMs: number;
  readonly reason: MessageReason;
}

/** Wakes sends that a pause held. */
export interface ResumeInput {
  readonly kind: 'resume';
  readonly user: string;
  readonly campaign: string;
  readonly atMs: number;
}
