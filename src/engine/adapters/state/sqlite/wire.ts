import { MkaError } from '../../../kernel/mka-error.ts';
import type { MessageContent, SendState } from '../../../model/message.ts';
import type { MessageClass } from '../../../model/release.ts';
import type { ClaimedSend, CommitRequest, Lease, UserChange } from '../../../ports/state-store.ts';
import { encodeRecords } from './record-text.ts';
import { encodeState } from './state-text.ts';

/**
 * A commit as it crosses to the database's thread: columns instead of objects, texts already written. Copying text between
 * threads is several times cheaper than copying the objects it stands for.
 */
export interface CommitArgs {
  readonly atMs: number;
  readonly fold: readonly [stream: string, number: number] | null;
  readonly leases: readonly Lease[];
  readonly generation: number;
  readonly users: readonly string[];
  readonly slots: readonly number[];
  readonly partitions: readonly number[];
  readonly dues: readonly (number | null)[];
  /** Null removes the row. */
  readonly states: readonly (string | null)[];
  readonly records: readonly (string | null)[];
  readonly entries: readonly EntryRow[];
  readonly sends: readonly SendRow[];
  readonly cancels: readonly (readonly [user: string, sendKey: string, reason: string])[];
  readonly settles: readonly (readonly [user: string, sendKey: string, state: SendState, reason: string | null])[];
  readonly holds: readonly (readonly [campaign: string, user: string, partition: number])[];
  readonly mail: readonly MailRow[];
  readonly fingerprints: readonly (readonly [key: string, content: string])[];
  readonly consumed: readonly number[];
  readonly counters: readonly (readonly [name: string, by: number])[];
}

export type EntryRow = readonly [
  user: string,
  campaign: string,
  key: string,
  lastEntryAtMs: number,
  enteredAtMs: number,
];
export type MailRow = readonly [partition: number, input: string];

/** The columns of `SEND_COLUMNS`, in their order. */
export type SendRow = readonly [
  sendKey: string,
  user: string,
  campaign: string,
  digest: string,
  messageClass: string,
  step: string,
  channel: string,
  partition: number,
  attempt: number,
  dueAtMs: number,
  notBeforeMs: number,
  notAfterMs: number,
  plannedAtMs: number,
  content: string,
];
/** `SEND_COLUMNS` and the instant of the dispatch. */
export type ClaimedRow = readonly [...SendRow, dispatchedAtMs: number];

export function encodeCommit(request: CommitRequest): CommitArgs {
  const { changes, fold } = request;
  return {
    atMs: request.atMs,
    fold: fold === undefined ? null : [fold.stream, fold.number],
    leases: request.leases,
    generation: request.generation,
    users: changes.map(({ user }) => keyText(user)),
    slots: changes.map(({ slot }) => slot),
    partitions: changes.map(({ partition }) => partition),
    dues: changes.map(({ dueAtMs }) => dueAtMs),
    states: changes.map(({ state }) => (state === null ? null : encodeState(state))),
    records: changes.map(({ records }) => encodeRecords(records)),
    ...encodeEffects(changes),
    fingerprints: request.fingerprints.map(({ key, content }) => [key, content]),
    consumed: request.consumed,
    counters: Object.entries(request.counters),
  };
}

type EncodedEffects = Pick<CommitArgs, 'entries' | 'sends' | 'cancels' | 'settles' | 'holds' | 'mail'>;

function encodeEffects(changes: readonly UserChange[]): EncodedEffects {
  const entries: EntryRow[] = [];
  const sends: SendRow[] = [];
  const cancels: [string, string, string][] = [];
  const settles: [string, string, SendState, string | null][] = [];
  const holds: [string, string, number][] = [];
  const mail: MailRow[] = [];
  for (const change of changes) {
    const { user, partition } = change;
    for (const entry of change.entries) {
      entries.push([user, entry.campaign, keyText(entry.key), entry.lastEntryAtMs, entry.enteredAtMs]);
    }
    for (const send of change.sends) {
      if (send.user !== user) throw new Error(`send ${send.sendKey} stands in the change of another user`);
      sends.push([
        send.sendKey,
        user,
        send.campaign,
        send.digest,
        send.class,
        send.step,
        send.channel,
        partition,
        send.attempt,
        send.dueAtMs,
        send.notBeforeMs,
        send.notAfterMs,
        send.plannedAtMs,
        JSON.stringify(send.content),
      ]);
    }
    for (const { sendKey, reason } of change.cancels) cancels.push([user, sendKey, reason]);
    for (const { sendKey, state, reason } of change.settles) settles.push([user, sendKey, state, reason]);
    for (const campaign of change.pausedBy) holds.push([campaign, user, partition]);
    for (const input of change.mail) mail.push([partition, JSON.stringify(input)]);
  }
  return { entries, sends, cancels, settles, holds, mail };
}

export function decodeClaimed(row: ClaimedRow): ClaimedSend {
  return { ...decodePlanned(row), dispatchedAtMs: row[14] };
}

export function decodePlanned(row: SendRow | ClaimedRow): Omit<ClaimedSend, 'dispatchedAtMs'> {
  return {
    sendKey: row[0],
    user: row[1],
    campaign: row[2],
    digest: row[3],
    class: row[4] as MessageClass,
    step: row[5],
    channel: row[6],
    partition: row[7],
    attempt: row[8],
    dueAtMs: row[9],
    notBeforeMs: row[10],
    notAfterMs: row[11],
    plannedAtMs: row[12],
    content: JSON.parse(row[13]) as MessageContent,
  };
}

/** A lone surrogate has no UTF-8: two such keys would be stored as one. */
export function keyText(text: string): string {
  if (text.isWellFormed()) return text;
  throw new MkaError(
    'store/ill-formed-text',
    'a user id or entry key holds half of a surrogate pair, which is no text',
    {
      hint: 'intake refuses such ids; correct the system that made it',
    },
  );
}
