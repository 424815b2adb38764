import type { Diagnostic } from './diagnostic.ts';

/** Exit codes of the command line (docs/cli.md). */
export const EXIT = {
  ok: 0,
  findings: 1,
  changes: 2,
  usage: 64,
  unavailable: 69,
  bug: 70,
  locked: 75,
  notApproved: 77,
} as const;

/**
 * An operator's problem: a server that cannot be reached, a file that is not there, a lock held by another.
 * Carries the fields of a Diagnostic plus the exit code the command ends with. A bug is a plain Error.
 */
export class MkaError extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  readonly exitCode: number;
  readonly diagnostics: readonly Diagnostic[];

  constructor(
    code: string,
    message: string,
    options: { hint?: string; exitCode?: number; cause?: unknown; diagnostics?: readonly Diagnostic[] } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'MkaError';
    this.code = code;
    this.hint = options.hint;
    this.exitCode = options.exitCode ?? EXIT.findings;
    this.diagnostics = options.diagnostics ?? [];
  }
}
