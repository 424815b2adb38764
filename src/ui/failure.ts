import { EXIT, MkaError } from '../engine/index.ts';
import { coloursFor } from './colours.ts';
import { isJsonWanted } from './json-wanted.ts';

/** What a command says when it ends badly, whatever was thrown. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly exitCode: number;
}

/** The longest message that is printed; a parser's error may quote the whole input back. */
const MAX_MESSAGE_LENGTH = 2_000;

/**
 * Prints a failure and returns the exit code: `error[code] message` and a hint on stderr, or with --json one object
 * `{version, error}` of less than 4 KB on stdout. MKA_DEBUG=1 adds the stack.
 */
export async function reportFailure(error: unknown, argv: readonly string[]): Promise<number> {
  if (isPlainExit(error)) return error.oclif.exit;
  const { code, message, hint, exitCode } = toFailure(error);
  if (isJsonWanted(argv)) {
    process.stdout.write(`${JSON.stringify({ version: 1, error: { code, message, hint } }, null, 2)}\n`);
  } else {
    const colours = await coloursFor(process.stderr, argv);
    process.stderr.write(`${colours.red(`error[${code}]`)} ${message}\n`);
    if (hint !== undefined) process.stderr.write(`   ${colours.blue('=')} hint: ${hint}\n`);
  }
  if (process.env.MKA_DEBUG === '1' && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`);
  return exitCode;
}

/** Sorts what was thrown: an operator's problem, a wrong use of the command line, or a bug. */
export function toFailure(error: unknown): Failure {
  if (error instanceof MkaError) {
    const { code, hint, exitCode } = error;
    return { code, message: shorten(error.message), exitCode, ...(hint === undefined ? {} : { hint: shorten(hint) }) };
  }
  if (isUsageError(error)) {
    return {
      code: 'cli/usage',
      message: shorten(usageMessage(error.message)),
      hint: '--help shows the flags and arguments of a command',
      exitCode: EXIT.usage,
    };
  }
  return {
    code: 'internal/bug',
    message: shorten(`this is a bug in mka: ${error instanceof Error ? error.message : String(error)}`),
    hint: 'MKA_DEBUG=1 shows where it happened',
    exitCode: EXIT.bug,
  };
}

/** oclif's own errors carry an `oclif` field; all that it throws by itself are wrong flags, arguments or commands. */
function isUsageError(error: unknown): error is Error {
  return error instanceof Error && 'oclif' in error;
}

/** `this.exit(n)` of oclif: an exit without words. */
function isPlainExit(error: unknown): error is Error & { readonly oclif: { readonly exit: number } } {
  return isUsageError(error) && 'code' in error && error.code === 'EEXIT';
}

/** oclif writes several lines, each a sentence of its own kind; here it is one that fits behind `error[cli/usage]`. */
function usageMessage(text: string): string {
  const lines = text
    .replace('See more help with --help', '')
    .replace('Nonexistent flag', 'unknown flag')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const joined = lines.join(': ').replaceAll('::', ':');
  return joined.charAt(0).toLowerCase() + joined.slice(1);
}

function shorten(text: string): string {
  return text.length <= MAX_MESSAGE_LENGTH ? text : `${text.slice(0, MAX_MESSAGE_LENGTH)} …`;
}
