// Made from schemas/ by scripts/generate-schemas.ts. Do not edit.

/**
 * Any object of a campaign repository, told apart by `kind`.
 */
export type MkaObject = Project | Source | Campaign | Channel | Template | List | Environment | Policy | Test;

/**
 * The project file mka.yaml: what holds for the whole repository.
 */
export interface Project {
  /**
   * Version of the format of this file.
   */
  apiVersion: 'mka/v1';
  /**
   * Kind of the object.
   */
  kind: 'Project';
  metadata: Metadata;
  spec: ProjectSpec;
}
/**
 * What the object is called and whose it is.
 */
export interface Metadata {
  /**
   * Name of the object; unique among its kind. Part of every send key of a campaign.
   */
  name: string;
  /**
   * Team that answers for the object.
   */
  owner?: string;
  /**
   * Free labels to select objects by.
   */
  labels?: {
    /**
     * Value of the label.
     */
    [k: string]: string;
  };
  /**
   * What it is for, for people.
   */
  description?: string;
}
/**
 * What holds for every campaign unless it says otherwise.
 */
export interface ProjectSpec {
  /**
   * Time zone of users and campaigns that name none (R1).
   */
  zone: string;
  /**
   * ISO 4217 code; amounts are in its minor unit.
   */
  currency: string;
  /**
   * Local hours [start, end) in which no marketing message goes out; may wrap midnight (R3).
   */
  quietHours?: {
    /**
     * First minute of quiet, local time.
     */
    start: string;
    /**
     * First minute after quiet, local time.
     */
    end: string;
  };
  /**
   * A message overdue by more than this is skipped as stale (R7).
   */
  staleAfter?: string;
  /**
   * An event dated further ahead of its reception is refused (R7).
   */
  futureSkew?: string;
  /**
   * How long an event's (source, id) is remembered (R8).
   */
  dedupeHorizon?: string;
  /**
   * Where `user` in expressions comes from.
   */
  users?: {
    /**
     * Source of type table whose key is the user's id.
     */
    table?: string;
    /**
     * Field of that table with the user's IANA time zone.
     */
    zoneField?: string;
    attributes?: Fields;
  };
}
/**
 * Attributes that `set` steps write and expressions read as user.<name>.
 */
export interface Fields {
  [k: string]: Field;
}
/**
 * A declared field.
 */
export interface Field {
  /**
   * Type of its values. `timestamp` is RFC 3339 text; `json` is not checked.
   */
  type: 'string' | 'int' | 'double' | 'bool' | 'timestamp' | 'json' | 'list<string>' | 'list<int>';
  /**
   * An event without it is refused.
   */
  required?: boolean;
  /**
   * Kind of personal data; decides how the value is masked in every output.
   */
  pii?: 'name' | 'phone' | 'email' | 'address' | 'id' | 'other';
  /**
   * What it holds, for people.
   */
  description?: string;
}
/**
 * Declares event types, or a table that users are enriched from.
 */
export interface Source {
  /**
   * Version of the format of this file.
   */
  apiVersion: 'mka/v1';
  /**
   * Kind of the object.
   */
  kind: 'Source';
  metadata: Metadata;
  /**
   * Event types or a table.
   */
  spec: EventsSpec | TableSpec;
}
/**
 * Event types.
 */
export interface EventsSpec {
  /**
   * Says that this source declares event types.
   */
  type: 'events';
  /**
   * Event type → declaration.
   */
  events: {
    [k: string]: EventTypeSpec;
  };
}
/**
 * One event type.
 */
export interface EventTypeSpec {
  /**
   * What it means, for people.
   */
  description?: string;
  /**
   * Where the event names its user: `subject` of the CloudEvent, or `data.<field>`.
   */
  user?: string;
  /**
   * An event received later than this after it occurred enters nobody, but stays in history (R7).
   */
  maxLateness?: string;
  fields: Fields1;
}
/**
 * Fields of `data`.
 */
export interface Fields1 {
  [k: string]: Field;
}
/**
 * A table read by key.
 */
export interface TableSpec {
  /**
   * Says that this source is a table.
   */
  type: 'table';
  /**
   * Name of a field as expressions write it.
   */
  key: string;
  /**
   * A row read longer ago than this is read again before it is used.
   */
  maxAge?: string;
  /**
   * Where the rows are.
   */
  from: Csv | Sqlite;
  fields: Fields2;
}
/**
 * A CSV file with a header line.
 */
export interface Csv {
  /**
   * Path of the CSV file, relative to this file.
   */
  csv: string;
}
/**
 * A table of an SQLite database.
 */
export interface Sqlite {
  /**
   * Which database and which table.
   */
  sqlite: {
    /**
     * Path of the database, relative to this file.
     */
    file: string;
    /**
     * Name of the table in it.
     */
    table: string;
  };
}
/**
 * Columns and their types.
 */
export interface Fields2 {
  [k: string]: Field;
}
/**
 * Who enters when, and what then happens, step by step.
 */
