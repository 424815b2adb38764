import type { MessageReason } from '../model/reason.ts';
import type { Enrollment, SendPosition } from '../model/state.ts';
import type { CompiledCampaign, CompiledStep } from './compiled-campaign.ts';
import type { CompiledChannel } from './compiled-release.ts';
import { type Fold, record, userValues } from './fold.ts';

export type ChannelChoice =
  | { readonly kind: 'channel'; readonly channel: string; readonly index: number; readonly address: string }
  /** No channel is left: the reason of the last one considered (R11). */
  | { readonly kind: 'none'; readonly reason: MessageReason; readonly channel?: string };

/** First channel from the present one on with an address, consent and no list against it (R23). */
export function chooseChannel(
  fold: Fold,
  campaign: CompiledCampaign,
  step: Extract<CompiledStep, { kind: 'send' }>,
  enrollment: Enrollment,
  position: SendPosition,
): ChannelChoice {
  let last: { reason: MessageReason; channel?: string } = { reason: position.lastReason ?? 'no_address' };
  const previous = step.via[position.channel - 1];
  if (previous !== undefined) last = { ...last, channel: previous };
  for (let index = position.channel; index < step.via.length; index += 1) {
    const name = step.via[index] as string;
    const channel = fold.release.channels.get(name);
    const checked = check(fold, campaign, channel, name);
    if ('address' in checked) return { kind: 'channel', channel: name, index, address: checked.address };
    last = { reason: checked.reason, channel: name };
    const next = step.via[index + 1];
    if (next !== undefined) noteRedirect(fold, enrollment, step.id, name, next, checked.reason);
  }
  return { kind: 'none', ...last };
}

function check(
  fold: Fold,
  campaign: CompiledCampaign,
  channel: CompiledChannel | undefined,
  name: string,
): { readonly address: string } | { readonly reason: MessageReason } {
  const scope = { user: userValues(fold), now: fold.t };
  const address = channel?.address(scope);
  if (typeof address !== 'string' || address === '') return { reason: 'no_address' };
  const messageClass = campaign.definition.class;
  const asksConsent = messageClass === 'marketing' && channel !== undefined && channel.consent !== null;
  if (asksConsent && channel.consent?.(scope) !== true) return { reason: 'no_consent' };
  const message = { channel: name, user: fold.user, address, class: messageClass };
  return fold.release.isBlackListed(message, fold.t) ? { reason: 'blacklist' } : { address };
}

/** Records that a message takes its next channel, and why. */
export function noteRedirect(
  fold: Fold,
  enrollment: Enrollment,
  step: string,
  from: string,
  to: string,
  reason: MessageReason,
): void {
  record(fold, {
    kind: 'redirected',
    rule: 'R11',
    campaign: enrollment.campaign,
    enrollment: enrollment.id,
    step,
    from,
    to,
    reason,
  });
}
