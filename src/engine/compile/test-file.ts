import type { SourceRange } from '../kernel/position.ts';
import type { EndReason, EntryReason, MessageReason } from '../model/reason.ts';
import type { FileBehaviour, ListEntry } from '../model/release.ts';
import type { ValueMap } from '../model/value.ts';

/** A compiled Test object. All instants are epoch milliseconds. */
export interface CompiledTest {
  readonly name: string;
  /** Path of its file, relative to the repository's root. */
  readonly file: string;
  /** Campaigns that take part; the others admit nobody. */
  readonly campaigns: readonly string[];
  readonly cases: readonly TestCase[];
}

/** One case; it starts from nothing. */
export interface TestCase {
  readonly name: string;
  readonly at: SourceRange;
  /** Zone of the project in this case. */
  readonly zone?: string;
  /** User id → profile row; a user that is not here has none. */
  readonly users: Readonly<Record<string, ValueMap>>;
  /** Channel → how it behaves from the start; the others accept. */
  readonly channels: Readonly<Record<string, FileBehaviour>>;
  /** List → entries beside its own. */
  readonly lists: Readonly<Record<string, readonly ListEntry[]>>;
  /** In order of time; entries at one instant in the order of the file. */
  readonly timeline: readonly TimelineEntry[];
  /** When the clock stops; absent: when nothing is due any more. */
  readonly untilMs?: number;
  readonly expect: readonly Expectation[];
}

/** Something that happens at `atMs`. */
export type TimelineEntry = { readonly atMs: number; readonly at: SourceRange } & (
  | TimelineEvent
  | TimelineEnroll
  | { readonly kind: 'pause'; readonly campaign: string }
  | { readonly kind: 'resume'; readonly campaign: string }
  | { readonly kind: 'channel'; readonly channel: string; readonly behaviour: FileBehaviour }
  | { readonly kind: 'redeliver'; readonly id: string }
  | { readonly kind: 'restart' }
  | { readonly kind: 'profile'; readonly user: string; readonly profile: ValueMap }
);

/** An event that is received at the entry's instant; `subject` only where the type names its user there. */
export interface TimelineEvent {
  readonly kind: 'event';
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly occurredAtMs: number;
  readonly subject?: string;
  readonly data: ValueMap;
}

/** A manual entry; `id` is the request's. */
export interface TimelineEnroll {
  readonly kind: 'enroll';
  readonly campaign: string;
  readonly user: string;
  readonly id: string;
  readonly data: ValueMap;
}

/** Something that must be so at the end; with `atMs` at exactly that instant. */
export type Expectation = {
  readonly at: SourceRange;
  readonly user: string;
  readonly atMs?: number;
  readonly campaign?: string;
} & (
  | { readonly kind: 'send'; readonly step: string; readonly via?: string; readonly contains?: string }
  | { readonly kind: 'end'; readonly reason: EndReason }
  | { readonly kind: 'refused'; readonly reason: EntryReason }
  | { readonly kind: 'skipped'; readonly step: string; readonly reason: MessageReason }
  | { readonly kind: 'held'; readonly step: string; readonly reason: MessageReason; readonly untilMs?: number }
  | { readonly kind: 'nothing' }
);
