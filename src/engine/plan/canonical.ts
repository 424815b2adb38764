import { digestOf } from '../kernel/hash.ts';
import type { Plan } from '../model/plan.ts';

/** Digest of what a plan does: canonical JSON of all but where it comes from and what was counted. */
export function planDigest({
  digest: _digest,
  origin: _origin,
  occupancy: _occupancy,
  audience: _audience,
  ...content
}: Omit<Plan, 'digest'> & { readonly digest?: string }): string {
  return digestOf(content);
}
