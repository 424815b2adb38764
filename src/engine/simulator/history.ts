import type { AttemptOutcome, ReceiptStatus } from '../model/message.ts';
import type {
  AttemptSettlement,
  ClaimedSend,
  CommitRequest,
  Lease,
  MailboxItem,
  StateStore,
} from '../ports/state-store.ts';
import type { BusInput } from '../runtime/publish.ts';
import type { Plan } from './plan.ts';

/** Something that must never happen. `code` names the broken promise. */
export interface Violation {
  readonly code: string;
  readonly detail: string;
  /** Milliseconds after the plan's start. */
  readonly atMs: number;
}

/** What became of one history. */
export interface SimulationResult {
  /** First of all that went wrong; null: nothing. */
  readonly violation: Violation | null;
  /** Hash over everything that happened, in its order. */
  readonly traceHash: string;
  /** What happened, and how often: faults, answers, branches of recovery. */
  readonly notes: ReadonlyMap<string, number>;
  readonly steps: number;
  readonly simulatedMs: number;
}

/** What a node knew when it sent a fold to the store: the reference machine decides with the same knowledge. */
export interface FoldContext {
  readonly pausedCampaigns: ReadonlySet<string>;
  readonly fullChannels: ReadonlySet<string>;
  readonly watermarkMs: number;
  readonly knownSendKeys: ReadonlySet<string>;
  /** The node's own clock at that moment. */
  readonly nodeNowMs: number;
}

/** A fold that the store has taken. */
export interface CommittedFold {
  readonly node: string;
  readonly request: CommitRequest;
  readonly context: FoldContext;
  /** The mailbox rows it consumed. */
  readonly mail: readonly MailboxItem[];
}

/** One attempt as the outside world saw it. */
export interface AttemptEvent {
  readonly node: string;
  readonly generation: number;
  readonly channel: string;
  readonly sendKey: string;
  /** Unique among the attempts of a history. */
  readonly attempt: number;
}

/** What happens in the simulated world, told at the moment of its effect. Instants are of the true clock. */
export interface Watcher {
  started?(node: string, generation: number): void;
  died?(node: string, generation: number): void;
  /** A daemon stands still: what it waits for may come too late for it. */
  froze?(node: string, generation: number): void;
  /** The store has told a daemon that its right to write is gone. */
  fenced?(node: string, generation: number): void;
  published?(input: BusInput, atMs: number): void;
  committed?(fold: CommittedFold, atMs: number): void;
  /** A store answered who is due. */
  dueAnswered?(
    answer: {
      readonly partitions: readonly number[];
      readonly beforeMs: number;
      readonly limit: number;
      readonly users: readonly string[];
    },
    atMs: number,
  ): void;
  leased?(leases: readonly Lease[], atMs: number): void;
  releasedLeases?(leases: readonly Lease[], atMs: number): void;
  claimed?(node: string, generation: number, sends: readonly ClaimedSend[], nowMs: number, atMs: number): void;
  settled?(node: string, generation: number, settlements: readonly AttemptSettlement[], atMs: number): void;
  activated?(release: number, atMs: number): void;
  paused?(campaign: string, untilMs: number | null, atMs: number): void;
  resumed?(campaign: string, actor: string, atMs: number): void;
  /** Bytes left a node for a provider. */
  written?(attempt: AttemptEvent, atMs: number): void;
  /** A provider took a message; its own log. */
  accepted?(attempt: AttemptEvent, atMs: number): void;
  /** What a provider answered, null: nothing. It may never arrive. */
  answered?(attempt: AttemptEvent, outcome: AttemptOutcome | null, atMs: number): void;
  receipt?(channel: string, sendKey: string, status: ReceiptStatus, atMs: number): void;
  /** All is healed and at rest. */
  ended?(store: StateStore, atMs: number): Promise<void>;
}

/** Makes the watcher of one promise. `report` ends the history. */
export type WatcherFactory = (world: {
  readonly plan: Plan;
  readonly report: (code: string, detail: string) => void;
  readonly note: (what: string) => void;
}) => Watcher;
