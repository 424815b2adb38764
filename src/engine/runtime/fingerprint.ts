import { canonicalJson, joinKey, sha256Hex } from '../kernel/hash.ts';
import type { BusInput } from './publish.ts';

/**
 * Identity and content of an event or a request for deduplication (R8): 16 bytes over (source, id), 8 bytes over what
 * the producer said, both hex. The reception is not content, or a redelivery would conflict with itself.
 */
export function fingerprintOf(input: BusInput): { readonly key: string; readonly content: string } {
  if (input.kind === 'enroll') {
    const { campaign, requestId, user, data } = input;
    return fingerprint(['mka:enroll', requestId], [campaign, user, data]);
  }
  const { source, id, type, user, occurredAtMs, data, undated } = input.event;
  return fingerprint([source, id], [type, user, undated ? null : occurredAtMs, data]);
}

function fingerprint(
  identity: readonly string[],
  content: unknown,
): { readonly key: string; readonly content: string } {
  return {
    key: sha256Hex(joinKey(identity)).slice(0, 32),
    content: sha256Hex(canonicalJson(content)).slice(0, 16),
  };
}
