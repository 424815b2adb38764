import { canonicalJson, joinKey } from '../kernel/hash.ts';
import type { EntryMemory } from '../model/effect.ts';
import { type AcceptedEvent, effectiveInstant } from '../model/event.ts';
import type { EnrollInput } from '../model/input.ts';
import type { EntryReason } from '../model/reason.ts';
import type { Enrollment } from '../model/state.ts';
import type { Value, ValueMap } from '../model/value.ts';
import type { Scope } from '../rules/scope.ts';
import { goTo } from './advance.ts';
import type { CompiledCampaign } from './compiled-campaign.ts';
import { end } from './end.ts';
import { exitAtEntry } from './exit.ts';
import { count, entryName, type Fold, noteRuleError, record, userValues } from './fold.ts';
import { eventScope } from './scope.ts';

/** A wish to enter a campaign: by an event or by hand. */
interface Candidate {
  readonly campaign: CompiledCampaign;
  readonly eventId: string;
  /** Identity of the trigger as an occurrence (R8). */
  readonly trigger: string;
  readonly entryAtMs: number;
  readonly data: ValueMap;
  readonly event: AcceptedEvent | null;
}

/** Enters every active campaign that the event triggers (R4), in the order of their names. */
export function enterByEvent(fold: Fold, event: AcceptedEvent): void {
  const { matched, errors } = fold.release.triggers.match(event.type, eventScope(event));
  for (const name of [...matched, ...errors].sort()) {
    const campaign = fold.release.campaigns.get(name);
    if (!campaign) continue;
    const candidate = {
      campaign,
      eventId: event.id,
      trigger: joinKey([event.source, event.id]),
      entryAtMs: effectiveInstant(event),
      data: event.data,
      event,
    };
    if (errors.includes(name)) refuse(fold, candidate, 'rule_error');
    else enter(fold, candidate);
  }
}

/** Enters one campaign by hand or by API; the request is its occurrence. */
export function enroll(fold: Fold, input: EnrollInput): void {
  const campaign = fold.release.campaigns.get(input.campaign);
  if (campaign?.definition.trigger.kind !== 'manual') return count(fold, 'refused/unknown_campaign');
  const { requestId, atMs, data } = input;
  enter(fold, { campaign, eventId: requestId, trigger: requestId, entryAtMs: atMs, data, event: null });
}

function enter(fold: Fold, candidate: Candidate): void {
  const { definition } = candidate.campaign;
  if (isLate(fold, candidate.event)) return refuse(fold, candidate, 'late_event');
  if (fold.context.pausedCampaigns.has(definition.name)) return refuse(fold, candidate, 'campaign_paused');
  if (definition.profile === 'required' && definition.readsProfile && fold.context.profile === null) {
    return refuse(fold, candidate, 'enrichment_missing');
  }
  const key = entryKeyOf(candidate);
  if (key === undefined) return refuse(fold, candidate, 'rule_error');
  const live = fold.live.find((one) => one.campaign === definition.name && one.key === key);
  const memory = fold.entries.get(entryName(definition.name, key ?? ''));
  const barred = barredBy(candidate, live, memory);
  if (barred) return refuse(fold, candidate, barred);
  const eligible = isEligible(fold, candidate);
  if (eligible !== true) return refuse(fold, candidate, eligible);
  if (live) end(fold, live, 'restarted', { eventId: candidate.eventId });
  admit(fold, candidate, key);
}

/** R7: beyond `maxLateness` an event enters and restarts nobody. */
function isLate(fold: Fold, event: AcceptedEvent | null): boolean {
  if (event === null) return false;
  const type = fold.release.release.eventTypes[event.type];
  return type !== undefined && event.receivedAtMs - event.occurredAtMs > type.maxLatenessMs;
}

/** The entry key as canonical JSON text; null without one, undefined when it has no value. */
function entryKeyOf({ campaign, event }: Candidate): string | null | undefined {
  if (campaign.entryKey === null || event === null) return null;
  const key = campaign.entryKey(eventScope(event));
  return key === undefined || key === null ? undefined : canonicalJson(key);
}

/** R4: `whileLive` speaks while an enrollment is live, `reentry` once it has ended. */
function barredBy(
  { campaign, entryAtMs }: Candidate,
  live: Enrollment | undefined,
  memory: EntryMemory | undefined,
): EntryReason | null {
  const { reentry, whileLive } = campaign.definition.entry;
  if (live) return whileLive === 'restart' && entryAtMs >= live.entryAtMs ? null : 'live';
  if (reentry.kind === 'once' && memory) return 'already_entered';
  if (reentry.kind === 'cooldown' && memory && entryAtMs - memory.lastEntryAtMs < reentry.ms) return 'cooldown';
  return null;
}

function isEligible(fold: Fold, candidate: Candidate): true | EntryReason {
  const { audience, definition } = candidate.campaign;
  if (audience === null) return true;
  const scope: Scope = {
    ...(candidate.event ? eventScope(candidate.event) : {}),
    entry: entryValues(candidate),
    user: userValues(fold),
    now: fold.t,
  };
  const result = audience(scope);
  if (result === undefined) noteRuleError(fold, definition.name, 'audience.where has no value for this user');
  return result === true ? true : 'not_eligible';
}

function entryValues({ eventId, entryAtMs, data }: Candidate): { [name: string]: Value } {
  return { id: eventId, at: entryAtMs, data };
}

function admit(fold: Fold, candidate: Candidate, key: string | null): void {
  const { definition, firstStep } = candidate.campaign;
  const { entryAtMs, data } = candidate;
  const occurrence = definition.entry.reentry.kind === 'once' && key === null ? 'once' : candidate.trigger;
  const enrollment: Enrollment = {
    id: joinKey([definition.name, key ?? '', candidate.trigger]),
    campaign: definition.name,
    digest: definition.digest,
    key,
    occurrence,
    entryAtMs,
    entry: data,
    entryEventId: candidate.eventId,
    entrySource: candidate.event?.source ?? '',
    visits: {},
    position: { kind: 'wait', step: firstStep, dueAtMs: entryAtMs },
  };
  remember(fold, { campaign: definition.name, key: key ?? '', lastEntryAtMs: entryAtMs, enteredAtMs: fold.t });
  fold.live.push(enrollment);
  count(fold, 'entered');
  record(fold, {
    kind: 'entered',
    rule: 'R4',
    campaign: definition.name,
    digest: definition.digest,
    release: fold.release.digest,
    enrollment: enrollment.id,
    entryAtMs,
    eventId: candidate.eventId,
  });
  if (exitAtEntry(fold, enrollment)) return;
  goTo(fold, enrollment, firstStep, { baseMs: entryAtMs, dueMs: entryAtMs });
}

function remember(fold: Fold, memory: EntryMemory): void {
  const name = entryName(memory.campaign, memory.key);
  fold.entries.set(name, memory);
  fold.changedEntries.set(name, memory);
}

function refuse(fold: Fold, { campaign, eventId }: Candidate, reason: EntryReason): void {
  count(fold, `refused/${reason}`);
  record(fold, {
    kind: 'refused',
    rule: RULE_OF[reason],
    campaign: campaign.definition.name,
    reason,
    eventId,
    release: fold.release.digest,
  });
}

const RULE_OF: Readonly<Record<EntryReason, string>> = {
  future_event: 'R7',
  not_eligible: 'R4',
  already_entered: 'R4',
  live: 'R4',
  cooldown: 'R4',
  campaign_paused: 'R14',
  late_event: 'R7',
  rule_error: 'R0',
  enrichment_missing: 'R4',
};
