import type { ChannelDefinition, SendStep } from '../../model/release.ts';
import { meaningOf } from '../catalogue.ts';
import { quietAt } from './calendar.ts';
import {
  type Decision,
  end,
  isDue,
  isPaused,
  type Live,
  type Person,
  type SendPlace,
  stepOf,
  valuesOf,
} from './person.ts';
import { goOn, zone } from './steps.ts';

/** How long a send waits for room in a full channel, milliseconds. */
const BACKLOG_PAUSE_MS = 1_000;

interface Sending {
  readonly live: Live;
  readonly at: SendPlace;
}

/** R10: all messages that wait for a decision, by priority, due instant, campaign, entry time. True when any moved. */
export function decideSends(person: Person, decision: Decision): boolean {
  const ready = person.live.flatMap((live) =>
    live.at.kind === 'send' && live.at.phase === 'pending' && isDue(decision, live.at.dueMs)
      ? [{ live, at: live.at }]
      : [],
  );
  ready.sort(
    (a, b) =>
      b.live.campaign.priority - a.live.campaign.priority ||
      a.at.messageDueMs - b.at.messageDueMs ||
      (a.live.campaign.name < b.live.campaign.name ? -1 : a.live.campaign.name > b.live.campaign.name ? 1 : 0) ||
      a.live.entryAtMs - b.live.entryAtMs,
  );
  for (const sending of ready) decideSend(person, decision, sending);
  return ready.some(({ live }) => !isPaused(decision, live));
}

/** R23, in its order. */
function decideSend(person: Person, decision: Decision, sending: Sending): void {
  const { live, at } = sending;
  const { campaign } = live;
  if (exitsByCondition(person, live)) return end(person, decision, live, 'exit_condition');
  if (isPaused(decision, live)) {
    if (at.heldBy !== 'campaign_paused') decision.facts.push(`held ${campaign.name} ${at.step} campaign_paused null`);
    at.heldBy = 'campaign_paused';
    return;
  }
  if (decision.t - at.messageDueMs > campaign.staleAfterMs) return skip(person, decision, sending, 'stale');
  if (at.plans === 0 && isKnown(person, decision, sending)) {
    return skip(person, decision, sending, 'duplicate_send_key');
  }
  const step = stepOf(live, at.step) as SendStep;
  const choice = choose(person, decision, sending, step);
  if ('reason' in choice) return skip(person, decision, sending, choice.reason);
  const { quietHours } = decision.release.project;
  const quiet =
    quietHours && campaign.quietHours === 'apply'
      ? quietAt(quietHours, decision.t, zone(person, decision, live))
      : null;
  if (quiet?.isQuiet) {
    decision.facts.push(`held ${campaign.name} ${at.step} quiet_hours ${quiet.untilMs}`);
    at.dueMs = quiet.untilMs;
    at.heldBy = 'quiet_hours';
    return;
  }
  plan(person, decision, sending, step, choice, quiet?.untilMs ?? Number.MAX_SAFE_INTEGER);
}

/** R5: at every decision, and once more just before a send. */
export function exitsByCondition(person: Person, { campaign, data }: Live): boolean {
  const names = { entry: data, user: valuesOf(person) };
  return campaign.exits.some((exit) => exit.kind === 'condition' && meaningOf(exit.when)(names) === true);
}

/** R8: a second message with a key that is in the ledger. */
function isKnown(person: Person, decision: Decision, sending: Sending): boolean {
  const key = person.keys.get(identityOf(sending));
  return key !== undefined && decision.knownKeys.has(key);
}

function plan(
  person: Person,
  decision: Decision,
  sending: Sending,
  step: SendStep,
  choice: { readonly index: number; readonly channel: string; readonly address: string },
  quietFromMs: number,
): void {
  const { live, at } = sending;
  const { name, staleAfterMs, templates } = live.campaign;
  const names = { entry: live.data, user: valuesOf(person) };
  const inputs = Object.values(templates[step.template]?.inputs ?? {});
  const isRendered = inputs.every((input) => (meaningOf(input.from)(names) ?? input.default ?? null) !== null);
  if (!isRendered) return skip(person, decision, sending, 'template_error');
  if (decision.full.has(choice.channel)) {
    at.dueMs = decision.t + BACKLOG_PAUSE_MS;
    at.heldBy = 'channel_backlog';
    return;
  }
  at.tries = (choice.index === at.channel ? at.tries : 0) + 1;
  at.plans += 1;
  at.channel = choice.index;
  at.phase = 'planned';
  at.dueMs = null;
  at.heldBy = null;
  remember(person, decision, sending);
  const notAfterMs = Math.min(at.messageDueMs + staleAfterMs + 1, quietFromMs);
  decision.facts.push(`planned ${name} ${step.id} ${choice.channel} ${at.plans} ${choice.address} ${notAfterMs}`);
}

