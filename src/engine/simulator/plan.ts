import type { Release } from '../model/release.ts';
import type { Tenant } from '../model/slot.ts';
import type { ValueMap } from '../model/value.ts';
import type { DeliveryClass } from '../ports/channel.ts';

/** Whom the simulated world belongs to. */
export const TENANT: Tenant = { project: 'sim', environment: 'test' };

/**
 * One history, in full: who there is, what happens, what goes wrong. JSON, so that it can be saved, shrunk and replayed.
 * Instants are milliseconds after `startMs`.
 */
export interface Plan {
  readonly version: 1;
  /** Seed of what the plan leaves open: latencies, order at one instant, providers' moods. */
  readonly seed: string;
  /** Epoch milliseconds. */
  readonly startMs: number;
  readonly nodes: readonly NodePlan[];
  /** The first is active from the start; `activate` names the others by index. */
  readonly releases: readonly Release[];
  readonly users: readonly UserPlan[];
  readonly providers: Readonly<Record<string, ProviderPlan>>;
  readonly operations: readonly Operation[];
  readonly faults: readonly Fault[];
}

/** A daemon. */
export interface NodePlan {
  readonly name: string;
  /** Its clock runs ahead by this much. */
  readonly skewMs: number;
  readonly workers: number;
  readonly batchSize: number;
  /** It gets only every second partition: the first half (0) or the second (1); null: all it can get. */
  readonly half: 0 | 1 | null;
}

export interface UserPlan {
  readonly id: string;
  /** The row of the users' table; null: there is none. */
  readonly profile: ValueMap | null;
}

/** What a provider does with a message when no fault says otherwise. */
export interface ProviderPlan {
  readonly class: DeliveryClass;
  /** Share of accepted messages that a receipt follows. */
  readonly receiptShare: number;
  /** Share of receipts that say `undelivered`. */
  readonly undeliveredShare: number;
  /** Until all is healed: what else it does to a share of the messages. */
  readonly moods?: { readonly share: number; readonly of: readonly ProviderMood[] };
}

/** What the world outside does: business systems send events, operators switch. */
export type Operation = { readonly atMs: number } & (
  | {
      readonly kind: 'event';
      readonly id: string;
      readonly type: string;
      readonly user: string;
      readonly occurredAtMs: number;
      readonly data: ValueMap;
    }
  | {
      readonly kind: 'enroll';
      readonly campaign: string;
      readonly user: string;
      readonly requestId: string;
      readonly data: ValueMap;
    }
  | { readonly kind: 'pause'; readonly campaign: string; readonly untilMs: number | null }
  | { readonly kind: 'resume'; readonly campaign: string }
  | { readonly kind: 'activate'; readonly release: number }
);

/** How a provider behaves while a fault lasts. */
export type ProviderMood =
  /** Takes it and never answers. */
  | 'dropReply'
  /** Takes it after the caller has given up. */
  | 'late'
  /** Never answers and takes nothing. */
  | 'silent'
  /** Says that it does not know (5xx), having taken nothing. */
  | 'doubt'
  /** Says that it does not know, having taken it. */
  | 'doubtTaken'
  /** 429: definitely not sent. */
  | 'throttle'
  /** Permanent refusal. */
  | 'refuse'
  /** Cannot be reached: no byte leaves. */
  | 'gone'
  /** Takes it, answers slowly. */
  | 'slow';

/** What goes wrong. `actor` is a node, or `intake`, `operator`, `receipts`; `on` is the beginning of a call's name. */
export type Fault = { readonly atMs: number } & (
  | {
      /** The process dies at its first call from `atMs` on: before it had an effect, or after it, without the answer. */
      readonly kind: 'crash';
      readonly actor: string;
      readonly on: string;
      readonly when: 'before' | 'after';
      readonly downMs: number;
    }
  | {
      /** The process stands still from its first call on, with the call not yet made or its answer on the way. */
      readonly kind: 'freeze';
      readonly actor: string;
      readonly on: string;
      readonly when: 'before' | 'after';
      readonly forMs: number;
    }
  | { readonly kind: 'drain'; readonly actor: string; readonly downMs: number }
  | {
      /** The call fails without effect, or has its effect and the answer is lost. */
      readonly kind: 'error';
      readonly actor: string;
      readonly on: string;
      readonly when: 'before' | 'after';
      readonly times: number;
    }
  | {
      readonly kind: 'slow';
      readonly actor: string;
      readonly on: string;
      readonly way: 'request' | 'reply';
      readonly ms: number;
    }
  /** Every call fails. */
  | { readonly kind: 'cut'; readonly actor: string; readonly forMs: number }
  /** Pulls give one message of each batch. */
  | { readonly kind: 'torn'; readonly actor: string; readonly forMs: number }
  /** The clock jumps. */
  | { readonly kind: 'skew'; readonly actor: string; readonly ms: number }
  | {
      readonly kind: 'provider';
      readonly channel: string;
      readonly forMs: number;
      readonly mood: ProviderMood;
      readonly share: number;
    }
);

/** How far two clocks of a plan may be apart at most, milliseconds. */
export function greatestSkewMs({ nodes, faults }: Plan): number {
  const offsets = [0, ...nodes.map(({ skewMs }) => skewMs)];
  const jumps = faults.map((fault) => (fault.kind === 'skew' ? Math.abs(fault.ms) : 0));
  return Math.max(...offsets) - Math.min(...offsets) + jumps.reduce((sum, one) => sum + one, 0);
}