export interface Campaign {
  /**
   * Version of the format of this file.
   */
  apiVersion: 'mka/v1';
  /**
   * Kind of the object.
   */
  kind: 'Campaign';
  metadata: Metadata;
  spec: CampaignSpec;
}
/**
 * The campaign.
 */
export interface CampaignSpec {
  /**
   * `draft` admits nobody, `active` runs, `archived` ends. A pause is run-time state, not written here.
   */
  state: 'draft' | 'active' | 'archived';
  /**
   * Class of its messages: which checks they pass (R23).
   */
  class?: 'marketing' | 'transactional';
  /**
   * What it is about; consent and caps know topics.
   */
  topic?: string;
  /**
   * Higher goes first when messages compete (R10).
   */
  priority?: number;
  /**
   * Time zone of users that have none (R1).
   */
  zone?: string;
  /**
   * A message overdue by more than this is skipped as stale (R7). Default: the project's.
   */
  staleAfter?: string;
  /**
   * Whether the project's quiet hours hold. Default: apply for marketing, ignore for transactional.
   */
  quietHours?: 'apply' | 'ignore';
  /**
   * `required`: a user whose profile row is missing is refused as `enrichment_missing` when the campaign reads the profile.
   */
  profile?: 'required' | 'optional';
  /**
   * What makes a user enter (R4).
   */
  trigger: EventTriggerSpec | ManualTriggerSpec;
  entry?: EntrySpec;
  /**
   * Who of those may enter.
   */
  audience?: {
    /**
     * Over event, entry, user, now; evaluated once, at entry (`not_eligible`).
     */
    where: string;
  };
  /**
   * What ends an enrollment at once, whatever it is waiting for (R5).
   *
   * Items: An event or a condition.
   */
  exit?: (
    | {
        /**
         * Name of an event type that a Source declares.
         */
        event: string;
        /**
         * Over event (the exit event), entry, user, now.
         */
        where?: string;
      }
    | {
        /**
         * Over entry, user, now.
         */
        when: string;
      }
  )[];
  goal?: GoalSpec;
  /**
   * The journey. Starts at the first step; each goes on to the following one unless it says `next`.
   *
   * @minItems 1
   * @maxItems 500
   *
   * Items: One step: it waits, branches, sends, sets, emits or ends.
   */
  steps: [
    WaitStepSpec | BranchStepSpec | SendStepSpec | SetStepSpec | EmitStepSpec | ExitStepSpec,
    ...(WaitStepSpec | BranchStepSpec | SendStepSpec | SetStepSpec | EmitStepSpec | ExitStepSpec)[]
  ];
}
/**
 * Entry by an event.
 */
export interface EventTriggerSpec {
  /**
   * Name of an event type that a Source declares.
   */
  event: string;
  /**
   * Over event alone. False: not triggered, nothing recorded.
   */
  where?: string;
}
/**
 * Entry by `mka enroll` or the API.
 */
export interface ManualTriggerSpec {
  /**
   * Parameters that the enrollment carries as entry.data.
   */
  manual: {
    fields?: Fields3;
  };
}
/**
 * Declared parameters.
 */
export interface Fields3 {
  [k: string]: Field;
}
/**
 * How often a user may enter (R4).
 */
export interface EntrySpec {
  /**
   * Over event; with it everything here counts per key, such as an order.
   */
  key?: string;
  /**
   * `once`; `afterExit`: again once the last enrollment has ended; `cooldown`: again after a time since the last entry.
   */
  reentry?:
    | ('once' | 'afterExit')
    | {
        /**
         * Time since the last entry.
         */
        cooldown: string;
      };
  /**
   * What a new trigger does to a live enrollment: nothing, or end it and enter anew.
   */
  whileLive?: 'ignore' | 'restart';
}
/**
 * The event that counts as success (R16).
 */
export interface GoalSpec {
  /**
   * Name of an event type that a Source declares.
   */
  event: string;
  /**
   * Over event (the awaited one), entry, user, now.
   */
  where?: string;
  /**
   * Time after the message.
   */
  within?: string;
  /**
   * What it is worth, in the currency's minor unit.
   */
  value?: string;
}
/**
 * Waits for a time or an event.
 */
export interface WaitStepSpec {
  /**
   * Name of the step, unique in the campaign; part of send keys.
   */
  id: string;
  /**
   * How long: `after` a time, `in` so many days, or `for` an event.
   */
  wait: WaitAfterSpec | WaitInSpec | WaitForSpec;
  /**
   * Step that follows. Default: the one below.
   */
  next?: string;
}
/**
 * Elapsed time (R2).
 */
export interface WaitAfterSpec {
  /**
   * Time to wait.
   */
  after: string;
  /**
   * What the time counts from: the step before (default), or the entry.
   */
  from?: 'previous' | 'entry';
}
/**
 * A local date and time (R2).
 */
export interface WaitInSpec {
  /**
   * Local date and time of day.
   */
  in: {
    /**
     * Days from the base's local date: a number, or CEL over entry, user, now that gives one.
     */
    days: number | string;
    /**
     * Local time of day. Default: that of the base.
     */
    at?: string;
  };
  /**
   * What the time counts from: the step before (default), or the entry.
   */
  from?: 'previous' | 'entry';
}
/**
 * An event, or the end of a time (R6).
 */
