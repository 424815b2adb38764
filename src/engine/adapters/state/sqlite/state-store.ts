import type { Input } from '../../../model/input.ts';
import type { PlannedSend } from '../../../model/message.ts';
import type { DecisionRecord } from '../../../model/record.ts';
import type { ReleaseBundle } from '../../../model/release.ts';
import type { UserState } from '../../../model/state.ts';
import type { DeploymentStore } from '../../../ports/deployment-store.ts';
import type * as port from '../../../ports/state-store.ts';
import { bodyUrl } from '../../sqlite-worker/body-url.ts';
import { IN_MEMORY } from '../../sqlite-worker/connection.ts';
import { InThreadClient } from '../../sqlite-worker/in-thread-client.ts';
import type { Client } from '../../sqlite-worker/procedure.ts';
import { ThreadClient } from '../../sqlite-worker/thread-client.ts';
import { decodeLoad } from './decode-load.ts';
import { SqliteDeploymentStore } from './deployment-store.ts';
import type { AttemptId } from './outbox.ts';
import { type StateProcedures, stateProcedures } from './procedures.ts';
import { decodeRecords } from './record-text.ts';
import { encodeRelease } from './releases.ts';
import { decodeState } from './state-text.ts';
import { decodeClaimed, decodePlanned, encodeCommit, keyText } from './wire.ts';

export interface SqliteStateOptions {
  /** Path of the database, created when there is none; `:memory:` (the default) ends with the store. */
  readonly file?: string;
  /** True (the default): in a thread of its own. False: each call runs at once in the caller's, for simulation. */
  readonly thread?: boolean;
}

/** What one SQLite file holds, by one connection; closing `state` closes both. */
export interface SqliteStores {
  readonly state: port.StateStore;
  readonly deployments: DeploymentStore;
}

/** The stores on one SQLite file, which several processes may share. Opens the file at its first call. */
export function createSqliteStores({ file = IN_MEMORY, thread = true }: SqliteStateOptions): SqliteStores {
  const client = thread
    ? new ThreadClient<StateProcedures>('store', file, bodyUrl(new URL('./thread.ts', import.meta.url)))
    : new InThreadClient<StateProcedures>('store', file, stateProcedures);
  return { state: new SqliteStateStore(client), deployments: new SqliteDeploymentStore(client) };
}

/** The state store alone. */
export function createSqliteStateStore(options: SqliteStateOptions): port.StateStore {
  return createSqliteStores(options).state;
}

/** Translates between the port's objects and the flat rows of the procedures. */
class SqliteStateStore implements port.StateStore {
  readonly #client: Client<StateProcedures>;

  constructor(client: Client<StateProcedures>) {
    this.#client = client;
  }

  async migrate(): Promise<void> {
    await this.#client.call('migrate', undefined);
  }

  async acquireLease(resource: string, holder: string, ttlMs: number, nowMs: number): Promise<port.Lease | null> {
    return (await this.acquireLeases([resource], holder, ttlMs, nowMs))[0] ?? null;
  }

  acquireLeases(
    resources: readonly string[],
    holder: string,
    ttlMs: number,
    nowMs: number,
  ): Promise<readonly port.Lease[]> {
    return this.#client.call('acquireLeases', { resources, holder, ttlMs, nowMs });
  }

  async releaseLeases(leases: readonly port.Lease[]): Promise<void> {
    await this.#client.call('releaseLeases', leases);
  }

  async load(request: port.LoadRequest): Promise<port.LoadResult> {
    return decodeLoad(request, await this.#client.call('load', request));
  }

  async commit(request: port.CommitRequest): Promise<port.CommitResult> {
    return this.#client.call('commit', encodeCommit(request));
  }

  dueUsers(partitions: readonly number[], beforeMs: number, limit: number): Promise<readonly string[]> {
    return this.#client.call('dueUsers', { partitions, beforeMs, limit });
  }

  nextDueAt(partitions: readonly number[]): Promise<number | null> {
    return this.#client.call('nextDueAt', { partitions });
  }

  async mailbox(partitions: readonly number[], limit: number): Promise<readonly port.MailboxItem[]> {
    const rows = await this.#client.call('mailbox', { partitions, limit });
    return rows.map(([id, partition, input]) => ({ id, partition, input: JSON.parse(input) as Input }));
  }

  async post(items: readonly { readonly partition: number; readonly input: Input }[]): Promise<void> {
    await this.#client.call(
      'post',
      items.map(({ partition, input }) => [partition, JSON.stringify(input)] as const),
    );
  }

  async claimSends(request: Parameters<port.StateStore['claimSends']>[0]): ReturnType<port.StateStore['claimSends']> {
    const answer = await this.#client.call('claimSends', request);
    if (answer === 'fenced') return answer;
    return { claimed: answer.claimed.map(decodeClaimed), expired: answer.expired.map(decodePlanned) };
  }

