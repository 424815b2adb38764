import type { SourceRange } from './position.ts';

export type Severity = 'error' | 'warning' | 'info';

/** A further place that explains a finding, such as the first of two duplicate names. */
export interface RelatedPlace {
  readonly message: string;
  readonly at: SourceRange;
}

/**
 * One finding about what a user wrote. `code` is a stable word pair (`schema/unknown-key`) with a page in docs/errors;
 * `hint` says what to do. Findings are collected, never thrown.
 */
export interface Diagnostic {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly hint?: string;
  readonly at?: SourceRange;
  readonly related?: readonly RelatedPlace[];
  /** The command or page that says more, such as `mka schema show campaign.steps.wait`. */
  readonly docs?: string;
}

/** True when any finding is an error: the files cannot be used. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((finding) => finding.severity === 'error');
}
