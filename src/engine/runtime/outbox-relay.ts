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
 * elsewhere it is `unknown` (R11).
 */
export interface OutboxRelay {
  /** Settles what an earlier owner of these partitions had in flight; once, after taking them over. */
  recover(): Promise<TurnResult>;
  turn(): Promise<TurnResult>;
}

export function createOutboxRelay(parts: RelayParts): OutboxRelay {
  return { recover: () => recover(parts), turn: () => turn(parts) };
}

async function recover(parts: RelayParts): Promise<TurnResult> {
  const leases = parts.leases();
  const orphans = await parts.store.orphanedSends(parts.channel.name, leases);
  if (orphans.length === 0) return 'idle';
  parts.log.warn('delivery/orphans', { channel: parts.channel.name, count: orphans.length });
  if (parts.channel.deliveryClass === 'I') {
    const nowMs = parts.clock.now();
    return attempt(parts, await parts.store.redispatch(orphans, leases, nowMs), leases);
  }
  const outcome: AttemptOutcome = { kind: 'unknown', code: 'delivery/owner-lost' };
  return settle(
    parts,
    orphans.map((send) => settlementOf(send, outcome, parts.clock.now())),
    leases,
  );
}

async function turn(parts: RelayParts): Promise<TurnResult> {
  const { store, channel, clock } = parts;
  const leases = parts.leases();
  if (leases.length === 0) return 'idle';
  const request = { channel: channel.name, leases, nowMs: clock.now(), limit: parts.definition().concurrency };
  const claim = await store.claimSends(request);
  if (claim === 'fenced') return 'fenced';
  const { claimed, expired } = claim;
  if (expired.length > 0) {
    await store.returnSends(
      expired.map((send) => ({ send, partition: send.partition, input: returnOf(send, 'stale', clock.now()) })),
    );
  }
  if (claimed.length === 0) return expired.length > 0 ? 'worked' : 'idle';
  const stops = await parts.stopBeforeSend(claimed);
  const stopped = claimed.flatMap((send, index) => {
    const reason = stops[index];
    return reason
      ? [{ send, input: returnOf(send, reason, clock.now()), state: 'cancelled' as const, providerId: null }]
      : [];
  });
  if (stopped.length > 0 && (await settle(parts, stopped, leases)) === 'fenced') return 'fenced';
  return attempt(
    parts,
    claimed.filter((_, index) => !stops[index]),
    leases,
  );
}

/** Hands messages to the provider and settles every outcome. A class I message in doubt is repeated, same key and bytes. */
async function attempt(
  parts: RelayParts,
  sends: readonly ClaimedSend[],
  leases: readonly Lease[],
): Promise<TurnResult> {
  const { retry, timeoutMs } = parts.definition();
  let open = sends;
  for (let round = 1; open.length > 0; round += 1) {
    const messages = open.map(({ sendKey, content }) => ({ sendKey, ...content }));
    const outcomes = await parts.channel.send(messages, timeoutMs, parts.cutoff);
    const mayRepeat = parts.channel.deliveryClass === 'I' && round < retry.attempts;
    const done: AttemptSettlement[] = [];
    const doubtful: ClaimedSend[] = [];
    for (const [index, send] of open.entries()) {
      const outcome = outcomes[index] ?? { kind: 'unknown', code: 'delivery/no-outcome' };
      if (outcome.kind === 'unknown' && mayRepeat) doubtful.push(send);
      else done.push(settlementOf(send, outcome, parts.clock.now()));
    }
    if (done.length > 0 && (await settle(parts, done, leases)) === 'fenced') return 'fenced';
    const [first] = doubtful;
    if (first) await parts.clock.sleep(backoffMs(retry, round, first.sendKey, !parts.clock.virtual), parts.stop);
    // Left as they are: the next owner repeats them, same key and bytes.
    if (parts.stop.aborted) return 'worked';
    open = doubtful;
  }
  return 'worked';
}

async function settle(
  { store, clock }: RelayParts,
  settlements: readonly AttemptSettlement[],
  leases: readonly Lease[],
): Promise<TurnResult> {
  return (await store.settle(settlements, leases, clock.now())) === 'fenced' ? 'fenced' : 'worked';
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