export interface WaitForSpec {
  /**
   * The event that is awaited.
   */
  for: {
    /**
     * Name of an event type that a Source declares.
     */
    event: string;
    /**
     * Expression in CEL (docs/expressions.md).
     */
    where?: string;
  };
  /**
   * How long it waits.
   */
  timeout: string;
  /**
   * Step that follows a match. Default: `next`.
   */
  onMatch?: string;
  /**
   * Step that follows the time-out. Default: `next`.
   */
  onTimeout?: string;
  /**
   * What the time counts from: the step before (default), or the entry.
   */
  from?: 'previous' | 'entry';
}
/**
 * Goes on by the first case that is true.
 */
export interface BranchStepSpec {
  /**
   * Name of the step, unique in the campaign; part of send keys.
   */
  id: string;
  /**
   * Cases in order. The last may leave out `when`; without such a default the step below follows.
   *
   * @minItems 1
   * @maxItems 100
   */
  branch: [BranchCaseSpec, ...BranchCaseSpec[]];
}
/**
 * One case.
 */
export interface BranchCaseSpec {
  /**
   * Expression in CEL (docs/expressions.md).
   */
  when?: string;
  /**
   * Step that follows.
   */
  next: string;
}
/**
 * Sends one message.
 */
export interface SendStepSpec {
  /**
   * Name of the step, unique in the campaign; part of send keys.
   */
  id: string;
  /**
   * What is sent, and where.
   */
  send: {
    /**
     * Name of a Template.
     */
    template: string;
    /**
     * Channels in the order of fallback (R11).
     *
     * @minItems 1
     * @maxItems 16
     *
     * Items: Name of a Channel.
     */
    via:
      | [string]
      | [string, string]
      | [string, string, string]
      | [string, string, string, string]
      | [string, string, string, string, string]
      | [string, string, string, string, string, string]
      | [string, string, string, string, string, string, string]
      | [string, string, string, string, string, string, string, string]
      | [string, string, string, string, string, string, string, string, string]
      | [string, string, string, string, string, string, string, string, string, string]
      | [string, string, string, string, string, string, string, string, string, string, string]
      | [string, string, string, string, string, string, string, string, string, string, string, string]
      | [string, string, string, string, string, string, string, string, string, string, string, string, string]
      | [string, string, string, string, string, string, string, string, string, string, string, string, string, string]
      | [
          string,
          string,
          string,
          string,
          string,
          string,
          string,
          string,
          string,
          string,
          string,
          string,
          string,
          string,
          string
        ]
      | [
          string,
          string,
          string,
          string,
          string,
          string,
          string,
          string,
          string,
          string,
          string,
          string,
          string,
          string,
          string,
          string
        ];
    /**
     * What follows an unknown outcome. Default: the channel's.
     */
    onUnknown?: 'hold' | 'fallback' | 'resend';
  };
  /**
   * Step that follows. Default: the one below.
   */
  next?: string;
}
/**
 * Writes attributes of the user.
 */
export interface SetStepSpec {
  /**
   * Name of the step, unique in the campaign; part of send keys.
   */
  id: string;
  /**
   * Attribute of the project file → its new value, over entry, user, now.
   */
  set: {
    /**
     * Expression in CEL, or a plain number or true/false. Text is written as a CEL text: '"gold"'.
     */
    [k: string]: string | number | boolean;
  };
  /**
   * Step that follows. Default: the one below.
   */
  next?: string;
}
/**
 * Emits an event.
 */
export interface EmitStepSpec {
  /**
   * Name of the step, unique in the campaign; part of send keys.
   */
  id: string;
  /**
   * The event. Its user is filled in.
   */
  emit: {
    /**
     * Name of an event type that a Source declares.
     */
    event: string;
    /**
     * Field → value, over entry, user, now.
     */
    data?: {
      /**
       * Expression in CEL, or a plain number or true/false. Text is written as a CEL text: '"gold"'.
       */
      [k: string]: string | number | boolean;
    };
  };
  /**
   * Step that follows. Default: the one below.
   */
  next?: string;
}
/**
 * Ends the enrollment as completed.
 */
export interface ExitStepSpec {
  /**
   * Name of the step, unique in the campaign; part of send keys.
   */
  id: string;
  /**
   * Nothing to say.
   */
  exit: {};
}
/**
 * A way to reach users: its provider, addresses, consent, retries.
 */
export interface Channel {
  /**
   * Version of the format of this file.
   */
  apiVersion: 'mka/v1';
  /**
   * Kind of the object.
   */
  kind: 'Channel';
  metadata: Metadata;
  /**
   * A file channel or e-mail.
   */
  spec: FileChannelSpec | EmailChannelSpec;
}
/**
 * Messages go to an NDJSON file; the provider's part is played by configuration. Remembers keys and drops a known one (class I).
 */
