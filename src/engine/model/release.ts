import type { SourceRange } from '../kernel/position.ts';
import type { Fields } from './field.ts';

/**
 * A compiled campaign repository: what the daemon activates, canonical JSON behind one digest.
 * Expressions are CEL source text that the compiler has already checked; durations are milliseconds.
 */
export interface Release {
  readonly formatVersion: 1;
  readonly project: ProjectDefinition;
  readonly eventTypes: Readonly<Record<string, EventTypeDefinition>>;
  readonly tables: Readonly<Record<string, TableDefinition>>;
  readonly channels: Readonly<Record<string, ChannelDefinition>>;
  readonly lists: Readonly<Record<string, ListDefinition>>;
  readonly campaigns: Readonly<Record<string, CampaignDefinition>>;
}

/** What is known of an object beside what a release holds of it; policies and selectors ask for it. */
export interface ObjectFacts {
  readonly owner?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** A release with what stands beside its digest: where it came from and where each object stands. */
export interface ReleaseBundle {
  readonly digest: string;
  readonly release: Release;
  /** Commit the files were read from, when they stood in a git repository. */
  readonly commit?: string;
  /** `campaign:NAME` or `campaign:NAME/STEP` → where it stands; outside the digest. */
  readonly places: Readonly<Record<string, SourceRange>>;
  /** `campaign:order-reminder` → owner and labels; outside the digest, absent where neither is written. */
  readonly facts?: Readonly<Record<string, ObjectFacts>>;
}

/** `[start, end)` in minutes after local midnight, may wrap midnight (R3). */
export interface QuietHours {
  readonly startMinute: number;
  readonly endMinute: number;
}

export interface ProjectDefinition {
  readonly name: string;
  /** IANA zone, last in the chain of R1. */
  readonly zone: string;
  readonly currency: string;
  readonly quietHours?: QuietHours;
  readonly staleAfterMs: number;
  readonly futureSkewMs: number;
  readonly dedupeHorizonMs: number;
  /** Where `user.*` comes from. */
  readonly users: {
    /** Table whose key is the user id. */
    readonly table?: string;
    /** Field of that table that holds the user's IANA zone. */
    readonly zoneField?: string;
    /** Attributes that `set` steps write. */
    readonly attributes: Fields;
  };
}

export interface EventTypeDefinition {
  readonly name: string;
  /** Path within the event that names the user: `subject` or `data.<field>`. */
  readonly user: string;
  readonly fields: Fields;
  /** received − occurred beyond this enters nobody (R7). */
  readonly maxLatenessMs: number;
}

export interface TableDefinition {
  readonly name: string;
  readonly key: string;
  readonly fields: Fields;
  /** A row read longer ago than this is read again before it is used. */
  readonly maxAgeMs: number;
  readonly from: { readonly csv: string } | { readonly sqlite: { readonly file: string; readonly table: string } };
}

/** A secret is named, never held. */
export type SecretRef = { readonly fromEnv: string } | { readonly fromFile: string };

export type UnknownPolicy = 'hold' | 'fallback' | 'resend';

export interface RetryDefinition {
  /** Attempts on one channel in all, the first included. */
  readonly attempts: number;
  /** Pause before attempt 2, 3, …; the last value repeats. */
  readonly backoffMs: readonly number[];
}

export interface ChannelDefinition {
  readonly name: string;
  /** CEL over `user` that gives the address; null means `no_address`. */
  readonly address: string;
  /** CEL over `user`; anything but true is `no_consent` for marketing messages. Absent: no consent is asked. */
  readonly consent?: string;
  readonly retry: RetryDefinition;
  readonly receiptTimeoutMs: number;
  readonly onUnknown: UnknownPolicy;
  /** Total deadline of one attempt. */
  readonly timeoutMs: number;
  /** Attempts under way at once. */
  readonly concurrency: number;
  /** Planned messages waiting for this channel beyond which a send stays with its user (`channel_backlog`). */
  readonly maxBacklog: number;
  readonly provider: FileProvider | EmailProvider;
}

/** What a file channel does with a message: the provider's part, played by configuration. */
export type FileBehaviour = 'accept' | 'refuse' | 'throttle' | 'silent';

export interface FileProvider {
  readonly type: 'file';
  /** NDJSON file, relative to the environment's data directory. */
  readonly path: string;
  readonly behaviour: FileBehaviour;
  /** Wait this long before answering. */
  readonly delayMs: number;
  /** Behaviour for single addresses. */
  readonly addresses: Readonly<Record<string, FileBehaviour>>;
}

export interface EmailProvider {
  readonly type: 'email';
  readonly host: string | SecretRef;
  readonly port: number | SecretRef;
  /** `none` speaks plain SMTP (loopback only), `starttls` requires the upgrade, `tls` connects with TLS. */
  readonly tls: 'none' | 'starttls' | 'tls';
  readonly from: string;
  readonly username?: SecretRef;
  readonly password?: SecretRef;
}

export interface ListDefinition {
  readonly name: string;
  readonly type: 'black';
  /** Channels it holds for; empty: all. */
  readonly channels: readonly string[];
  /** A legal do-not-contact list also stops transactional messages (R23). */
  readonly legal: boolean;
  readonly entries: readonly ListEntry[];
}

export interface ListEntry {
  readonly user?: string;
  readonly address?: string;
  readonly reason: string;
  /** Epoch milliseconds at which the entry ends; absent: never. */
  readonly untilMs?: number;
}

export type MessageClass = 'marketing' | 'transactional';

/** A campaign with everything an enrollment is pinned to (R13): its own steps and its templates. */
export interface CampaignDefinition {
  readonly name: string;
  /** Digest of this definition without this field. */
  readonly digest: string;
  readonly owner: string;
  readonly state: 'draft' | 'active' | 'archived';
  readonly class: MessageClass;
  readonly topic?: string;
  readonly priority: number;
  readonly zone?: string;
  readonly staleAfterMs: number;
  readonly quietHours: 'apply' | 'ignore';
  /** `required`: a user whose profile row is missing is refused as `enrichment_missing` when the campaign reads the profile. */
  readonly profile: 'required' | 'optional';
  /** True when any expression or template of the campaign reads a profile field. */
  readonly readsProfile: boolean;
  readonly trigger: EventTrigger | ManualTrigger;
  readonly entry: EntryRule;
  /** CEL over event, entry, user, now; evaluated once, at entry. */
  readonly audience?: string;
  readonly exits: readonly ExitRule[];
  readonly goal?: GoalDefinition;
  /** In the order of the file; the first one is where an enrollment starts. */
  readonly steps: readonly StepDefinition[];
  readonly templates: Readonly<Record<string, TemplateDefinition>>;
}

export interface EventTrigger {
  readonly kind: 'event';
  readonly event: string;
  readonly where?: string;
}

export interface ManualTrigger {
  readonly kind: 'manual';
  readonly fields: Fields;
}

export interface EntryRule {
  /** CEL over `event`; absent: one entry memory a user. */
  readonly key?: string;
  readonly reentry:
    | { readonly kind: 'once' }
    | { readonly kind: 'afterExit' }
    | { readonly kind: 'cooldown'; readonly ms: number };
  readonly whileLive: 'ignore' | 'restart';
}

export type ExitRule =
  | { readonly kind: 'event'; readonly event: string; readonly where?: string }
  | { readonly kind: 'condition'; readonly when: string };

export interface GoalDefinition {
  readonly event: string;
  readonly where?: string;
  readonly withinMs: number;
  readonly value?: string;
}

interface StepBase {
  readonly id: string;
  /** The step that follows; the compiler has resolved it. Absent only on `exit` and on a `branch` that covers every case. */
  readonly next?: string;
}

export interface WaitAfterStep extends StepBase {
  readonly kind: 'waitAfter';
  readonly ms: number;
  readonly from: 'previous' | 'entry';
}

/** `in: {days, at}`: a local date and time (R2). */
export interface WaitInStep extends StepBase {
  readonly kind: 'waitIn';
  /** CEL that gives a whole number. */
  readonly days: string;
  /** Minutes after local midnight; absent: the base's local time of day. */
  readonly atMinute?: number;
  readonly from: 'previous' | 'entry';
}

export interface WaitForStep extends StepBase {
  readonly kind: 'waitFor';
  readonly event: string;
  readonly where?: string;
  readonly timeoutMs: number;
  readonly from: 'previous' | 'entry';
  readonly onMatch: string;
  readonly onTimeout: string;
}

export interface BranchStep extends StepBase {
  readonly kind: 'branch';
  /** First true case wins; `when` absent is the default case. */
  readonly cases: readonly { readonly when?: string; readonly next: string }[];
}

export interface SendStep extends StepBase {
  readonly kind: 'send';
  readonly template: string;
  /** Channels in the order of fallback. */
  readonly via: readonly string[];
  readonly onUnknown?: UnknownPolicy;
}

export interface SetStep extends StepBase {
  readonly kind: 'set';
  /** Attribute → CEL. */
  readonly values: Readonly<Record<string, string>>;
}

export interface EmitStep extends StepBase {
  readonly kind: 'emit';
  readonly event: string;
  /** Data field → CEL. */
  readonly data: Readonly<Record<string, string>>;
}

export interface ExitStep extends StepBase {
  readonly kind: 'exit';
}

export type StepDefinition =
  | WaitAfterStep
  | WaitInStep
  | WaitForStep
  | BranchStep
  | SendStep
  | SetStep
  | EmitStep
  | ExitStep;

/** A message material: typed inputs computed by CEL, Liquid text over these inputs alone. */
export interface TemplateDefinition {
  readonly name: string;
  readonly type: 'text';
  readonly inputs: Readonly<Record<string, TemplateInput>>;
  /** Content by channel name; `default` serves the channels without their own. */
  readonly content: Readonly<Record<string, TemplateContent>>;
}

export interface TemplateInput {
  readonly type: 'string' | 'int' | 'double' | 'bool';
  /** CEL over entry, user, now. */
  readonly from: string;
  /** Used when `from` gives null or an error; without it that is `template_error`. */
  readonly default?: string | number | boolean;
}

export interface TemplateContent {
  /** Liquid; one line. */
  readonly subject?: string;
  /** Liquid. */
  readonly body: string;
}
