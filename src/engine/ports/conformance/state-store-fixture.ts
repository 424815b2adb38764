import type { EntryMemory } from '../../model/effect.ts';
import type { Input } from '../../model/input.ts';
import type { PlannedSend } from '../../model/message.ts';
import type { DecisionRecord } from '../../model/record.ts';
import type { Release, ReleaseBundle } from '../../model/release.ts';
import { EMPTY_USER_STATE, type UserState } from '../../model/state.ts';
import {
  type ClaimedSend,
  type CommitRequest,
  type CommitResult,
  type Lease,
  type LeaseRole,
  leaseResource,
  type StateStore,
  type UserChange,
} from '../state-store.ts';
import { same, truth } from './claims.ts';

/** What not every store can show; a case that needs more is reported as skipped. */
export type StateStoreNeed = 'durable' | 'shared';

/** An empty store, already migrated. */
export interface StateStoreFixture {
  readonly port: StateStore;
  /** `durable`: closes the port and opens another on the same data. */
  reopen(): Promise<StateStore>;
  /** `shared`: another connection to the same data, as a second process has it. */
  second(): Promise<StateStore>;
}

/** One promise of StateStore. `run` throws when it is broken. */
export interface StateStoreCase {
  readonly name: string;
  readonly needs?: readonly StateStoreNeed[];
  readonly run: (make: () => Promise<StateStoreFixture>) => Promise<void>;
}

/** The instant at which the cases play. */
export const NOW_MS = Date.UTC(2026, 0, 5, 9);
export const TTL_MS = 10_000;
export const CHANNEL = 'wechat';

/** Leases of partitions 0 to 3. */
export function lease(port: StateStore, role: LeaseRole, holder = 'run-1', atMs = NOW_MS): Promise<readonly Lease[]> {
  const resources = [0, 1, 2, 3].map((partition) => leaseResource(role, partition));
  return port.acquireLeases(resources, holder, TTL_MS, atMs);
}

export function change(user: string, parts: Partial<UserChange> = {}): UserChange {
  const nothing = { entries: [], sends: [], cancels: [], settles: [], pausedBy: [], mail: [], records: [] };
  return { user, slot: 0, partition: 0, state: EMPTY_USER_STATE, dueAtMs: null, ...nothing, ...parts };
}

export function request(leases: readonly Lease[], parts: Partial<CommitRequest> = {}): CommitRequest {
  const nothing = { changes: [], fingerprints: [], consumed: [], counters: {} };
  return { atMs: NOW_MS, leases, generation: 0, ...nothing, ...parts };
}

/** Commits these changes under fresh engine leases and insists that it worked. */
export async function committed(port: StateStore, parts: Partial<CommitRequest>): Promise<void> {
  const atMs = parts.atMs ?? NOW_MS;
  same(await port.commit(request(await lease(port, 'engine', 'run-1', atMs), parts)), { kind: 'committed' });
}

export function keyOf(name: string): string {
  return [...name]
    .map((c) => c.charCodeAt(0).toString(16).padStart(2, '0'))
    .join('')
    .padStart(64, '0');
}

export function fingerprint(number: number, content = 1): { key: string; content: string } {
  return { key: number.toString(16).padStart(32, '0'), content: content.toString(16).padStart(16, '0') };
}

export function send(user: string, name: string, parts: Partial<PlannedSend> = {}): PlannedSend {
  return {
    sendKey: keyOf(name),
    user,
    campaign: 'unpaid',
    digest: 'sha256:1',
    class: 'marketing',
    step: 'remind',
    channel: CHANNEL,
    attempt: 1,
    dueAtMs: NOW_MS,
    notBeforeMs: NOW_MS,
    notAfterMs: NOW_MS + 1000,
    plannedAtMs: NOW_MS,
    content: { address: '王@example.com', subject: '订单 “42”', body: 'Zeile 1\nzwei' },
    ...parts,
  };
}

export function attributes(values: UserState['attributes']): UserState {
  return { ...EMPTY_USER_STATE, attributes: values };
}

export function note(detail: string): DecisionRecord {
  return { atMs: NOW_MS, kind: 'note', rule: 'R8', reason: 'conflict', detail };
}

export function entry(campaign: string, key: string, atMs = NOW_MS): EntryMemory {
  return { campaign, key, lastEntryAtMs: atMs, enteredAtMs: atMs + 1 };
}

export function receipt(user: string, atMs = NOW_MS): Input {
  return { kind: 'receipt', user, sendKey: keyOf(user), atMs, status: 'delivered' };
}

export function outcome(claimed: ClaimedSend, kind: 'accepted' | 'unknown' | 'rejected' | 'retry' = 'accepted'): Input {
  const { user, sendKey, attempt, channel, dispatchedAtMs } = claimed;
  const result = kind === 'accepted' ? { kind } : { kind, code: `test/${kind}` };
  return { kind: 'outcome', user, sendKey, attempt, channel, dispatchedAtMs, atMs: NOW_MS, outcome: result };
}

/** Claims with fresh delivery leases and insists that the leases hold. */
export async function claim(port: StateStore, limit = 10, nowMs = NOW_MS, holder = 'run-1') {
  const leases = await lease(port, 'delivery', holder, nowMs);
  const answer = await port.claimSends({ channel: CHANNEL, leases, nowMs, limit });
  truth(answer !== 'fenced', 'fresh leases are fenced');
  return { leases, ...(answer as Exclude<typeof answer, 'fenced'>) };
}

export async function states(port: StateStore): Promise<Record<string, string>> {
  return Object.fromEntries((await port.ledger({})).map(({ user, state }) => [user, state]));
}

export function kindOf(result: CommitResult): string {
  return result.kind;
}

/** A release of one campaign, as far as a store looks into it. */
export function bundle(digest: string, campaignDigest: string): ReleaseBundle {
  const release = { formatVersion: 1, campaigns: { unpaid: { name: 'unpaid', digest: campaignDigest } } };
  return { digest, release: release as unknown as Release, places: {} };
}