export interface FileChannelSpec {
  /**
   * Says that this channel writes to a file.
   */
  type: 'file';
  /**
   * NDJSON file, relative to the environment's data directory.
   */
  path: string;
  /**
   * What a file channel plays: take the message, refuse it for good, ask to come back later, or say nothing.
   */
  behaviour?: 'accept' | 'refuse' | 'throttle' | 'silent';
  /**
   * Time before it answers.
   */
  delay?: string;
  /**
   * Behaviour for single addresses.
   */
  addresses?: {
    /**
     * What a file channel plays: take the message, refuse it for good, ask to come back later, or say nothing.
     */
    [k: string]: 'accept' | 'refuse' | 'throttle' | 'silent';
  };
  /**
   * The user's address on this channel, over `user`; null is `no_address`.
   */
  address: string;
  /**
   * Over `user`; anything but true is `no_consent` for marketing messages. Without it no consent is asked.
   */
  consent?: string;
  retry?: Retry;
  /**
   * How long an unknown outcome waits for a receipt.
   */
  receiptTimeout?: string;
  /**
   * What follows an outcome that stays unknown: hold it, try the next channel, or send again (transactional only).
   */
  onUnknown?: 'hold' | 'fallback' | 'resend';
  /**
   * Total time of one attempt.
   */
  timeout?: string;
  /**
   * Attempts under way at once.
   */
  concurrency?: number;
  /**
   * Planned messages of this channel beyond which a send waits with its user (`channel_backlog`).
   */
  maxBacklog?: number;
}
/**
 * How often a message that surely was not sent is tried on this channel (R11).
 */
export interface Retry {
  /**
   * Attempts in all, the first included.
   */
  attempts?: number;
  /**
   * Pause before attempt 2, 3, …; the last value repeats.
   *
   * @minItems 1
   * @maxItems 20
   *
   * Items: Elapsed time: whole numbers with the units w, d, h, m, s, ms, largest first. A day is 24 h, a week 168 h.
   */
  backoff?:
    | [string]
    | [string, string]
    | [string, string, string]
    | [string, string, string, string]
    | [string, string, string, string, string]
    | [string, string, string, string, string, string]
    | [string, string, string, string, string, string, string]
    | [string, string, string, string, string, string, string, string]
    | [string, string, string, string, string, string, string, string, string]
    | [string, string, string, string, string, string, string, string, string, string]
    | [string, string, string, string, string, string, string, string, string, string, string]
    | [string, string, string, string, string, string, string, string, string, string, string, string]
    | [string, string, string, string, string, string, string, string, string, string, string, string, string]
    | [string, string, string, string, string, string, string, string, string, string, string, string, string, string]
    | [
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string
      ]
    | [
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string
      ]
    | [
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string
      ]
    | [
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string
      ]
    | [
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string
      ]
    | [
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string,
        string
      ];
}
/**
 * E-mail over SMTP (class III: a provider that knows no keys).
 */
export interface EmailChannelSpec {
  /**
   * Says that this channel is e-mail.
   */
  type: 'email';
  /**
   * SMTP server.
   */
  host: string | FromEnv | FromFile;
  /**
   * TCP port of the server.
   */
  port: number | FromEnv | FromFile;
  /**
   * `starttls` requires the upgrade, `tls` connects with TLS, `none` is plain and only for a server on this machine.
   */
  tls?: 'none' | 'starttls' | 'tls';
  /**
   * Sender, with or without a display name.
   */
  from: string;
  /**
   * Name to sign in with.
   */
  username?: FromEnv | FromFile;
  /**
   * Password to sign in with.
   */
  password?: FromEnv | FromFile;
  /**
   * The user's address on this channel, over `user`; null is `no_address`.
   */
  address: string;
  /**
   * Over `user`; anything but true is `no_consent` for marketing messages. Without it no consent is asked.
   */
  consent?: string;
  retry?: Retry;
  /**
   * How long an unknown outcome waits for a receipt.
   */
  receiptTimeout?: string;
  /**
   * What follows an outcome that stays unknown: hold it, try the next channel, or send again (transactional only).
   */
  onUnknown?: 'hold' | 'fallback' | 'resend';
  /**
   * Total time of one attempt.
   */
  timeout?: string;
  /**
   * Connections at once.
   */
  concurrency?: number;
  /**
   * Planned messages of this channel beyond which a send waits with its user (`channel_backlog`).
   */
  maxBacklog?: number;
}
/**
 * Read from an environment variable when it is used.
 */
export interface FromEnv {
  /**
   * Name of the environment variable.
   */
  fromEnv: string;
}
/**
 * Read from a file when it is used.
 */
export interface FromFile {
  /**
   * Path of the file, outside the repository.
   */
  fromFile: string;
}
/**
 * A message: typed inputs, and Liquid text over these inputs alone.
 */
export interface Template {
  /**
   * Version of the format of this file.
   */
  apiVersion: 'mka/v1';
  /**
   * Kind of the object.
   */
  kind: 'Template';
  metadata: Metadata;
  spec: TemplateSpec;
}
/**
 * Inputs and texts.
 */
