import type { Value, ValueMap } from '../model/value.ts';

/**
 * What an expression reads when it runs. Instants (`now`, `event.occurred_at`, `event.received_at`, `entry.at`) are
 * epoch milliseconds; a declared timestamp inside `data` or `user` may also be RFC 3339 text, as it is at rest. A root
 * left out reads as an error, a missing field as null (R0).
 */
export interface Scope {
  /** `id`, `source`, `type`, `occurred_at`, `received_at`, `data`. */
  readonly event?: ValueMap;
  /** `id`, `at`, `data` of the triggering event, or the run's parameters. */
  readonly entry?: ValueMap;
  /** The profile's fields, and `id`. */
  readonly user?: ValueMap;
  /** The instant of decision, epoch milliseconds. */
  readonly now?: number;
  /** Whether the user is in the segment; undefined: not known, an error. */
  readonly segment?: (name: string) => boolean | undefined;
  /** The user's metric in its declared type; undefined: not known, an error. */
  readonly metric?: (name: string) => Value | undefined;
}
