/** Reason codes (semantics.md, docs/reasons.md). More may be added, none renamed. */
export type EntryReason =
  | 'future_event'
  | 'not_eligible'
  | 'already_entered'
  | 'live'
  | 'cooldown'
  | 'campaign_paused'
  | 'late_event'
  | 'rule_error'
  | 'enrichment_missing';

export type EndReason =
  | 'completed'
  | 'exit_event'
  | 'exit_segment'
  | 'exit_condition'
  | 'restarted'
  | 'migrated_out'
  | 'archived'
  | 'erased'
  /** A wait whose `days` has no value: nothing can be timed from it. */
  | 'rule_error';

export type MessageReason =
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
  | 'retry'
  | 'cancelled';

export type NoteReason = 'tz_fallback' | 'conflict' | 'fallback' | 'rule_error' | 'retention_bound' | 'quarantined';