  async orphanedSends(channel: string, leases: readonly port.Lease[]): Promise<readonly port.ClaimedSend[]> {
    return (await this.#client.call('orphanedSends', { channel, leases })).map(decodeClaimed);
  }

  async claimedSends(channel: string, leases: readonly port.Lease[]): Promise<readonly port.ClaimedSend[]> {
    return (await this.#client.call('claimedSends', { channel, leases })).map(decodeClaimed);
  }

  async redispatch(
    sends: readonly port.ClaimedSend[],
    leases: readonly port.Lease[],
    nowMs: number,
  ): Promise<readonly port.ClaimedSend[]> {
    const taken = await this.#client.call('redispatch', { attempts: sends.map(attemptId), leases, nowMs });
    return taken.flatMap((index) => sends[index] ?? []);
  }

  async settle(
    settlements: readonly port.AttemptSettlement[],
    leases: readonly port.Lease[],
    nowMs: number,
  ): Promise<'settled' | 'fenced'> {
    const rows = settlements.map(
      ({ send, input, state, providerId }) =>
        [attemptId(send), state, reasonOf(input), providerId, JSON.stringify(input)] as const,
    );
    return this.#client.call('settle', { settlements: rows, leases, nowMs });
  }

  async returnSends(
    returns: readonly { readonly send: PlannedSend; readonly partition: number; readonly input: Input }[],
  ): Promise<void> {
    const rows = returns.map(({ send, partition, input }) => {
      const atMs = 'atMs' in input ? input.atMs : send.notAfterMs;
      const { user, sendKey, attempt } = send;
      return [user, sendKey, attempt, partition, reasonOf(input) ?? 'cancelled', atMs, JSON.stringify(input)] as const;
    });
    await this.#client.call('returnSends', rows);
  }

  nextSendAt(partitions: readonly number[]): Promise<number | null> {
    return this.#client.call('nextSendAt', { partitions });
  }

  backlog(): Promise<Readonly<Record<string, number>>> {
    return this.#client.call('backlog', undefined);
  }

  async saveRelease(bundle: ReleaseBundle): Promise<void> {
    await this.#client.call('saveRelease', encodeRelease(bundle));
  }

  async loadRelease(digest: string): Promise<ReleaseBundle | null> {
    return parse<ReleaseBundle>(await this.#client.call('loadRelease', digest));
  }

  activate(digest: string, expected: number, nowMs: number): Promise<port.ActiveRelease | null> {
    return this.#client.call('activate', { digest, expected, nowMs });
  }

  activeRelease(): Promise<port.ActiveRelease | null> {
    return this.#client.call('activeRelease', undefined);
  }

  releaseOfCampaign(campaignDigest: string): Promise<string | null> {
    return this.#client.call('releaseOfCampaign', campaignDigest);
  }

  async pause(pause: port.CampaignPause): Promise<void> {
    await this.#client.call('pause', pause);
  }

  resume(campaign: string, nowMs: number, untilMs: number | null = null): Promise<boolean> {
    return this.#client.call('resume', { campaign, nowMs, untilMs });
  }

  pauses(): Promise<readonly port.CampaignPause[]> {
    return this.#client.call('pauses', undefined);
  }

  async records(user: string): Promise<readonly DecisionRecord[]> {
    const rows = await this.#client.call('records', keyText(user));
    return rows.flatMap(decodeRecords);
  }

  async userState(user: string): Promise<UserState | null> {
    const text = await this.#client.call('userState', keyText(user));
    return text === null ? null : decodeState(text);
  }

  ledger(filter: Parameters<port.StateStore['ledger']>[0]): Promise<readonly port.LedgerRow[]> {
    const { user = null, campaign = null, state = null } = filter;
    return this.#client.call('ledger', { user, campaign, state });
  }

  async addCounters(counters: Readonly<Record<string, number>>): Promise<void> {
    await this.#client.call('addCounters', Object.entries(counters));
  }

  sweep(nowMs: number, horizonMs: number, limit: number): Promise<number> {
    return this.#client.call('sweep', { nowMs, horizonMs, limit });
  }

  status(nowMs: number): Promise<port.StoreStatus> {
    return this.#client.call('status', nowMs);
  }

  close(): Promise<void> {
    return this.#client.close();
  }
}

function attemptId({ user, sendKey, attempt, dispatchedAtMs, partition }: port.ClaimedSend): AttemptId {
  return [user, sendKey, attempt, dispatchedAtMs, partition];
}

/** The word that the ledger shows beside the state. */
function reasonOf(input: Input): string | null {
  if (input.kind === 'return') return input.reason;
  if (input.kind === 'outcome' && input.outcome.kind !== 'accepted') return input.outcome.code;
  return null;
}

function parse<Value>(json: string | null): Value | null {
  return json === null ? null : (JSON.parse(json) as Value);
}
