import { backoffMs } from '../messages/backoff.ts';
import type { Input } from '../model/input.ts';
import type { AttemptOutcome, SendState } from '../model/message.ts';
import type { MessageReason } from '../model/reason.ts';
import type { ChannelDefinition } from '../model/release.ts';
import type { ChannelPort } from '../ports/channel.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { AttemptSettlement, ClaimedSend, Lease, StateStore } from '../ports/state-store.ts';
import type { TurnResult } from './partition-worker.ts';

/** What the relay of one channel works with. */
export interface RelayParts {
  readonly store: StateStore;
  readonly channel: ChannelPort;
  readonly definition: () => ChannelDefinition;
  readonly clock: Clock;
  readonly log: Log;
  readonly leases: () => readonly Lease[];
  /** Reason that stops a claimed message just before its first byte (pause, list, consent), null when it may go. */
  readonly stopBeforeSend: (sends: readonly ClaimedSend[]) => Promise<readonly (MessageReason | null)[]>;
  /** Nothing new is begun once it aborts; what is under way is finished. */
  readonly stop: AbortSignal;
  /** Ends attempts under way: the right to write their outcome is lost. */
  readonly cutoff: AbortSignal;
}

/**
 * Delivery of one channel: claim (on disk as `dispatching`) → last checks → attempt → outcome into the ledger and back
 * to the user. An attempt left without an outcome by a crash is repeated only where the provider drops repeats (class I);
 * elsewhere it is `unknown` (R11). A turn that fails half-way loses nothing: the next one goes on where it stopped.
 */
export interface OutboxRelay {
  /** Settles what an earlier owner of these partitions had in flight; once, after taking them over. */
  recover(): Promise<TurnResult>;
  turn(): Promise<TurnResult>;
}

/** What a turn that failed has left for the next one. */
interface Unfinished {
  /** Claimed, and not a byte of them sent. */
  unsent: readonly ClaimedSend[];
  /** Of a class I channel: attempts in doubt, to be repeated. */
  doubtful: readonly ClaimedSend[];
  /** Outcomes that are not in the ledger yet. */
  unsettled: readonly AttemptSettlement[];
  /** True while the answer to a claim is outstanding: what it took is in the ledger alone. */
  isClaimOpen: boolean;
}

export function createOutboxRelay(parts: RelayParts): OutboxRelay {
  const left: Unfinished = { unsent: [], doubtful: [], unsettled: [], isClaimOpen: false };
  return { recover: () => recover(parts, left), turn: () => turn(parts, left) };
}

async function recover(parts: RelayParts, left: Unfinished): Promise<TurnResult> {
  const { store, channel, clock } = parts;
  const leases = parts.leases();
  const orphans = await store.orphanedSends(channel.name, leases);
  // Of this epoch: an earlier session of this run was cut off, or took orphans and never heard that it did.
  const own = await store.claimedSends(channel.name, leases);
  if (orphans.length + own.length === 0) return 'idle';
  parts.log.warn('delivery/orphans', { channel: channel.name, count: orphans.length + own.length });
  if (channel.deliveryClass === 'I') {
    const taken = orphans.length === 0 ? [] : await store.redispatch(orphans, leases, clock.now());
    left.doubtful = [...own, ...taken];
    return repeat(parts, left, leases, 1);
  }
  const outcome: AttemptOutcome = { kind: 'unknown', code: 'delivery/owner-lost' };
  left.unsettled = [...own, ...orphans].map((send) => settlementOf(send, outcome, clock.now()));
  return settleAll(parts, left, leases);
}

async function turn(parts: RelayParts, left: Unfinished): Promise<TurnResult> {
  const { store, channel, clock } = parts;
  const leases = parts.leases();
  if (leases.length === 0) return 'idle';
  if (left.unsettled.length > 0) return settleAll(parts, left, leases);
  if (left.doubtful.length > 0) return repeat(parts, left, leases, 1);
  if (left.isClaimOpen) {
    left.unsent = await store.claimedSends(channel.name, leases);
    left.isClaimOpen = false;
  }
  let hasReturned = false;
  if (left.unsent.length === 0) {
    const request = { channel: channel.name, leases, nowMs: clock.now(), limit: parts.definition().concurrency };
    left.isClaimOpen = true;
    const claim = await store.claimSends(request);
    left.isClaimOpen = false;
    if (claim === 'fenced') return 'fenced';
    left.unsent = claim.claimed;
    hasReturned = claim.expired.length > 0;
    if (hasReturned) {
      await store.returnSends(
        claim.expired.map((send) => ({ send, partition: send.partition, input: returnOf(send, 'stale', clock.now()) })),
      );
    }
  }
  if (left.unsent.length === 0) return hasReturned ? 'worked' : 'idle';
  return deliver(parts, left, leases);
}

