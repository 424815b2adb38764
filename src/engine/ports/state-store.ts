import type { Effects, EntryMemory } from '../model/effect.ts';
import type { Input } from '../model/input.ts';
import type { PlannedSend, SendState } from '../model/message.ts';
import type { DecisionRecord } from '../model/record.ts';
import type { ReleaseBundle } from '../model/release.ts';
import type { UserState } from '../model/state.ts';

/**
 * A right to write for one resource (`engine/07`, `delivery/07`); `epoch` rises with each change of holder. `holder` names
 * one run of one process, never the machine: what an earlier run left behind must be seen as another's.
 */
export interface Lease {
  readonly resource: string;
  readonly holder: string;
  readonly epoch: number;
  readonly expiresAtMs: number;
}

/** Who folds the users of a partition, and who delivers their messages. */
export type LeaseRole = 'engine' | 'delivery';

/** Resource whose lease gives a role its right to a partition. */
export function leaseResource(role: LeaseRole, partition: number): string {
  return `${role}/${String(partition).padStart(2, '0')}`;
}

/** The partition that a lease's resource stands for, null when it stands for something else. */
export function partitionOfLease(resource: string): number | null {
  const digits = /^(?:engine|delivery)\/(\d+)$/.exec(resource)?.[1];
  return digits === undefined ? null : Number(digits);
}

/** A row of the mailbox: an input that the store itself keeps for a partition (outcomes, receipts, resumes, emitted events). */
export interface MailboxItem {
  readonly id: number;
  readonly partition: number;
  readonly input: Input;
}

/** Names an event for deduplication: 16 bytes of SHA-256 over (source, id), and 8 over its content, both hex (R8). */
export interface EventFingerprint {
  readonly key: string;
  readonly content: string;
}

export interface LoadRequest {
  readonly users: readonly string[];
  readonly fingerprints: readonly string[];
  readonly entries: readonly { readonly user: string; readonly campaign: string; readonly key: string }[];
}

export interface LoadResult {
  /** Users without a row are absent. */
  readonly users: ReadonlyMap<string, UserState>;
  /** Fingerprint key → content hash of the first reception. */
  readonly seen: ReadonlyMap<string, string>;
  /** By user. */
  readonly entries: ReadonlyMap<string, readonly EntryMemory[]>;
}

/** What one fold changes for one user, with the place of its rows. */
export interface UserChange extends Omit<Effects, 'counters'> {
  readonly user: string;
  readonly slot: number;
  readonly partition: number;
}

export interface CommitRequest {
  readonly atMs: number;
  /**
   * Names this fold, so that the same request may be sent again when its answer was lost: `stream` is a serial writer
   * (one loop of one run of a process), `number` rises with each of its folds. Absent: never sent again.
   */
  readonly fold?: { readonly stream: string; readonly number: number };
  /** Leases under which the batch was folded, one for the partition of every change; under a lost one nothing changes. */
  readonly leases: readonly Lease[];
  /** Activation under which it was folded. */
  readonly generation: number;
  readonly changes: readonly UserChange[];
  readonly fingerprints: readonly EventFingerprint[];
  /** Mailbox rows consumed. */
  readonly consumed: readonly number[];
  /** Added to persistent counters (`refused/late_event`, `conflict`). */
  readonly counters: Readonly<Record<string, number>>;
}

export type CommitResult =
  | { readonly kind: 'committed' }
  /** A lease was lost: drop everything and take over anew. */
  | { readonly kind: 'fenced' }
  /** Another release became active: fold the batch again under it. */
  | { readonly kind: 'generation' }
  /** An event of the batch or a mailbox row was applied already by another commit: load and fold again. */
  | { readonly kind: 'stale' }
  /** These send keys exist already: fold again knowing them. */
  | { readonly kind: 'duplicateSendKeys'; readonly keys: readonly string[] };

/** An outbox row claimed for an attempt; the ledger holds it as `dispatching` before this is returned. */
export interface ClaimedSend extends PlannedSend {
  readonly partition: number;
  readonly dispatchedAtMs: number;
}