export interface TemplateSpec {
  /**
   * Kind of material.
   */
  type: 'text';
  /**
   * Input name → where its value comes from. The text knows nothing else.
   */
  inputs?: {
    [k: string]: TemplateInputSpec;
  };
  /**
   * Channel name → text; `default` serves the channels without their own.
   */
  content: {
    /**
     * A text.
     */
    [k: string]: InlineContent | FileContent;
  };
  /**
   * Inputs with the text they must give; validate renders them.
   */
  samples?: TemplateSampleSpec[];
}
/**
 * One input.
 */
export interface TemplateInputSpec {
  /**
   * Type of its value.
   */
  type: 'string' | 'int' | 'double' | 'bool';
  /**
   * Expression in CEL (docs/expressions.md).
   */
  from: string;
  /**
   * Used when `from` gives null or an error; without it that is `template_error`.
   */
  default?: string | number | boolean;
}
/**
 * A text written here.
 */
export interface InlineContent {
  /**
   * Liquid text of one line; e-mail needs it.
   */
  subject?: string;
  /**
   * Liquid text.
   */
  body: string;
}
/**
 * A text in a file of its own.
 */
export interface FileContent {
  /**
   * Liquid text of one line; e-mail needs it.
   */
  subject?: string;
  /**
   * File with Liquid text, relative to this file.
   */
  bodyFile: string;
}
/**
 * One sample.
 */
export interface TemplateSampleSpec {
  /**
   * What it shows.
   */
  name: string;
  /**
   * Lower-case letters, digits and dashes, starting with a letter or digit; at most 63 characters.
   */
  channel?: string;
  /**
   * Values of the inputs; those left out take their default.
   */
  inputs: {
    /**
     * Text, a number, or true/false.
     */
    [k: string]: string | number | boolean;
  };
  /**
   * What must come out.
   */
  expect?: {
    /**
     * The subject.
     */
    subject?: string;
    /**
     * The body; blanks at its end do not count.
     */
    body?: string;
  };
}
/**
 * Users or addresses that are not to be written to.
 */
export interface List {
  /**
   * Version of the format of this file.
   */
  apiVersion: 'mka/v1';
  /**
   * Kind of the object.
   */
  kind: 'List';
  metadata: Metadata;
  spec: ListSpec;
}
/**
 * Whom it holds and where it holds.
 */
export interface ListSpec {
  /**
   * `black`: nothing is sent to them.
   */
  type: 'black';
  /**
   * Channels it holds for; without it, all.
   *
   * Items: Lower-case letters, digits and dashes, starting with a letter or digit; at most 63 characters.
   */
  channels?: string[];
  /**
   * A legal do-not-contact list also stops transactional messages (R23).
   */
  legal?: boolean;
  /**
   * Its members.
   */
  entries?: ListEntrySpec[];
  /**
   * CSV file with more members; columns user, address, reason, until.
   */
  file?: string;
}
/**
 * One member: a user or an address.
 */
export interface ListEntrySpec {
  /**
   * Id of the user.
   */
  user?: string;
  /**
   * Address on a channel.
   */
  address?: string;
  /**
   * Why, for explain.
   */
  reason: string;
  /**
   * Instant at which the entry ends; without it, never.
   */
  until?: string;
}
/**
 * Where a project runs: store, HTTP, data directory; what is otherwise there; what it follows.
 */
export interface Environment {
  /**
   * Version of the format of this file.
   */
  apiVersion: 'mka/v1';
  /**
   * Kind of the object.
   */
  kind: 'Environment';
  metadata: Metadata;
  spec: EnvironmentSpec;
}
/**
 * Settings of the environment.
 */
export interface EnvironmentSpec {
  /**
   * Where state is kept.
   */
  store?: {
    /**
     * `sqlite`: a file in the data directory.
     */
    type: 'sqlite';
  };
  /**
   * The daemon's HTTP server.
   */
  http?: {
    /**
     * Address to listen on.
     */
    host?: string;
    /**
     * TCP port; 0 lets the system choose.
     */
    port?: number;
    /**
     * Bearer token that requests carry. Required when the host is not this machine's loopback.
     */
    token?: FromEnv | FromFile;
  };
  /**
   * Folder of state and of file channels, relative to the repository's root. Default `.mka/<name>`.
   */
  dataDir?: string;
  /**
   * Values that files take in as `{$var: name}`. Never secrets: those are named by `fromEnv` or `fromFile` where they are used.
   */
  variables?: {
    [k: string]: VariableSpec;
  };
  /**
   * What is otherwise in this environment, by address; in order. Each place once.
   */
  patches?: PatchSpec[];
  follow?: FollowSpec;
}
/**
 * A variable.
 */
export interface VariableSpec {
  /**
   * Type of its value.
   */
  type: 'string' | 'int' | 'double' | 'bool';
  /**
   * Text, a number, or true/false.
   */
  value: string | number | boolean;
  /**
   * What it is for, for people.
   */
  description?: string;
}
/**
 * A value for one place of one object.
 */
