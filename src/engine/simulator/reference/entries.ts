import { canonicalJson } from '../../kernel/hash.ts';
import { type AcceptedEvent, compareEvents, effectiveInstant } from '../../model/event.ts';
import type { EnrollInput } from '../../model/input.ts';
import type { CampaignDefinition } from '../../model/release.ts';
import type { ValueMap } from '../../model/value.ts';
import { meaningOf } from '../catalogue.ts';
import { type Decision, end, type Live, type Person, valuesOf } from './person.ts';
import { goOn, holds, isTrigger } from './steps.ts';

interface Wish {
  readonly campaign: CampaignDefinition;
  readonly id: string;
  readonly source: string;
  readonly entryAtMs: number;
  readonly data: ValueMap;
  readonly event: AcceptedEvent | null;
}

/** R4: every active campaign that an event triggers. */
export function enterByEvent(person: Person, decision: Decision, event: AcceptedEvent): void {
  const { id, source, data } = event;
  const campaigns = Object.values(decision.release.campaigns).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const campaign of campaigns) {
    const { trigger } = campaign;
    if (campaign.state !== 'active' || trigger.kind !== 'event' || trigger.event !== event.type) continue;
    const isTriggered = trigger.where === undefined ? true : meaningOf(trigger.where)({ event: data });
    if (isTriggered === false) continue;
    const wish = { campaign, id, source, data, event, entryAtMs: effectiveInstant(event) };
    if (isTriggered === undefined) refuse(decision, wish, 'rule_error');
    else enter(person, decision, wish);
  }
}

/** R4: by hand. */
export function enroll(person: Person, decision: Decision, input: EnrollInput): void {
  const campaign = decision.release.campaigns[input.campaign];
  if (campaign?.state !== 'active' || campaign.trigger.kind !== 'manual') return;
  enter(person, decision, {
    ...{ campaign, id: input.requestId, source: '', entryAtMs: input.atMs, data: input.data, event: null },
  });
}

function enter(person: Person, decision: Decision, wish: Wish): void {
  const { campaign, event, entryAtMs } = wish;
  const maxLatenessMs = event === null ? undefined : decision.release.eventTypes[event.type]?.maxLatenessMs;
  if (event && maxLatenessMs !== undefined && event.receivedAtMs - event.occurredAtMs > maxLatenessMs) {
    return refuse(decision, wish, 'late_event');
  }
  if (decision.paused.has(campaign.name)) return refuse(decision, wish, 'campaign_paused');
  if (campaign.profile === 'required' && campaign.readsProfile && person.profile === null) {
    return refuse(decision, wish, 'enrichment_missing');
  }
  const key = keyOf(wish);
  if (key === undefined) return refuse(decision, wish, 'rule_error');
  const live = person.live.find((one) => one.campaign.name === campaign.name && one.key === key);
  const bar = barOf(wish, live, person.entered.get(memoryOf(campaign.name, key)));
  if (bar !== null) return refuse(decision, wish, bar);
  if (!isEligible(person, wish)) return refuse(decision, wish, 'not_eligible');
  if (live) end(person, decision, live, 'restarted');
  admit(person, decision, wish, key, entryAtMs);
}

/** With a key, all of R4 counts per key. Undefined: it has no value. */
function keyOf({ campaign, event }: Wish): string | null | undefined {
  if (campaign.entry.key === undefined || event === null) return null;
  const key = meaningOf(campaign.entry.key)({ event: event.data }) ?? null;
  return key === null ? undefined : canonicalJson(key);
}

function memoryOf(campaign: string, key: string | null): string {
  return `${campaign} ${key ?? ''}`;
}

function barOf({ campaign, entryAtMs }: Wish, live: Live | undefined, lastMs: number | undefined): string | null {
  const { reentry, whileLive } = campaign.entry;
  if (live) return whileLive === 'ignore' || entryAtMs < live.entryAtMs ? 'live' : null;
  if (lastMs === undefined || reentry.kind === 'afterExit') return null;
  if (reentry.kind === 'once') return 'already_entered';
  return entryAtMs - lastMs >= reentry.ms ? null : 'cooldown';
}

function isEligible(person: Person, { campaign, data, event }: Wish): boolean {
  if (campaign.audience === undefined) return true;
  const names = { entry: data, user: valuesOf(person), ...(event === null ? {} : { event: event.data }) };
  return meaningOf(campaign.audience)(names) === true;
}

function admit(person: Person, decision: Decision, wish: Wish, key: string | null, entryAtMs: number): void {
  const { campaign, id, source, data } = wish;
  const isOnce = campaign.entry.reentry.kind === 'once' && key === null;
  const live: Live = {
    ...{ campaign, key, entryAtMs, data, trigger: { source, id }, visits: new Map() },
    occurrence: isOnce ? 'once' : `${source} ${id}`,
    at: { kind: 'wait', step: '', dueMs: entryAtMs },
  };
  person.entered.set(memoryOf(campaign.name, key), entryAtMs);
  person.live.push(live);
  decision.facts.push(`entered ${campaign.name} ${id} ${entryAtMs} ${campaign.digest}`);
  const exit = [...person.heard].sort(compareEvents).find((event) => isExit(person, live, event));
  if (exit) return end(person, decision, live, 'exit_event');
  goOn(person, decision, live, campaign.steps[0]?.id, { baseMs: entryAtMs, dueMs: entryAtMs });
}

/** R5: an exit event counts from the entry time on, whenever it was received. */
export function isExit(person: Person, live: Live, event: AcceptedEvent): boolean {
  if (event.occurredAtMs < live.entryAtMs || isTrigger(live, event)) return false;
  return live.campaign.exits.some(
    (exit) => exit.kind === 'event' && exit.event === event.type && holds(person, live, exit.where, event),
  );
}

function refuse(decision: Decision, { campaign, id }: Wish, reason: string): void {
  decision.facts.push(`refused ${campaign.name} ${reason} ${id}`);
}