/** A message's row in the ledger, as `explain` and `verify` read it. */
export interface LedgerRow {
  readonly sendKey: string;
  readonly user: string;
  readonly campaign: string;
  readonly step: string;
  readonly channel: string;
  readonly state: SendState;
  readonly reason: string | null;
  readonly attempt: number;
  readonly dueAtMs: number;
  readonly plannedAtMs: number;
  readonly dispatchedAtMs: number | null;
  readonly settledAtMs: number | null;
  readonly providerId: string | null;
}

/** Run-time switch on a campaign: [pausedAtMs, until or resume). */
export interface CampaignPause {
  readonly campaign: string;
  readonly pausedAtMs: number;
  readonly reason: string;
  readonly actor: string;
  /** Epoch milliseconds at which it ends by itself; null: until resumed. */
  readonly untilMs: number | null;
}

/** What is decided about one claimed attempt. `settled` rows are also posted to their user's mailbox as inputs. */
export interface AttemptSettlement {
  readonly send: ClaimedSend;
  readonly input: Input;
  readonly state: SendState;
  readonly providerId: string | null;
}

export interface ActiveRelease {
  readonly generation: number;
  readonly digest: string;
  readonly activatedAtMs: number;
}

export interface StoreStatus {
  readonly users: number;
  readonly due: number;
  readonly mailbox: number;
  readonly sends: Readonly<Record<string, number>>;
  readonly outbox: Readonly<Record<string, number>>;
  readonly counters: Readonly<Record<string, number>>;
  readonly leases: readonly Lease[];
}

/**
 * The truth. Promises:
 * - Every method is one transaction: all or nothing, durable once resolved, serialisable with the others.
 * - `commit` checks all its leases (holder, epoch, not expired at `atMs`) and the generation inside its transaction.
 * - `commit` takes every fingerprint and every mailbox row once: if one of them was taken already the answer is `stale` and
 *   nothing changes. A request whose `fold` was committed already is answered `committed` and changes nothing.
 * - Within one change cancels apply first, then settles, then sends. `settles` leaves planned, dispatching and accepted
 *   rows alone, and never makes an unknown one cancelled.
 * - A hold by a pause that has ended meanwhile is answered at once by a `resume` input.
 * - The content of a message (its address) is kept while it may still be needed: planned, dispatching, retry, unknown.
 * - A send key is unique; `commit` never makes a second row. A further attempt of an existing key is accepted only when
 *   its row is `retry`, `rejected`, `unknown` or `cancelled`, and then replaces channel, attempt, window and content.
 * - `claimSends` moves rows planned → dispatching and is durable before it resolves; rows outside their window are not
 *   claimed but returned as `expired`. Two callers never get the same row.
 * - Keys compare by bytes; times are epoch milliseconds; text is UTF-8 without loss.
 * - Failures to reach or write the store throw MkaError `store/unavailable`; nothing was changed then, or the whole was
 *   (`commit applied, answer lost`), and folding again from what is stored is safe.
 */
export interface StateStore {
  migrate(): Promise<void>;
  /** Takes a free or expired lease, or renews one that is held by `holder` (same epoch); null when another holds it. */
  acquireLease(resource: string, holder: string, ttlMs: number, nowMs: number): Promise<Lease | null>;
  /** Same for many in one transaction; the ones obtained. */
  acquireLeases(resources: readonly string[], holder: string, ttlMs: number, nowMs: number): Promise<readonly Lease[]>;
  releaseLeases(leases: readonly Lease[]): Promise<void>;

  load(request: LoadRequest): Promise<LoadResult>;
  commit(request: CommitRequest): Promise<CommitResult>;
  /** Users with a due time at or before `beforeMs`, earliest first. */
  dueUsers(partitions: readonly number[], beforeMs: number, limit: number): Promise<readonly string[]>;
  /** Earliest due time of these partitions, null without one. */
  nextDueAt(partitions: readonly number[]): Promise<number | null>;
  mailbox(partitions: readonly number[], limit: number): Promise<readonly MailboxItem[]>;
  /** Posts inputs from outside a fold (receipts). */
  post(items: readonly { readonly partition: number; readonly input: Input }[]): Promise<void>;