export interface PatchSpec {
  /**
   * Object, then path: keys with dots between them, `[0]`, `[id=nudge]`, `["key.with.dots"]`.
   */
  at: string;
  /**
   * What stands there instead; anything that the schema takes at that place.
   */
  set: {
    [k: string]: unknown;
  };
}
/**
 * What the daemon keeps the environment at: a ref of a git repository, deployment records, or both.
 */
export interface FollowSpec {
  /**
   * Address of the git repository (https, ssh, file) or an absolute path; this repository when left out.
   */
  repository?: string;
  /**
   * Branch or tag to follow; records alone are followed when left out.
   */
  ref?: string;
  /**
   * Campaign folder within the repository; its root when left out.
   */
  folder?: string;
  /**
   * Elapsed time: whole numbers with the units w, d, h, m, s, ms, largest first. A day is 24 h, a week 168 h.
   */
  every?: string;
  /**
   * `record`: only what was deployed with a signed record becomes active; `none`: whatever stands at the ref.
   */
  require?: 'record' | 'none';
  /**
   * Campaigns that one commit may remove without a deployment record.
   */
  pruneLimit?: number;
  /**
   * File of those who may approve by SSH signature, relative to the repository's root; read from the base branch.
   */
  allowedSigners?: string;
  /**
   * Public ed25519 keys (PEM) whose deployment records are taken.
   *
   * Items: A key in PEM.
   */
  publicKeys?: string[];
  /**
   * Private ed25519 key (PEM) that deployments are signed with; only where deployments are made.
   */
  signingKey?: FromEnv | FromFile;
}
/**
 * What a change must satisfy before it is deployed, and who must agree to it.
 */
export interface Policy {
  /**
   * Version of the format of this file.
   */
  apiVersion: 'mka/v1';
  /**
   * Kind of the object.
   */
  kind: 'Policy';
  metadata: Metadata;
  spec: PolicySpec;
}
/**
 * Rules, approvals, change windows, waivers and teams; each of them may be left out.
 */
export interface PolicySpec {
  /**
   * What no changed object may be.
   */
  rules?: PolicyRuleSpec[];
  /**
   * Who must agree to which changes.
   */
  approvals?: PolicyApprovalSpec[];
  /**
   * When an environment may be deployed to; any of several. An environment without one is always open.
   */
  windows?: ChangeWindowSpec[];
  /**
   * Exceptions from overridable rules of this policy, for one object and a time.
   */
  waivers?: WaiverSpec[];
  /**
   * Team → its members, as the allowed-signers file or the forge names them.
   */
  teams?: {
    /**
     * Members of the team.
     *
     * @minItems 1
     *
     * Items: E-mail address or login of a person.
     */
    [k: string]: [string, ...string[]];
  };
}
/**
 * A rule; broken by every changed object for which `deny` is true or fails.
 */
export interface PolicyRuleSpec {
  /**
   * Lower-case letters, digits and dashes, starting with a letter or digit; at most 63 characters.
   */
  id: string;
  /**
   * `advisory` is shown; `overridable` stops unless waived; `mandatory` always stops.
   */
  level: 'advisory' | 'overridable' | 'mandatory';
  /**
   * Expression in CEL (docs/expressions.md).
   */
  deny: string;
  /**
   * What is wrong, for people.
   */
  message: string;
}
/**
 * People who must agree to a plan when `when` is true for any of its changes. Authors of the change never count.
 */
export interface PolicyApprovalSpec {
  /**
   * Lower-case letters, digits and dashes, starting with a letter or digit; at most 63 characters.
   */
  id: string;
  /**
   * Expression in CEL (docs/expressions.md).
   */
  when: string;
  /**
   * How many different people.
   */
  count: number;
  /**
   * Lower-case letters, digits and dashes, starting with a letter or digit; at most 63 characters.
   */
  team?: string;
}
/**
 * Local times of the week at which an environment may be deployed to.
 */
export interface ChangeWindowSpec {
  /**
   * Lower-case letters, digits and dashes, starting with a letter or digit; at most 63 characters.
   */
  environment: string;
  /**
   * IANA time zone.
   */
  zone: string;
  /**
   * Days on which the window begins.
   *
   * @minItems 1
   *
   * Items: Day of the week.
   */
  days: [
    'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun',
    ...('mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun')[]
  ];
  /**
   * Local time of day at which it opens.
   */
  from: string;
  /**
   * Local time of day at which it closes, "24:00" for the end of the day; before `from` it is that of the next day.
   */
  to: string;
}
/**
 * Lifts one overridable rule of this policy from one object until its end.
 */
export interface WaiverSpec {
  /**
   * Lower-case letters, digits and dashes, starting with a letter or digit; at most 63 characters.
   */
  rule: string;
  /**
   * Object as a plan names it.
   */
  object: string;
  /**
   * Why, for people.
   */
  reason: string;
  /**
   * Instant at which it ends.
   */
  until: string;
}
/**
 * Cases on a virtual clock: what happens, and what must follow.
 */