/** The last checks, and the attempt of what passes them. */
async function deliver(parts: RelayParts, left: Unfinished, leases: readonly Lease[]): Promise<TurnResult> {
  const claimed = left.unsent;
  const { reasons, nowMs } = await lastChecks(parts, claimed);
  left.unsettled = claimed.flatMap((send, index) => {
    const reason = reasons[index];
    return reason
      ? [{ send, input: returnOf(send, reason, nowMs), state: 'cancelled' as const, providerId: null }]
      : [];
  });
  left.unsent = claimed.filter((_, index) => !reasons[index]);
  if (left.unsettled.length > 0 && (await settleAll(parts, left, leases)) === 'fenced') return 'fenced';
  const open = left.unsent;
  left.unsent = [];
  return attempt(parts, left, open, leases, 1, false);
}

/** An attempt in doubt is repeated only while its message may still go; what must not go any more stays in doubt. */
async function repeat(
  parts: RelayParts,
  left: Unfinished,
  leases: readonly Lease[],
  round: number,
): Promise<TurnResult> {
  const sends = left.doubtful;
  const { reasons, nowMs } = await lastChecks(parts, sends);
  const outcome: AttemptOutcome = { kind: 'unknown', code: 'delivery/not-repeated' };
  left.unsettled = sends.flatMap((send, index) => (reasons[index] ? [settlementOf(send, outcome, nowMs)] : []));
  left.doubtful = sends.filter((_, index) => !reasons[index]);
  if (left.unsettled.length > 0 && (await settleAll(parts, left, leases)) === 'fenced') return 'fenced';
  return attempt(parts, left, left.doubtful, leases, round, true);
}

/** What stops each message just before its first byte: the checks that are never pinned, and its window. */
async function lastChecks(
  { clock, stopBeforeSend }: RelayParts,
  sends: readonly ClaimedSend[],
): Promise<{ readonly reasons: readonly (MessageReason | null)[]; readonly nowMs: number }> {
  const stops = await stopBeforeSend(sends);
  const nowMs = clock.now();
  return { reasons: sends.map((send, index) => stops[index] ?? (nowMs >= send.notAfterMs ? 'stale' : null)), nowMs };
}

/** Hands messages to the provider and settles every outcome. A class I message in doubt is repeated, same key and bytes. */
async function attempt(
  parts: RelayParts,
  left: Unfinished,
  sends: readonly ClaimedSend[],
  leases: readonly Lease[],
  round: number,
  wasInDoubt: boolean,
): Promise<TurnResult> {
  const { retry, timeoutMs } = parts.definition();
  if (sends.length === 0) return 'worked';
  const messages = sends.map(({ sendKey, content }) => ({ sendKey, ...content }));
  const outcomes = await parts.channel.send(messages, timeoutMs, parts.cutoff);
  const mayRepeat = parts.channel.deliveryClass === 'I' && round < retry.attempts;
  const doubtful: ClaimedSend[] = [];
  left.unsettled = sends.flatMap((send, index) => {
    const outcome = stillInDoubt(outcomes[index], wasInDoubt);
    if (outcome.kind !== 'unknown' || !mayRepeat) return [settlementOf(send, outcome, parts.clock.now())];
    doubtful.push(send);
    return [];
  });
  left.doubtful = doubtful;
  if (left.unsettled.length > 0 && (await settleAll(parts, left, leases)) === 'fenced') return 'fenced';
  const [first] = doubtful;
  if (!first) return 'worked';
  await parts.clock.sleep(backoffMs(retry, round, first.sendKey, !parts.clock.virtual), parts.stop);
  // Left as they are: the next owner repeats them, same key and bytes.
  return parts.stop.aborted ? 'worked' : repeat(parts, left, leases, round + 1);
}

/** A repeat that did not get through says nothing of the attempt before it. */
function stillInDoubt(outcome: AttemptOutcome | undefined, wasInDoubt: boolean): AttemptOutcome {
  if (outcome === undefined) return { kind: 'unknown', code: 'delivery/no-outcome' };
  return wasInDoubt && outcome.kind === 'retry' ? { kind: 'unknown', code: outcome.code } : outcome;
}

/** Writes outcomes into the ledger; until the store has taken them they are kept. */
async function settleAll(parts: RelayParts, left: Unfinished, leases: readonly Lease[]): Promise<TurnResult> {
  const result = await parts.store.settle(left.unsettled, leases, parts.clock.now());
  if (result === 'fenced') return 'fenced';
  left.unsettled = [];
  return 'worked';
}

function settlementOf(send: ClaimedSend, outcome: AttemptOutcome, atMs: number): AttemptSettlement {
  const { user, sendKey, channel, dispatchedAtMs } = send;
  const input: Input = {
    kind: 'outcome',
    user,
    sendKey,
    attempt: send.attempt,
    channel,
    dispatchedAtMs,
    atMs,
    outcome,
  };
  const providerId = outcome.kind === 'accepted' ? (outcome.providerId ?? null) : null;
  return { send, input, state: outcome.kind satisfies SendState, providerId };
}

function returnOf(
  send: { readonly user: string; readonly sendKey: string; readonly attempt: number },
  reason: MessageReason,
  atMs: number,
): Extract<Input, { kind: 'return' }> {
  return { kind: 'return', user: send.user, sendKey: send.sendKey, attempt: send.attempt, atMs, reason };
}
