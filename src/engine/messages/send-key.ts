import { joinKey, sha256Hex } from '../kernel/hash.ts';
import type { Tenant } from '../model/slot.ts';

/**
 * Identity of a message (R8): hex SHA-256 of (project, environment, campaign, user, occurrence, step, visit).
 * No revision, attempt or channel is in it, so that neither a redeployment nor a fallback makes a second message.
 */
export function sendKeyOf(
  tenant: Tenant,
  message: { campaign: string; user: string; occurrence: string; step: string; visit: number },
): string {
  return sha256Hex(
    joinKey([
      tenant.project,
      tenant.environment,
      message.campaign,
      message.user,
      message.occurrence,
      message.step,
      String(message.visit),
    ]),
  );
}
