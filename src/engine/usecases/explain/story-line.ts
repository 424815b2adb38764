import { formatInstant } from '../../kernel/local-time.ts';
import type { AttemptOutcome } from '../../model/message.ts';
import type { DecisionRecord } from '../../model/record.ts';
import type { Release } from '../../model/release.ts';
import type { ValueMap } from '../../model/value.ts';
import type { Places, RecordPlace } from './places.ts';
import type { Shown } from './shown.ts';

/** One decision record for a reader. */
export interface StoryLine extends RecordPlace {
  readonly atMs: number;
  readonly kind: DecisionRecord['kind'];
  readonly rule: string;
  readonly reason: string | null;
  readonly campaign: string | null;
  readonly step: string | null;
  readonly text: string;
  /** Data of an event, masked. */
  readonly data?: ValueMap;
}

/** A record with its place, in words. */
export function storyLine(record: DecisionRecord, release: Release, places: Places, shown: Shown): StoryLine {
  const { atMs, kind, rule } = record;
  return {
    ...{ atMs, kind, rule },
    reason: reasonOf(record),
    campaign: 'campaign' in record ? record.campaign || null : null,
    step: 'step' in record ? record.step || null : null,
    text: textOf(record, release),
    ...places.of(record),
    ...(record.kind === 'event' ? { data: shown.eventData(record.type, record.data) } : {}),
  };
}

function reasonOf(record: DecisionRecord): string | null {
  if (record.kind === 'outcome') return record.outcome.kind;
  return 'reason' in record ? record.reason : null;
}

function textOf(record: DecisionRecord, release: Release): string {
  switch (record.kind) {
    case 'event':
      return `event ${record.type} ${record.id} from ${record.source}, occurred ${formatInstant(record.occurredAtMs)}`;
    case 'entered':
      return `entered by ${record.eventId}; entry time ${formatInstant(record.entryAtMs)}`;
    case 'refused':
      return `not entered by ${record.eventId}: ${record.reason}${audienceOf(record, release)}`;
    case 'waiting':
      return `waits${record.for === undefined ? '' : ` for ${record.for}`} until ${formatInstant(record.untilMs)}`;
    case 'matched':
      return `the wait is over: ${record.eventId} matched`;
    case 'branched':
      return `branch taken, next is ${record.next}`;
    case 'set':
      return `set ${record.attributes.join(', ')}`;
    case 'emitted':
      return `emitted ${record.event}`;
    case 'held':
      return `held: ${record.reason}${record.untilMs === null ? '' : ` until ${formatInstant(record.untilMs)}`}`;
    case 'redirected':
      return `${record.from} is passed over (${record.reason}), next channel is ${record.to}`;
    case 'planned':
      return `message planned on ${record.channel}, attempt ${record.attempt}`;
    case 'skipped':
      return `no message${on(record.channel)}: ${record.reason}${because(record.detail)}`;
    case 'outcome':
      return `${record.channel} answered ${outcomeText(record.outcome)}, attempt ${record.attempt}`;
    case 'receipt':
      return `receipt: ${record.status}`;
    case 'ended':
      return `ended: ${record.reason}${record.eventId === undefined ? '' : ` by ${record.eventId}`}${record.cancelled === undefined ? '' : '; its planned message is cancelled'}`;
    case 'note':
      return `note: ${record.reason}, ${record.detail}`;
  }
}

function audienceOf(
  { campaign, reason }: Extract<DecisionRecord, { kind: 'refused' }>,
  { campaigns }: Release,
): string {
  const audience = Object.hasOwn(campaigns, campaign) ? campaigns[campaign]?.audience : undefined;
  return reason === 'not_eligible' && audience !== undefined ? `; audience is ${audience}` : '';
}

function outcomeText(outcome: AttemptOutcome): string {
  if (outcome.kind === 'accepted') return 'accepted';
  return `${outcome.kind} (${outcome.code})`;
}

function on(channel: string | undefined): string {
  return channel === undefined ? '' : ` on ${channel}`;
}

function because(detail: string | undefined): string {
  return detail === undefined ? '' : ` (${detail})`;
}
