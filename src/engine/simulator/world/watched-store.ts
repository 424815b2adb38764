import type { MailboxItem, StateStore } from '../../ports/state-store.ts';
import type { FoldContext, Watcher } from '../history.ts';
import type { Process } from './process.ts';

type Call = (...args: never[]) => Promise<unknown>;

/** A call to the store, with what the caller knew when it made it. */
export interface StoreCall {
  readonly process: Process;
  readonly generation: number;
  readonly name: string;
  readonly args: readonly unknown[];
  readonly context: FoldContext | null;
}

/** The one true store, watched at the moment each call has its effect. */
export class WatchedStore {
  readonly base: StateStore;
  readonly #tell: Watcher;
  readonly #nowMs: () => number;
  readonly #note: (what: string) => void;
  readonly #releaseIndex: ReadonlyMap<string, number>;
  readonly #mail = new Map<number, MailboxItem>();

  constructor(
    base: StateStore,
    tell: Watcher,
    nowMs: () => number,
    note: (what: string) => void,
    releaseIndex: ReadonlyMap<string, number>,
  ) {
    this.base = base;
    this.#tell = tell;
    this.#nowMs = nowMs;
    this.#note = note;
    this.#releaseIndex = releaseIndex;
  }

  async perform(call: StoreCall): Promise<unknown> {
    const method = this.base[call.name as keyof StateStore] as Call;
    const result = await method.apply(this.base, call.args as never[]);
    this.#watch(call, result);
    return result;
  }

  #watch(call: StoreCall, result: unknown): void {
    const observe = this.#observers[call.name as keyof StateStore] as
      | ((call: StoreCall, result: unknown, ...args: unknown[]) => void)
      | undefined;
    observe?.(call, result, ...call.args);
  }

  readonly #observers: {
    readonly [Name in keyof StateStore]?: (
      call: StoreCall,
      result: Awaited<ReturnType<StateStore[Name]>>,
      ...args: Parameters<StateStore[Name]>
    ) => void;
  } = {
    mailbox: (_call, items) => {
      for (const item of items) this.#mail.set(item.id, item);
    },
    commit: ({ process, generation, context }, { kind }, request) => {
      this.#note(`commit/${kind}`);
      if (kind === 'fenced') this.#tell.fenced?.(process.name, generation);
      if (kind !== 'committed' || context === null) return;
      const mail = request.consumed.flatMap((id) => this.#mail.get(id) ?? []);
      this.#tell.committed?.({ node: process.name, request, context, mail }, this.#nowMs());
    },
    dueUsers: (_call, users, partitions, beforeMs, limit) =>
      this.#tell.dueAnswered?.({ partitions, beforeMs, limit, users }, this.#nowMs()),
    acquireLeases: (_call, leases) => this.#tell.leased?.(leases, this.#nowMs()),
    releaseLeases: (_call, _result, leases) => this.#tell.releasedLeases?.(leases, this.#nowMs()),
    claimSends: ({ process, generation }, answer, { nowMs }) => {
      if (answer === 'fenced') {
        this.#note('claim/fenced');
        return this.#tell.fenced?.(process.name, generation);
      }
      if (answer.expired.length > 0) this.#note('claim/expired');
      this.#tell.claimed?.(process.name, generation, answer.claimed, nowMs, this.#nowMs());
    },
    orphanedSends: (_call, sends) => {
      if (sends.length > 0) this.#note('recovery/orphans');
    },
    claimedSends: (_call, sends) => {
      if (sends.length > 0) this.#note('recovery/claimed unheard');
    },
    redispatch: ({ process, generation }, sends, _asked, _leases, nowMs) => {
      if (sends.length === 0) return;
      this.#note('recovery/redispatched');
      this.#tell.claimed?.(process.name, generation, sends, nowMs, this.#nowMs());
    },
    settle: ({ process, generation }, result, settlements) => {
      this.#note(`settle/${result}`);
      if (result === 'fenced') this.#tell.fenced?.(process.name, generation);
      if (result === 'settled') this.#tell.settled?.(process.name, generation, settlements, this.#nowMs());
    },
    activate: (_call, active, digest) => {
      if (active) this.#tell.activated?.(this.#releaseIndex.get(digest) ?? 0, this.#nowMs());
    },
    pause: (_call, _result, { campaign, untilMs }) => this.#tell.paused?.(campaign, untilMs, this.#nowMs()),
    resume: ({ process }, isDone, campaign) => {
      if (isDone) this.#tell.resumed?.(campaign, process.name, this.#nowMs());
    },
  };
}
