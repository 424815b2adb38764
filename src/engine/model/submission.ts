/** One event as a producer sent it: decoded JSON, or text that is still to be decoded. */
export type SubmittedEvent = { readonly value: unknown } | { readonly text: string };

/** One event of a submission that was not taken. `detail` holds no personal data. */
export interface RefusedEvent {
  /** Place within the submission, from 0. */
  readonly index: number;
  /** The event's own id where it could be read. */
  readonly id: string | null;
  /** Stable code, such as `event/unknown-type`. */
  readonly code: string;
  readonly detail: string;
}
