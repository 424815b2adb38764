import { sha256Bytes } from '../kernel/hash.ts';
import type { RetryDefinition } from '../model/release.ts';

/**
 * Pause before the next attempt, in milliseconds, after `attempts` attempts on this channel (R11).
 * With jitter it lies in [50 %, 100 %] of the step, chosen by the key and the attempt, so that a replay gives the same.
 */
export function backoffMs(retry: RetryDefinition, attempts: number, sendKey: string, jitter: boolean): number {
  const last = retry.backoffMs[retry.backoffMs.length - 1] ?? 0;
  const step = retry.backoffMs[attempts - 1] ?? last;
  if (!jitter) return step;
  const share = sha256Bytes(`${sendKey}:${attempts}`).readUInt32BE(0) / 0x1_0000_0000;
  return Math.round(step * (0.5 + share / 2));
}
