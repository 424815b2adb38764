import type { Diagnostic } from '../../engine/index.ts';
import type { FrameColours } from './frame.ts';

/** What every writer is given. */
export interface FindingsReport {
  readonly findings: readonly Diagnostic[];
  /** Paths of all files that were looked at, as in the findings. */
  readonly files: readonly string[];
  readonly textOf: (file: string) => string | undefined;
  /** Path of a file relative to where the reader stands; for CI the root of the checkout. */
  readonly pathOf: (file: string) => string;
  readonly version: string;
  readonly colours?: FrameColours;
  /** Further facts for the JSON form, such as the digest. */
  readonly facts?: Readonly<Record<string, unknown>>;
}

/** Errors before warnings before the rest, otherwise as they stand. */
export function worstFirst(findings: readonly Diagnostic[]): Diagnostic[] {
  const rank = { error: 0, warning: 1, info: 2 } as const;
  return [...findings].sort((a, b) => rank[a.severity] - rank[b.severity]);
}

/** `2 errors and 1 warning in 1 of 14 files`. */
export function summaryOf({ findings, files }: Pick<FindingsReport, 'findings' | 'files'>): string {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const warnings = findings.filter(({ severity }) => severity === 'warning').length;
  const found = new Set(findings.map(({ at }) => at?.file)).size;
  const parts = [counted(errors, 'error'), ...(warnings > 0 ? [counted(warnings, 'warning')] : [])];
  return `${parts.join(' and ')} in ${found} of ${counted(files.length, 'file')}`;
}

/** `1 error`, `2 errors`. */
export function counted(count: number, noun: string): string {
  if (count === 1) return `1 ${noun}`;
  return `${count} ${noun.endsWith('y') ? `${noun.slice(0, -1)}ies` : `${noun}s`}`;
}
