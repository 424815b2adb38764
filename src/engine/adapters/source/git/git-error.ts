import { EXIT, MkaError } from '../../../kernel/mka-error.ts';
import type { GitResult } from './git-command.ts';

const MAX_REASON = 300;

/**
 * What git says went wrong, fit to be shown: the first line that says so, without control characters (a server may send
 * any text) and without the credentials of an address.
 */
export function reasonOf({ stderr, ended, code }: GitResult): string {
  if (ended === 'time-out') return 'no end within its time-out';
  if (ended !== 'by itself') return ended;
  const lines = stderr.split('\n').map((line) => line.trim());
  const telling = lines.find((line) => /^(?:fatal|error): /.test(line)) ?? lines.find((line) => line !== '');
  if (telling === undefined) return `git ended with code ${code}`;
  return redact(telling.replace(/^(?:fatal|error): /, '').replace(/\p{Cc}/gu, ' ')).slice(0, MAX_REASON);
}

/** Removes `user:password@` from every address in a text. */
function redact(text: string): string {
  return text.replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s/]*@/gi, '$1');
}

/** A read that git refused for a reason the caller can't tell apart. */
export function gitFailed(what: string, result: GitResult): MkaError {
  return new MkaError('git/failed', `${what}: ${reasonOf(result)}`, {
    hint: 'check the repository with `git fsck`',
    exitCode: EXIT.unavailable,
  });
}

/** A commit, tree or folder beyond the limits of a snapshot. */
export function tooLarge(what: string): MkaError {
  return new MkaError('git/too-large', what, { hint: 'keep large files out of the campaign folder' });
}
