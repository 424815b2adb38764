import type { AttemptOutcome } from './message.ts';
import type { EndReason, EntryReason, MessageReason, NoteReason } from './reason.ts';
import type { ValueMap } from './value.ts';

/**
 * A decision record (R17): why something happened or did not. Written in the transaction of the decision.
 * `atMs` is the instant of the decision; `rule` names the rule of semantics.md.
 */
export type DecisionRecord = { readonly atMs: number; readonly rule: string } & (
  | {
      readonly kind: 'event';
      readonly source: string;
      readonly id: string;
      readonly type: string;
      readonly occurredAtMs: number;
      readonly receivedAtMs: number;
      readonly data: ValueMap;
    }
  | {
      readonly kind: 'entered';
      readonly campaign: string;
      readonly digest: string;
      readonly release: string;
      readonly enrollment: string;
      readonly entryAtMs: number;
      readonly eventId: string;
    }
  | {
      readonly kind: 'refused';
      readonly campaign: string;
      readonly reason: EntryReason;
      readonly eventId: string;
      readonly release: string;
    }
  | {
      readonly kind: 'waiting';
      readonly campaign: string;
      readonly enrollment: string;
      readonly step: string;
      readonly untilMs: number;
      readonly for?: string;
    }
  | {
      readonly kind: 'matched';
      readonly campaign: string;
      readonly enrollment: string;
      readonly step: string;
      readonly eventId: string;
    }
  | {
      readonly kind: 'branched';
      readonly campaign: string;
      readonly enrollment: string;
      readonly step: string;
      readonly next: string;
    }
  | {
      readonly kind: 'set';
      readonly campaign: string;
      readonly enrollment: string;
      readonly step: string;
      readonly attributes: readonly string[];
    }
  | {
      readonly kind: 'emitted';
      readonly campaign: string;
      readonly enrollment: string;
      readonly step: string;
      readonly event: string;
    }
  | {
      readonly kind: 'held';
      readonly campaign: string;
      readonly enrollment: string;
      readonly step: string;
      readonly reason: MessageReason;
      readonly untilMs: number | null;
    }
  | {
      readonly kind: 'redirected';
      readonly campaign: string;
      readonly enrollment: string;
      readonly step: string;
      readonly from: string;
      readonly to: string;
      readonly reason: MessageReason;
    }
  | {
      readonly kind: 'planned';
      readonly campaign: string;
      readonly enrollment: string;
      readonly step: string;
      readonly channel: string;
      readonly attempt: number;
      readonly sendKey: string;
    }
  | {
      readonly kind: 'skipped';
      readonly campaign: string;
      readonly enrollment: string;
      readonly step: string;
      readonly reason: MessageReason;
      readonly channel?: string;
      readonly detail?: string;
    }
  | {
      readonly kind: 'outcome';
      readonly campaign: string;
      readonly enrollment: string;
      readonly step: string;
      readonly channel: string;
      readonly attempt: number;
      readonly sendKey: string;
      readonly outcome: AttemptOutcome;
    }
  | { readonly kind: 'receipt'; readonly sendKey: string; readonly status: string }
  | {
      readonly kind: 'ended';
      readonly campaign: string;
      readonly enrollment: string;
      readonly reason: EndReason;
      readonly step: string;
      readonly eventId?: string;
      readonly cancelled?: string;
    }
  | { readonly kind: 'note'; readonly reason: NoteReason; readonly campaign?: string; readonly detail: string }
);