export interface Test {
  /**
   * Version of the format of this file.
   */
  apiVersion: 'mka/v1';
  /**
   * Kind of the object.
   */
  kind: 'Test';
  metadata: Metadata;
  spec: TestSpec;
}
/**
 * The cases.
 */
export interface TestSpec {
  /**
   * Campaigns that take part. Default: all that are active.
   *
   * @minItems 1
   *
   * Items: Lower-case letters, digits and dashes, starting with a letter or digit; at most 63 characters.
   */
  campaigns?: [string, ...string[]];
  /**
   * The cases; each starts from nothing.
   *
   * @minItems 1
   */
  cases: [TestCaseSpec, ...TestCaseSpec[]];
}
/**
 * One case.
 */
export interface TestCaseSpec {
  /**
   * A sentence that says what must be so.
   */
  name: string;
  /**
   * IANA time zone.
   */
  zone?: string;
  /**
   * User id → profile row.
   */
  users?: {
    [k: string]: Data;
  };
  /**
   * Channel → how it behaves. Every channel is played, also e-mail.
   */
  channels?: {
    /**
     * What a file channel plays: take the message, refuse it for good, ask to come back later, or say nothing.
     */
    [k: string]: 'accept' | 'refuse' | 'throttle' | 'silent';
  };
  /**
   * List → further entries.
   */
  lists?: {
    /**
     * Entries.
     */
    [k: string]: ListEntrySpec[];
  };
  /**
   * What happens, in order of time.
   *
   * @minItems 1
   *
   * Items: One thing that happens.
   */
  timeline: [
    (
      | TimelineEventSpec
      | TimelineEnrollSpec
      | TimelinePauseSpec
      | TimelineResumeSpec
      | TimelineChannelSpec
      | TimelineRedeliverSpec
      | TimelineRestartSpec
      | TimelineProfileSpec
    ),
    ...(
      | TimelineEventSpec
      | TimelineEnrollSpec
      | TimelinePauseSpec
      | TimelineResumeSpec
      | TimelineChannelSpec
      | TimelineRedeliverSpec
      | TimelineRestartSpec
      | TimelineProfileSpec
    )[]
  ];
  /**
   * Instant in RFC 3339, or `+10m` after the entry before (the first entry must be an instant).
   */
  until?: string;
  /**
   * What must have followed. A message that no line expects is a failure.
   *
   * @minItems 1
   *
   * Items: One thing that must be so.
   */
  expect: [
    ExpectSendSpec | ExpectEndSpec | ExpectRefusedSpec | ExpectSkippedSpec | ExpectHeldSpec | ExpectNothingSpec,
    ...(ExpectSendSpec | ExpectEndSpec | ExpectRefusedSpec | ExpectSkippedSpec | ExpectHeldSpec | ExpectNothingSpec)[]
  ];
}
/**
 * Field → value.
 */
export interface Data {
  [k: string]: unknown;
}
/**
 * An event is received.
 */
export interface TimelineEventSpec {
  /**
   * When it is received.
   */
  at: string;
  /**
   * Name of an event type that a Source declares.
   */
  event: string;
  /**
   * Fills the field that names the user.
   */
  user?: string;
  /**
   * Its id. Default: e1, e2, … by its place in the timeline.
   */
  id?: string;
  /**
   * Its source.
   */
  source?: string;
  /**
   * When it occurred; default `at`. `+10m` counts as in `at`.
   */
  occurredAt?: string;
  data?: Data1;
}
/**
 * Field → value.
 */
export interface Data1 {
  [k: string]: unknown;
}
/**
 * A user is enrolled by hand.
 */
export interface TimelineEnrollSpec {
  /**
   * Instant in RFC 3339, or `+10m` after the entry before (the first entry must be an instant).
   */
  at: string;
  /**
   * Lower-case letters, digits and dashes, starting with a letter or digit; at most 63 characters.
   */
  enroll: string;
  /**
   * Id of a user.
   */
  user: string;
  /**
   * Id of the request.
   */
  id?: string;
  data?: Data2;
}
/**
 * Field → value.
 */
export interface Data2 {
  [k: string]: unknown;
}
/**
 * A campaign is paused.
 */
export interface TimelinePauseSpec {
  /**
   * Instant in RFC 3339, or `+10m` after the entry before (the first entry must be an instant).
   */
  at: string;
  /**
   * Lower-case letters, digits and dashes, starting with a letter or digit; at most 63 characters.
   */
  pause: string;
}
/**
 * A campaign is resumed.
 */
export interface TimelineResumeSpec {
  /**
   * Instant in RFC 3339, or `+10m` after the entry before (the first entry must be an instant).
   */
  at: string;
  /**
   * Lower-case letters, digits and dashes, starting with a letter or digit; at most 63 characters.
   */
  resume: string;
}
/**
 * A channel changes its behaviour.
 */
export interface TimelineChannelSpec {
  /**
   * Instant in RFC 3339, or `+10m` after the entry before (the first entry must be an instant).
   */
  at: string;
  /**
   * Lower-case letters, digits and dashes, starting with a letter or digit; at most 63 characters.
   */
  channel: string;
  /**
   * What a file channel plays: take the message, refuse it for good, ask to come back later, or say nothing.
   */
  behaviour: 'accept' | 'refuse' | 'throttle' | 'silent';
}
/**
 * An event of the timeline is delivered once more.
 */
