import type { ChalkInstance } from 'chalk';

/**
 * Colours for one stream: none when --no-color or NO_COLOR (any non-empty value) says so, when the terminal is dumb,
 * or when the stream is not a terminal. chalk itself knows nothing of NO_COLOR. Loaded only when something is printed.
 */
export async function coloursFor(
  stream: { readonly isTTY?: boolean },
  argv: readonly string[] = process.argv,
): Promise<ChalkInstance> {
  const { Chalk } = await import('chalk');
  return isColourWanted(stream, argv, process.env) ? new Chalk() : new Chalk({ level: 0 });
}

/** The decision alone: flag, then NO_COLOR, then FORCE_COLOR, then what the stream is. */
export function isColourWanted(
  stream: { readonly isTTY?: boolean },
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  if (argv.includes('--no-color') || (env.NO_COLOR ?? '') !== '') return false;
  if ((env.FORCE_COLOR ?? '') !== '') return env.FORCE_COLOR !== '0';
  return stream.isTTY === true && env.TERM !== 'dumb';
}