/** R8: one key for one identity, whatever the release, the channel or the attempt. */
function remember(person: Person, decision: Decision, sending: Sending): void {
  const { live, at } = sending;
  const identity = identityOf(sending);
  const mine = person.keys.get(identity);
  const others = new Set([...person.keys].flatMap(([other, key]) => (other === identity ? [] : [key])));
  const planned = decision.observed.sends.find(
    ({ campaign, step, attempt, sendKey }) =>
      campaign === live.campaign.name &&
      step === at.step &&
      attempt === at.plans &&
      (mine === undefined ? !others.has(sendKey) : mine === sendKey),
  );
  if (!planned) return void decision.facts.push(`no message for ${identity}`);
  person.keys.set(identity, planned.sendKey);
  at.sendKey = planned.sendKey;
}

function identityOf({ live, at }: Sending): string {
  return [live.campaign.name, live.occurrence, at.step, at.visit].join(' | ');
}

/** R23: address, consent, lists, channel by channel; the reason of the last one considered stands (R11). */
function choose(
  person: Person,
  decision: Decision,
  { live, at }: Sending,
  step: SendStep,
): { readonly index: number; readonly channel: string; readonly address: string } | { readonly reason: string } {
  let reason = at.lastReason ?? 'no_address';
  for (let index = at.channel; index < step.via.length; index += 1) {
    const name = step.via[index] as string;
    const checked = check(person, decision, live, name);
    if ('address' in checked) return { index, channel: name, address: checked.address };
    reason = checked.reason;
    const next = step.via[index + 1];
    if (next !== undefined)
      decision.facts.push(`redirected ${live.campaign.name} ${step.id} ${name} ${next} ${reason}`);
  }
  return { reason };
}

function check(
  person: Person,
  decision: Decision,
  { campaign }: Live,
  name: string,
): { readonly address: string } | { readonly reason: string } {
  const channel = decision.release.channels[name];
  const names = { user: valuesOf(person) };
  const address = channel === undefined ? null : meaningOf(channel.address)(names);
  if (typeof address !== 'string' || address === '') return { reason: 'no_address' };
  const isMarketing = campaign.class === 'marketing';
  if (isMarketing && channel?.consent !== undefined && meaningOf(channel.consent)(names) !== true) {
    return { reason: 'no_consent' };
  }
  const isListed = Object.values(decision.release.lists).some(
    (list) =>
      (isMarketing || list.legal) &&
      (list.channels.length === 0 || list.channels.includes(name)) &&
      list.entries.some(
        (entry) => entry.user === person.user || (entry.address !== undefined && entry.address === address),
      ),
  );
  return isListed ? { reason: 'blacklist' } : { address };
}

/** The message is over; the journey goes on from now (R7). */
export function skip(person: Person, decision: Decision, { live, at }: Sending, reason: string): void {
  decision.facts.push(`skipped ${live.campaign.name} ${at.step} ${reason}`);
  complete(person, decision, live, at);
}

export function complete(person: Person, decision: Decision, live: Live, at: SendPlace): void {
  goOn(person, decision, live, stepOf(live, at.step)?.next, { baseMs: decision.t, dueMs: decision.t });
}

/** R11: the next channel, none left: over. */
export function nextChannel(person: Person, decision: Decision, sending: Sending, reason: string): void {
  const { live, at } = sending;
  const { via } = stepOf(live, at.step) as SendStep;
  const to = via[at.channel + 1];
  if (to === undefined) return skip(person, decision, sending, reason);
  decision.facts.push(`redirected ${live.campaign.name} ${at.step} ${via[at.channel]} ${to} ${reason}`);
  at.channel += 1;
  at.tries = 0;
  at.phase = 'pending';
  at.dueMs = decision.t;
  at.lastReason = reason;
}

/** R11: bounded, after a pause with jitter: which instant exactly is the engine's to choose, within [50 %, 100 %]. */
export function retry(person: Person, decision: Decision, sending: Sending, atLeastMs: number): void {
  const { live, at } = sending;
  const channel = channelOf(decision, sending);
  if (!channel || at.tries >= channel.retry.attempts) return nextChannel(person, decision, sending, 'rejected');
  const { backoffMs } = channel.retry;
  const stepMs = backoffMs[at.tries - 1] ?? backoffMs.at(-1) ?? 0;
  const name = live.campaign.name;
  const mine = decision.observed.live.find(
    (one) => one.campaign === name && one.key === live.key && one.entryAtMs === live.entryAtMs,
  );
  const recorded = decision.observed.records.flatMap((record) =>
    record.kind === 'held' && record.campaign === name && record.step === at.step && record.reason === 'retry'
      ? [record.untilMs ?? 0]
      : [],
  );
  const candidates = [mine?.position.dueAtMs ?? 0, ...recorded];
  const lowMs = decision.t + Math.max(atLeastMs, Math.floor(stepMs / 2));
  const highMs = decision.t + Math.max(atLeastMs, stepMs);
  const untilMs = candidates.find((one) => one >= lowMs && one <= highMs);
  decision.facts.push(`held ${name} ${at.step} retry ${untilMs ?? `${lowMs}–${highMs}`}`);
  at.phase = 'pending';
  at.dueMs = untilMs ?? highMs;
  at.heldBy = 'retry';
}

/** The channel a message is with. */
export function channelOf(decision: Decision, { live, at }: Sending): ChannelDefinition | undefined {
  const name = (stepOf(live, at.step) as SendStep).via[at.channel];
  return name === undefined ? undefined : decision.release.channels[name];
}
