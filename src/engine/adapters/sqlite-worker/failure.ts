import { EXIT, MkaError } from '../../kernel/mka-error.ts';

/** First word of the codes of a database's errors: `store/unavailable`, `bus/corrupt`. */
export type Area = 'store' | 'bus';

/** A failure as it travels between threads. */
export type Failure =
  | { readonly kind: 'problem'; readonly code: string; readonly message: string; readonly hint: string | undefined }
  | { readonly kind: 'bug'; readonly message: string; readonly stack: string | undefined };

/** Primary result codes of SQLite (https://www.sqlite.org/rescode.html) that an operator can do something about. */
const PROBLEMS: Readonly<Record<number, readonly [word: string, message: string, hint: string]>> = {
  5: ['unavailable', 'is locked by another process', 'see which process holds it; the work is tried again'],
  6: ['unavailable', 'is locked by another connection', 'the work is tried again'],
  8: ['unavailable', 'cannot be written', 'check the permissions of the file and of its folder'],
  10: ['unavailable', 'cannot be read or written (input/output error)', 'check the disk'],
  11: ['corrupt', 'is damaged', 'stop all processes, keep a copy of the file with its -wal, and restore a backup'],
  13: ['unavailable', 'cannot grow: the disk is full', 'free some space; nothing was lost'],
  14: ['unavailable', 'cannot be opened', 'check that the folder exists and may be written'],
  26: ['corrupt', 'is not a SQLite database', 'check the path; a backup may have to be restored'],
};

/** Reads a thrown value of the database's thread. The messages of SQLite name tables and columns, never values. */
export function toFailure(error: unknown, area: Area, file: string): Failure {
  if (error instanceof MkaError) return { kind: 'problem', code: error.code, message: error.message, hint: error.hint };
  const problem = error instanceof Error && 'errcode' in error ? PROBLEMS[Number(error.errcode) & 0xff] : undefined;
  if (problem !== undefined) {
    const [word, message, hint] = problem;
    return { kind: 'problem', code: `${area}/${word}`, message: `the file ${file} ${message}`, hint };
  }
  if (isSystemError(error)) {
    return {
      kind: 'problem',
      code: `${area}/unavailable`,
      message: `the file ${file} cannot be opened: ${error.code}`,
      hint: undefined,
    };
  }
  if (error instanceof Error && /^no such (table|column)/.test(error.message)) {
    const hint = 'it was not prepared, or by another version of mka';
    return {
      kind: 'problem',
      code: `${area}/not-migrated`,
      message: `the file ${file} lacks what this version needs`,
      hint,
    };
  }
  return error instanceof Error
    ? { kind: 'bug', message: error.message, stack: error.stack }
    : { kind: 'bug', message: String(error), stack: undefined };
}

/** The error that a caller of the port sees. */
export function toError(failure: Failure): Error {
  if (failure.kind === 'problem') {
    const options = { exitCode: EXIT.unavailable, ...(failure.hint === undefined ? {} : { hint: failure.hint }) };
    return new MkaError(failure.code, failure.message, options);
  }
  const error = new Error(failure.message);
  if (failure.stack !== undefined) error.stack = failure.stack;
  return error;
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}
