import type { AttemptOutcome, MessageContent } from '../model/message.ts';

/**
 * What a provider promises about a repeated message (R11). I: it knows our key for a window, and drops a repeat;
 * II: an outcome can be looked up by our key; III: neither, so at most one attempt may ever be in doubt.
 */
export type DeliveryClass = 'I' | 'II' | 'III';

export interface OutboundMessage extends MessageContent {
  /** Travels to the provider as its idempotency key. Hex. */
  readonly sendKey: string;
}

/**
 * A provider behind one door.
 * Promises:
 * - `send` resolves with one outcome a message, in the order given; it never rejects; it honours
 *   `signal`, and `deadlineMs`, the time the whole call may take, in milliseconds from the call.
 * - `retry` is given only when surely nothing was sent; whatever is in doubt is `unknown`.
 * - A class I channel that is given a key it has accepted answers `accepted` and does not deliver again.
 * - Outcome codes hold no personal data.
 */
export interface ChannelPort {
  readonly name: string;
  readonly deliveryClass: DeliveryClass;
  /** Connects or opens; throws MkaError `channel/unreachable` when the provider cannot be reached. */
  check(): Promise<void>;
  send(
    messages: readonly OutboundMessage[],
    deadlineMs: number,
    signal: AbortSignal,
  ): Promise<readonly AttemptOutcome[]>;
  close(): Promise<void>;
}