export interface TimelineRedeliverSpec {
  /**
   * Instant in RFC 3339, or `+10m` after the entry before (the first entry must be an instant).
   */
  at: string;
  /**
   * Id of the event.
   */
  redeliver: string;
}
/**
 * The daemon restarts.
 */
export interface TimelineRestartSpec {
  /**
   * Instant in RFC 3339, or `+10m` after the entry before (the first entry must be an instant).
   */
  at: string;
  /**
   * Always true.
   */
  restart: true;
}
/**
 * A user's profile row changes; fields left out stay.
 */
export interface TimelineProfileSpec {
  /**
   * Instant in RFC 3339, or `+10m` after the entry before (the first entry must be an instant).
   */
  at: string;
  /**
   * Id of a user.
   */
  user: string;
  profile: Data3;
}
/**
 * Field → value.
 */
export interface Data3 {
  [k: string]: unknown;
}
/**
 * A message was accepted.
 */
export interface ExpectSendSpec {
  /**
   * When, exactly; `+10m` counts from the first entry of the timeline. Default: at any time.
   */
  at?: string;
  /**
   * Id of a user.
   */
  user: string;
  /**
   * Lower-case letters, digits and dashes, starting with a letter or digit; at most 63 characters.
   */
  send: string;
  /**
   * Lower-case letters, digits and dashes, starting with a letter or digit; at most 63 characters.
   */
  via?: string;
  /**
   * Text that the body contains.
   */
  contains?: string;
  /**
   * Name of a Campaign; needed only where several take part.
   */
  campaign?: string;
}
/**
 * An enrollment ended.
 */
export interface ExpectEndSpec {
  /**
   * When, exactly; `+10m` counts from the first entry of the timeline. Default: at any time.
   */
  at?: string;
  /**
   * Id of a user.
   */
  user: string;
  /**
   * How it ended.
   */
  end:
    | 'completed'
    | 'exit_event'
    | 'exit_segment'
    | 'exit_condition'
    | 'restarted'
    | 'migrated_out'
    | 'archived'
    | 'erased';
  /**
   * Name of a Campaign; needed only where several take part.
   */
  campaign?: string;
}
/**
 * An entry was refused.
 */
export interface ExpectRefusedSpec {
  /**
   * When, exactly; `+10m` counts from the first entry of the timeline. Default: at any time.
   */
  at?: string;
  /**
   * Id of a user.
   */
  user: string;
  /**
   * Why.
   */
  refused:
    | 'future_event'
    | 'not_eligible'
    | 'already_entered'
    | 'live'
    | 'cooldown'
    | 'campaign_paused'
    | 'late_event'
    | 'rule_error'
    | 'enrichment_missing';
  /**
   * Name of a Campaign; needed only where several take part.
   */
  campaign?: string;
}
/**
 * A message was skipped.
 */
export interface ExpectSkippedSpec {
  /**
   * When, exactly; `+10m` counts from the first entry of the timeline. Default: at any time.
   */
  at?: string;
  /**
   * Id of a user.
   */
  user: string;
  /**
   * Lower-case letters, digits and dashes, starting with a letter or digit; at most 63 characters.
   */
  skipped: string;
  /**
   * Why.
   */
  reason:
    | 'kill_switch'
    | 'stale'
    | 'campaign_paused'
    | 'duplicate_send_key'
    | 'no_address'
    | 'no_consent'
    | 'blacklist'
    | 'quiet_hours'
    | 'channel_backlog'
    | 'rejected'
    | 'unknown_outcome'
    | 'template_error'
    | 'cancelled';
  /**
   * Name of a Campaign; needed only where several take part.
   */
  campaign?: string;
}
/**
 * A message was held.
 */
export interface ExpectHeldSpec {
  /**
   * When, exactly; `+10m` counts from the first entry of the timeline. Default: at any time.
   */
  at?: string;
  /**
   * Id of a user.
   */
  user: string;
  /**
   * Lower-case letters, digits and dashes, starting with a letter or digit; at most 63 characters.
   */
  held: string;
  /**
   * Why.
   */
  reason:
    | 'kill_switch'
    | 'stale'
    | 'campaign_paused'
    | 'duplicate_send_key'
    | 'no_address'
    | 'no_consent'
    | 'blacklist'
    | 'quiet_hours'
    | 'channel_backlog'
    | 'rejected'
    | 'unknown_outcome'
    | 'template_error'
    | 'cancelled';
  /**
   * Instant in RFC 3339, or `+10m` after the entry before (the first entry must be an instant).
   */
  until?: string;
  /**
   * Name of a Campaign; needed only where several take part.
   */
  campaign?: string;
}
/**
 * The user was sent nothing.
 */
export interface ExpectNothingSpec {
  /**
   * Id of a user.
   */
  user: string;
  /**
   * Always true.
   */
  nothing: true;
}
