import { MkaError } from '../kernel/mka-error.ts';
import type { CampaignDefinition, ManualTrigger } from '../model/release.ts';
import type { ValueMap } from '../model/value.ts';
import { decodeFields, EVENT_LIMITS } from '../runtime/intake.ts';
import { publish } from '../runtime/publish.ts';
import type { IntakeParts } from './accept-events.ts';

/** A manual entry; the request's id is its occurrence, so that the same request twice is one (R8). */
export interface EnrollRequest {
  readonly campaign: string;
  readonly user: string;
  readonly requestId: string;
  readonly data?: unknown;
}

/**
 * Queues a manual entry, durable once resolved. Throws MkaError `enroll/unknown-campaign`, `enroll/not-manual`,
 * `enroll/not-active`, `enroll/bad-data`, `enroll/bad-user`.
 */
export async function enroll(parts: IntakeParts, request: EnrollRequest): Promise<void> {
  const { campaign, user, requestId } = request;
  if (!isId(user)) throw new MkaError('enroll/bad-user', 'a user is named by 1 to 256 characters');
  if (!isId(requestId)) throw new MkaError('enroll/bad-data', 'a request is named by 1 to 256 characters');
  const trigger = manualTriggerOf(findCampaign(parts, campaign));
  const data = dataOf(trigger, request.data);
  const atMs = parts.clock.now();
  await publish(parts.bus, parts.tenant, [{ kind: 'enroll', campaign, user, requestId, atMs, data }], atMs);
}

function isId(text: string): boolean {
  return text.length > 0 && text.length <= EVENT_LIMITS.idLength;
}

function findCampaign({ release }: IntakeParts, name: string): CampaignDefinition {
  const { campaigns } = release();
  const campaign = Object.hasOwn(campaigns, name) ? campaigns[name] : undefined;
  if (campaign) return campaign;
  const manual = Object.values(campaigns).filter(({ trigger }) => trigger.kind === 'manual');
  throw new MkaError('enroll/unknown-campaign', `there is no campaign \`${name}\``, {
    hint: `entered by hand are: ${manual.map((one) => one.name).join(', ') || 'none'}`,
  });
}

function manualTriggerOf({ name, trigger, state }: CampaignDefinition): ManualTrigger {
  if (trigger.kind !== 'manual') {
    throw new MkaError('enroll/not-manual', `campaign \`${name}\` is entered by the event ${trigger.event}`, {
      hint: `mka trigger ${trigger.event} --user …`,
    });
  }
  if (state !== 'active') throw new MkaError('enroll/not-active', `campaign \`${name}\` is ${state}, not active`);
  return trigger;
}

function dataOf({ fields }: ManualTrigger, raw: unknown): ValueMap {
  const decoded = decodeFields(raw ?? {}, fields);
  if ('values' in decoded) return decoded.values;
  throw new MkaError('enroll/bad-data', decoded.detail);
}
