import type { RefusedEvent, SubmittedEvent } from '../../model/submission.ts';

/** What became of a submission. */
export interface EventsAnswer {
  readonly accepted: number;
  readonly refused: readonly RefusedEvent[];
}

export interface EnrollRequest {
  readonly campaign: string;
  readonly user: string;
  readonly requestId?: string;
  readonly data?: unknown;
}

/** What the server's routes do; each may throw MkaError. */
export interface HttpHandlers {
  /** Durable once resolved. */
  events(events: readonly SubmittedEvent[]): Promise<EventsAnswer>;
  enroll(request: EnrollRequest): Promise<{ readonly requestId: string }>;
  /** Counts a submission that was refused as a whole before it could be read. */
  refuse(code: string): Promise<void>;
  /** Names of what is down; empty when events can be taken and decided. */
  down(): Promise<readonly string[]>;
  metrics(): Promise<{ readonly contentType: string; readonly text: string }>;
}