  /** Claims up to `limit` sendable rows of a channel in the partitions of these leases. */
  claimSends(request: {
    readonly channel: string;
    readonly leases: readonly Lease[];
    readonly nowMs: number;
    readonly limit: number;
  }): Promise<
    | {
        readonly claimed: readonly ClaimedSend[];
        readonly expired: readonly (PlannedSend & { readonly partition: number })[];
      }
    | 'fenced'
  >;
  /** Rows left `dispatching` under an older epoch of these partitions: what a dead owner had in flight. */
  orphanedSends(channel: string, leases: readonly Lease[]): Promise<readonly ClaimedSend[]>;
  /**
   * Rows `dispatching` under the present epoch of these leases: in flight with their holder, or taken by a `claimSends` or
   * `redispatch` whose answer was lost. Only the holder can tell which.
   */
  claimedSends(channel: string, leases: readonly Lease[]): Promise<readonly ClaimedSend[]>;
  /**
   * Takes orphans of a class I channel into the present epoch for the same key and bytes, durable before it resolves; the
   * ones obtained, none under a lost lease. `dispatchedAtMs` stays that of the first dispatch: the provider's window counts
   * from there.
   */
  redispatch(sends: readonly ClaimedSend[], leases: readonly Lease[], nowMs: number): Promise<readonly ClaimedSend[]>;
  /**
   * Writes outcomes into the ledger and posts them to their users; an attempt that is not `dispatching` any more, or not
   * this one (number, dispatch instant), is left alone and posts nothing. State `cancelled` with a `return` input gives
   * back what was claimed and not sent.
   */
  settle(
    settlements: readonly AttemptSettlement[],
    leases: readonly Lease[],
    nowMs: number,
  ): Promise<'settled' | 'fenced'>;
  /** Compare-and-set planned → cancelled for this attempt; posts the `return` input of the rows it changed. */
  returnSends(
    returns: readonly { readonly send: PlannedSend; readonly partition: number; readonly input: Input }[],
  ): Promise<void>;
  /** Earliest `notBefore` of planned rows, null without one. */
  nextSendAt(partitions: readonly number[]): Promise<number | null>;
  /** Planned and dispatching rows by channel. */
  backlog(): Promise<Readonly<Record<string, number>>>;

  saveRelease(bundle: ReleaseBundle): Promise<void>;
  loadRelease(digest: string): Promise<ReleaseBundle | null>;
  /** Compare-and-set of the active release, which must have been saved; null when `expected` is not the active generation (0: none yet). */
  activate(digest: string, expected: number, nowMs: number): Promise<ActiveRelease | null>;
  activeRelease(): Promise<ActiveRelease | null>;
  /** Digest of a campaign definition → the release that holds it, for pinned enrollments. */
  releaseOfCampaign(campaignDigest: string): Promise<string | null>;

  pause(pause: CampaignPause): Promise<void>;
  /**
   * Ends a pause; posts a resume input for every user it holds, in bounded batches. False when it was not paused. With
   * `untilMs` only the pause that ends by itself at that instant, so that one set meanwhile stays.
   */
  resume(campaign: string, nowMs: number, untilMs?: number): Promise<boolean>;
  pauses(): Promise<readonly CampaignPause[]>;

  records(user: string): Promise<readonly DecisionRecord[]>;
  userState(user: string): Promise<UserState | null>;
  ledger(filter: {
    readonly user?: string;
    readonly campaign?: string;
    readonly state?: SendState;
  }): Promise<readonly LedgerRow[]>;
  addCounters(counters: Readonly<Record<string, number>>): Promise<void>;
  /**
   * Forgets fingerprints taken before `nowMs - horizonMs`. Each call looks at the next `limit` of them in turn, so 0 does not
   * mean that none is left; how many it removed.
   */
  sweep(nowMs: number, horizonMs: number, limit: number): Promise<number>;
  status(nowMs: number): Promise<StoreStatus>;
  close(): Promise<void>;
}
