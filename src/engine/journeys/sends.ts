import type { SendState } from '../model/message.ts';
import type { MessageReason } from '../model/reason.ts';
import type { Enrollment, SendPosition } from '../model/state.ts';
import type { Value } from '../model/value.ts';
import { goTo } from './advance.ts';
import { type ChannelChoice, chooseChannel } from './channel-choice.ts';
import type { CompiledCampaign, CompiledStep } from './compiled-campaign.ts';
import { exitsByCondition } from './exit.ts';
import { count, definitionOf, type Fold, isPaused, record, replace, zoneOf } from './fold.ts';
import { journeyScope } from './scope.ts';

/** How long a send waits before it asks again whether a full channel has room, milliseconds. */
const BACKLOG_PAUSE_MS = 1_000;

interface Candidate {
  readonly enrollment: Enrollment;
  readonly position: SendPosition;
}

/** Decides all messages of this user that wait for a decision at `t`, in the order of R10. True when any moved. */
export function decideSends(fold: Fold): boolean {
  const candidates = fold.live.flatMap((enrollment) => {
    const { position } = enrollment;
    return position.kind === 'send' && isReady(fold, position) ? [{ enrollment, position }] : [];
  });
  for (const candidate of candidates.sort((a, b) => arbitrate(fold, a, b))) decideSend(fold, candidate);
  return candidates.some(({ enrollment }) => !isPaused(fold, enrollment));
}

function isReady(fold: Fold, position: SendPosition): boolean {
  const { phase, dueAtMs } = position;
  return phase === 'pending' && dueAtMs !== null && dueAtMs <= fold.t && dueAtMs < fold.watermarkMs;
}

/** R10: priority (higher first), original due instant, campaign name, entry time. */
function arbitrate(fold: Fold, a: Candidate, b: Candidate): number {
  const priority = (one: Candidate) => definitionOf(fold, one.enrollment).definition.priority;
  return (
    priority(b) - priority(a) ||
    a.position.messageDueAtMs - b.position.messageDueAtMs ||
    (a.enrollment.campaign < b.enrollment.campaign ? -1 : a.enrollment.campaign > b.enrollment.campaign ? 1 : 0) ||
    a.enrollment.entryAtMs - b.enrollment.entryAtMs
  );
}

/**
 * The checks of R23 in their order; the first stop gives the reason. Kill switch, segment age, holdout, arbitration,
 * caps, control and staging have their places here and are not built yet (docs/status.md).
 */
function decideSend(fold: Fold, { enrollment, position }: Candidate): void {
  const campaign = definitionOf(fold, enrollment);
  const step = sendStepOf(campaign, position.step);
  if (exitsByCondition(fold, enrollment)) return;
  if (isPaused(fold, enrollment)) return holdForPause(fold, enrollment, position);
  if (fold.t - position.messageDueAtMs > campaign.definition.staleAfterMs)
    return skip(fold, enrollment, position, 'stale');
  if (position.plans === 0 && fold.context.knownSendKeys.has(position.sendKey)) {
    return skip(fold, enrollment, position, 'duplicate_send_key');
  }
  const choice = chooseChannel(fold, campaign, step, enrollment, position);
  if (choice.kind === 'none') return skip(fold, enrollment, position, choice.reason, choice.channel);
  const quietUntilMs = quietUntil(fold, campaign);
  if (quietUntilMs !== null) return hold(fold, enrollment, position, 'quiet_hours', quietUntilMs);
  plan(fold, campaign, step, enrollment, position, choice);
}

function plan(
  fold: Fold,
  campaign: CompiledCampaign,
  step: Extract<CompiledStep, { kind: 'send' }>,
  enrollment: Enrollment,
  position: SendPosition,
  choice: Extract<ChannelChoice, { kind: 'channel' }>,
): void {
  const rendered = render(fold, campaign, step.template, enrollment, choice.channel);
  if (!rendered.ok) return skip(fold, enrollment, position, 'template_error', choice.channel, rendered.detail);
  if (fold.context.fullChannels.has(choice.channel)) {
    return hold(fold, enrollment, position, 'channel_backlog', fold.t + BACKLOG_PAUSE_MS);
  }
  const { definition } = campaign;
  const isSameChannel = choice.index === position.channel;
  const attempt = position.plans + 1;
  fold.sends.push({
    sendKey: position.sendKey,
    user: fold.user,
    campaign: definition.name,
    digest: definition.digest,
    class: definition.class,
    step: step.id,
    channel: choice.channel,
    attempt,
    dueAtMs: position.messageDueAtMs,
    notBeforeMs: fold.t,
    notAfterMs: Math.min(position.messageDueAtMs + definition.staleAfterMs + 1, nextQuiet(fold, campaign)),
    plannedAtMs: fold.t,
    content: { address: choice.address, ...rendered.content },
  });
  const { heldBy: _held, ...unheld } = position;
  replace(fold, {
    ...enrollment,
    position: {
      ...unheld,
      phase: 'planned',
      dueAtMs: null,
      channel: choice.index,
      attempts: (isSameChannel ? position.attempts : 0) + 1,
      plans: attempt,
    },
  });
  const { sendKey } = position;
  const { channel } = choice;
  record(fold, {
    kind: 'planned',
    rule: 'R23',
    campaign: definition.name,
    enrollment: enrollment.id,
    step: step.id,
    channel,
    attempt,
    sendKey,
  });
}

