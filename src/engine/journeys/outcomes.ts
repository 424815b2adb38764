import { backoffMs } from '../messages/backoff.ts';
import type { OutcomeInput, ReceiptInput, ReturnInput } from '../model/input.ts';
import type { MessageReason } from '../model/reason.ts';
import type { ChannelDefinition } from '../model/release.ts';
import type { Enrollment, SendPosition } from '../model/state.ts';
import { noteRedirect } from './channel-choice.ts';
import { count, definitionOf, type Fold, record, replace } from './fold.ts';
import { completeSend, hold, sendStepOf, skip } from './sends.ts';

interface OpenSend {
  readonly enrollment: Enrollment;
  readonly position: SendPosition;
}

/** What became of an attempt (R11). One of an enrollment that has ended meanwhile is recorded and changes nothing. */
export function applyOutcome(fold: Fold, input: OutcomeInput): void {
  const { sendKey, channel, attempt, outcome } = input;
  const open = openSend(fold, sendKey, ['planned']);
  count(fold, `outcome/${outcome.kind}`);
  record(fold, {
    kind: 'outcome',
    rule: 'R11',
    campaign: open?.enrollment.campaign ?? '',
    enrollment: open?.enrollment.id ?? '',
    step: open?.position.step ?? '',
    channel,
    attempt,
    sendKey,
    outcome,
  });
  if (!open) return closeLedger(fold, input);
  if (open.position.plans !== attempt) return;
  const { enrollment, position } = open;
  if (outcome.kind === 'accepted') return completeSend(fold, enrollment, position);
  if (outcome.kind === 'rejected') return nextChannel(fold, open, 'rejected', outcome.code);
  if (outcome.kind === 'retry') return retry(fold, open, outcome.retryAfterMs ?? 0, outcome.code);
  const timeoutMs = channelOf(fold, channel)?.receiptTimeoutMs ?? 0;
  const dueAtMs = input.dispatchedAtMs + timeoutMs;
  replace(fold, { ...enrollment, position: { ...position, phase: 'receipt', dueAtMs, heldBy: 'unknown_outcome' } });
}

/** The enrollment ended while its attempt was under way: a message that was surely not sent never will be. */
function closeLedger(fold: Fold, { sendKey, outcome }: OutcomeInput): void {
  const isLive = fold.live.some(({ position }) => position.kind === 'send' && position.sendKey === sendKey);
  if (outcome.kind === 'retry' && !isLive) fold.settles.push({ sendKey, state: 'cancelled', reason: 'cancelled' });
}

/** A receipt settles an unknown outcome; of a message already settled it is a fact and no more. */
export function applyReceipt(fold: Fold, { sendKey, status }: ReceiptInput): void {
  record(fold, { kind: 'receipt', rule: 'R11', sendKey, status });
  const open = openSend(fold, sendKey, ['receipt']);
  if (!open) return;
  if (status === 'undelivered') return nextChannel(fold, open, 'rejected', 'undelivered');
  fold.settles.push({ sendKey, state: 'accepted', reason: null });
  completeSend(fold, open.enrollment, open.position);
}

/** A message that could not leave the outbox in its window goes through R23 again. */
export function applyReturn(fold: Fold, { sendKey, attempt }: ReturnInput): void {
  const open = openSend(fold, sendKey, ['planned']);
  if (!open || open.position.plans !== attempt) return;
  const { enrollment, position } = open;
  const attempts = Math.max(0, position.attempts - 1);
  replace(fold, { ...enrollment, position: { ...position, phase: 'pending', dueAtMs: fold.t, attempts } });
}

/** No receipt came in time: `onUnknown` of the step, else of the channel, decides. */
export function receiptTimedOut(fold: Fold, enrollment: Enrollment, position: SendPosition): void {
  const campaign = definitionOf(fold, enrollment);
  const step = sendStepOf(campaign, position.step);
  const channel = channelOf(fold, step.via[position.channel]);
  const policy = step.onUnknown ?? channel?.onUnknown ?? 'hold';
  const open = { enrollment, position: { ...position, inDoubt: true as const } };
  if (policy === 'fallback') return nextChannel(fold, open, 'unknown_outcome', 'no receipt in time');
  // Once no attempt is left: silence alone never leads to the next channel.
  const mayResend = campaign.definition.class === 'transactional' && position.attempts < (channel?.retry.attempts ?? 0);
  if (policy === 'resend' && mayResend) return retry(fold, open, 0, 'no receipt in time');
  skip(fold, enrollment, position, 'unknown_outcome', step.via[position.channel]);
}

function retry(fold: Fold, open: OpenSend, atLeastMs: number, detail: string): void {
  const { enrollment, position } = open;
  const channel = channelOf(fold, sendStepOf(definitionOf(fold, enrollment), position.step).via[position.channel]);
  if (!channel || position.attempts >= channel.retry.attempts) return nextChannel(fold, open, 'rejected', detail);
  const pauseMs = Math.max(
    atLeastMs,
    backoffMs(channel.retry, position.attempts, position.sendKey, fold.context.jitter),
  );
  hold(fold, enrollment, position, 'retry', fold.t + pauseMs);
}

/** R11: the next channel now; none left: the step completes with the reason of the last channel considered. */
function nextChannel(fold: Fold, { enrollment, position }: OpenSend, reason: MessageReason, detail: string): void {
  const { via } = sendStepOf(definitionOf(fold, enrollment), position.step);
  const from = via[position.channel];
  const to = via[position.channel + 1];
  if (to === undefined) return skip(fold, enrollment, position, reason, from, detail);
  noteRedirect(fold, enrollment, position.step, from ?? '', to, reason);
  const channel = position.channel + 1;
  const moved: SendPosition = {
    ...position,
    phase: 'pending',
    dueAtMs: fold.t,
    channel,
    attempts: 0,
    lastReason: reason,
  };
  replace(fold, { ...enrollment, position: moved });
}

function openSend(fold: Fold, sendKey: string, phases: readonly SendPosition['phase'][]): OpenSend | undefined {
  for (const enrollment of fold.live) {
    const { position } = enrollment;
    if (position.kind === 'send' && position.sendKey === sendKey && phases.includes(position.phase)) {
      return { enrollment, position };
    }
  }
  return undefined;
}

function channelOf(fold: Fold, name: string | undefined): ChannelDefinition | undefined {
  return name === undefined ? undefined : fold.release.channels.get(name)?.definition;
}
