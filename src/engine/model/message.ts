import type { MessageClass } from './release.ts';

/**
 * States of a message in the ledger. `planned → dispatching` is written before the first byte;
 * `dispatching` without an answer becomes `unknown`, never `planned` again (R11).
 */
export type SendState = 'planned' | 'dispatching' | 'accepted' | 'rejected' | 'retry' | 'unknown' | 'cancelled';

/** What is handed to a provider. Addresses and content are personal data: never logged. */
export interface MessageContent {
  readonly address: string;
  readonly subject?: string;
  readonly body: string;
}

/** A message decided by the user's machine, as it goes into the outbox. One row a send key. */
export interface PlannedSend {
  /** Hex SHA-256 of (project, env, campaign, user, occurrence, step, visit) (R8). */
  readonly sendKey: string;
  readonly user: string;
  readonly campaign: string;
  readonly digest: string;
  readonly class: MessageClass;
  readonly step: string;
  readonly channel: string;
  /** 1 for the first attempt of this key on any channel; rises with every further one. */
  readonly attempt: number;
  readonly dueAtMs: number;
  /** Valid in [notBeforeMs, notAfterMs); outside it the message returns to its user. */
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  readonly plannedAtMs: number;
  readonly content: MessageContent;
}

/** What became of one attempt (R11). `code` is the provider's or the adapter's word, without personal data. */
export type AttemptOutcome =
  | { readonly kind: 'accepted'; readonly providerId?: string }
  | { readonly kind: 'rejected'; readonly code: string; readonly detail?: string }
  | { readonly kind: 'retry'; readonly code: string; readonly detail?: string; readonly retryAfterMs?: number }
  | { readonly kind: 'unknown'; readonly code: string; readonly detail?: string };

/** What a provider later says of a message it took, or of one whose outcome is unknown. */
export type ReceiptStatus = 'delivered' | 'undelivered' | 'accepted';
