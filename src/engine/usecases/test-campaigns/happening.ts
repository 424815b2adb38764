import { formatInstant } from '../../kernel/local-time.ts';
import type { SourceRange } from '../../kernel/position.ts';
import type { EndReason, EntryReason, MessageReason } from '../../model/reason.ts';
import type { DecisionRecord } from '../../model/record.ts';
import type { LedgerRow } from '../../ports/state-store.ts';
import type { RefusalCode } from '../../runtime/intake.ts';
import type { World } from './world.ts';

/** One thing that came to pass for a user, at an instant in epoch milliseconds. */
export type Happening = Sent | Ended | Refused | Skipped | Held | Other;

interface Frame {
  readonly atMs: number;
  readonly user: string;
}

export interface Sent extends Frame {
  readonly kind: 'send';
  readonly campaign: string;
  readonly step: string;
  readonly via: string;
  readonly body: string;
}

export interface Ended extends Frame {
  readonly kind: 'end';
  readonly campaign: string;
  readonly reason: EndReason;
  readonly step: string;
  readonly eventId?: string;
}

/** An entry refused by a campaign, or an event refused by intake (then without campaign, with its place). */
export interface Refused extends Frame {
  readonly kind: 'refused';
  readonly campaign?: string;
  readonly reason: EntryReason | RefusalCode;
  readonly eventId: string;
  readonly detail?: string;
  readonly at?: SourceRange;
}

export interface Skipped extends Frame {
  readonly kind: 'skipped';
  readonly campaign: string;
  readonly step: string;
  readonly reason: MessageReason;
  readonly detail?: string;
}

export interface Held extends Frame {
  readonly kind: 'held';
  readonly campaign: string;
  readonly step: string;
  readonly reason: MessageReason;
  readonly untilMs: number | null;
}

/** What no expectation speaks of, and a reader of the timeline wants to know. */
export interface Other extends Frame {
  readonly kind: 'other';
  readonly text: string;
}

/** A user's decision records as happenings, oldest first. */
export function happeningsOf(
  user: string,
  records: readonly DecisionRecord[],
  ledger: ReadonlyMap<string, LedgerRow>,
  channels: World['channels'],
): Happening[] {
  return records.flatMap((record): Happening[] => {
    const frame = { atMs: record.atMs, user };
    switch (record.kind) {
      case 'outcome':
        if (record.outcome.kind !== 'accepted')
          return [
            { ...frame, kind: 'other', text: `${record.channel}: ${record.outcome.kind} (${record.outcome.code})` },
          ];
        return [sent(frame, record.sendKey, record.channel, ledger, channels)];
      case 'ended': {
        const { campaign, reason, step, eventId } = record;
        return [{ ...frame, kind: 'end', campaign, reason, step, ...(eventId === undefined ? {} : { eventId }) }];
      }
      case 'refused': {
        const { campaign, reason, eventId } = record;
        return [{ ...frame, kind: 'refused', campaign, reason, eventId }];
      }
      case 'skipped': {
        const { campaign, step, reason, detail } = record;
        return [{ ...frame, kind: 'skipped', campaign, step, reason, ...(detail === undefined ? {} : { detail }) }];
      }
      case 'held': {
        const { campaign, step, reason, untilMs } = record;
        return [{ ...frame, kind: 'held', campaign, step, reason, untilMs }];
      }
      default:
        return [{ ...frame, kind: 'other', text: otherText(record) }];
    }
  });
}

/** An enrollment may have ended while its message was under way, so the ledger says whose it was. */
function sent(
  frame: Frame,
  sendKey: string,
  via: string,
  ledger: ReadonlyMap<string, LedgerRow>,
  channels: World['channels'],
): Sent {
  const row = ledger.get(sendKey);
  const body = channels.delivered(sendKey)?.body ?? '';
  return { ...frame, kind: 'send', campaign: row?.campaign ?? '', step: row?.step ?? '', via, body };
}

type OtherRecord = Exclude<DecisionRecord, { kind: 'outcome' | 'ended' | 'refused' | 'skipped' | 'held' }>;

function otherText(record: OtherRecord): string {
  switch (record.kind) {
    case 'event':
      return `${record.type} ${record.id}`;
    case 'entered':
      return `enters ${record.campaign} by ${record.eventId}`;
    case 'waiting':
      return `waits at ${record.step}${record.for === undefined ? '' : ` for ${record.for}`} until ${formatInstant(record.untilMs)}`;
    case 'matched':
      return `${record.eventId} matches ${record.step}`;
    case 'branched':
      return `goes from ${record.step} to ${record.next}`;
    case 'set':
      return `sets ${record.attributes.join(', ')} at ${record.step}`;
    case 'emitted':
      return `emits ${record.event} at ${record.step}`;
    case 'redirected':
      return `${record.step} takes ${record.to} instead of ${record.from} (${record.reason})`;
    case 'planned':
      return `${record.step} is handed to ${record.channel}${record.attempt > 1 ? `, attempt ${record.attempt}` : ''}`;
    case 'receipt':
      return `receipt: ${record.status}`;
    case 'note':
      return `note ${record.reason}: ${record.detail}`;
  }
}

/** One line about a happening or an expectation, without its instant and its user. */
export function describe(what: Happening): string {
  switch (what.kind) {
    case 'send':
      return `send ${what.step} via ${what.via}`;
    case 'end':
      return `end ${what.reason}${what.eventId === undefined ? '' : ` by ${what.eventId}`}`;
    case 'refused':
      return `refused ${what.reason}${what.detail === undefined ? '' : ` (${what.detail})`}`;
    case 'skipped':
      return `skipped ${what.step}, ${what.reason}${what.detail === undefined ? '' : ` (${what.detail})`}`;
    case 'held':
      return `held ${what.step}, ${what.reason}${what.untilMs === null ? '' : `, until ${formatInstant(what.untilMs)}`}`;
    case 'other':
      return what.text;
  }
}