function render(fold: Fold, campaign: CompiledCampaign, name: string, enrollment: Enrollment, channel: string) {
  const template = campaign.templates.get(name);
  if (!template) throw new Error(`campaign ${campaign.definition.name} has no template ${name}`);
  const scope = journeyScope(fold, enrollment);
  const inputs: Record<string, Value> = {};
  for (const input of template.inputs) {
    const value = input.value(scope) ?? input.fallback;
    if (value === null) return { ok: false as const, detail: `input ${input.name} has no value and no default` };
    inputs[input.name] = value;
  }
  return template.render(channel, inputs);
}

/** The step is over for this message: its reason stands, and the journey goes on (R7). */
export function skip(
  fold: Fold,
  enrollment: Enrollment,
  position: SendPosition,
  reason: MessageReason,
  channel?: string,
  detail?: string,
): void {
  count(fold, `message/${reason}`);
  record(fold, {
    kind: 'skipped',
    rule: reason === 'stale' ? 'R7' : 'R23',
    campaign: enrollment.campaign,
    enrollment: enrollment.id,
    step: position.step,
    reason,
    ...(channel === undefined ? {} : { channel }),
    ...(detail === undefined ? {} : { detail }),
  });
  if (position.plans > 0 && reason !== 'unknown_outcome') {
    fold.settles.push({ sendKey: position.sendKey, state: finalStateOf(position, reason), reason });
  }
  completeSend(fold, enrollment, position);
}

/** What is not certain stays unknown, whatever became of later attempts (R11). */
function finalStateOf({ inDoubt, lastReason }: SendPosition, reason: MessageReason): SendState {
  if (inDoubt) return 'unknown';
  return reason === 'rejected' || lastReason === 'rejected' ? 'rejected' : 'cancelled';
}

/** The send step is complete at `t`; a following send is due now. */
export function completeSend(fold: Fold, enrollment: Enrollment, position: SendPosition): void {
  const next = definitionOf(fold, enrollment).steps.get(position.step)?.next;
  goTo(fold, enrollment, next, { baseMs: fold.t, dueMs: fold.t });
}

/** Keeps a message with its user until an instant, when all of R23 is checked again. */
export function hold(
  fold: Fold,
  enrollment: Enrollment,
  position: SendPosition,
  reason: MessageReason,
  untilMs: number,
): void {
  replace(fold, { ...enrollment, position: { ...position, phase: 'pending', dueAtMs: untilMs, heldBy: reason } });
  if (position.heldBy !== reason || reason !== 'channel_backlog') noteHeld(fold, enrollment, position, reason, untilMs);
}

/** Noted once; the message stays due, and the resume wakes it. */
function holdForPause(fold: Fold, enrollment: Enrollment, position: SendPosition): void {
  if (position.heldBy === 'campaign_paused') return;
  replace(fold, { ...enrollment, position: { ...position, heldBy: 'campaign_paused' } });
  noteHeld(fold, enrollment, position, 'campaign_paused', null);
}

function noteHeld(
  fold: Fold,
  enrollment: Enrollment,
  position: SendPosition,
  reason: MessageReason,
  untilMs: number | null,
): void {
  count(fold, `held/${reason}`);
  record(fold, {
    kind: 'held',
    rule: HOLD_RULES[reason] ?? 'R23',
    campaign: enrollment.campaign,
    enrollment: enrollment.id,
    step: position.step,
    reason,
    untilMs,
  });
}

const HOLD_RULES: Readonly<Partial<Record<MessageReason, string>>> = {
  quiet_hours: 'R3',
  campaign_paused: 'R14',
  channel_backlog: 'R22',
  retry: 'R11',
};

function quietUntil(fold: Fold, campaign: CompiledCampaign): number | null {
  if (fold.release.quietSpan === null || campaign.definition.quietHours === 'ignore') return null;
  const span = fold.release.quietSpan(fold.t, zoneOf(fold, campaign));
  return span.quiet ? span.untilMs : null;
}

/** Start of the next quiet hours: a message that is still in the outbox then returns to its user. */
function nextQuiet(fold: Fold, campaign: CompiledCampaign): number {
  if (fold.release.quietSpan === null || campaign.definition.quietHours === 'ignore') return Number.MAX_SAFE_INTEGER;
  return fold.release.quietSpan(fold.t, zoneOf(fold, campaign)).untilMs;
}

/** The send step by its id. */
export function sendStepOf(campaign: CompiledCampaign, id: string): Extract<CompiledStep, { kind: 'send' }> {
  const step = campaign.steps.get(id);
  if (step?.kind !== 'send') throw new Error(`${id} of campaign ${campaign.definition.name} is not a send`);
  return step;
}
