import { durationMs } from '../compile/time-values.ts';

/** Milliseconds of a duration as campaigns write it (`2h30m`), null when the text is none. */
export function parseDuration(text: string): number | null {
  return /^(\d{1,9}(ms|[wdhms]))+$/.test(text) ? durationMs(text) : null;
}
