import { triggerEnv } from '../../journeys/expression-types.ts';
import { eventScope } from '../../journeys/scope.ts';
import type { DecisionRecord } from '../../model/record.ts';
import type { CampaignDefinition, EventTrigger, ReleaseBundle } from '../../model/release.ts';
import { compileCondition } from '../../rules/compile.ts';
import type { Expr } from '../../rules/expr.ts';
import { parseExpression } from '../../rules/parse.ts';
import type { Scope } from '../../rules/scope.ts';
import { fieldsRead, valueAt } from './fields-read.ts';
import type { Places, RecordPlace } from './places.ts';
import type { Shown } from './shown.ts';

/** The latest events looked at for one campaign. */
const MAX_EVENTS = 5;

type EventRecord = Extract<DecisionRecord, { kind: 'event' }>;

/** An event that could have triggered a campaign and did not. */
export interface Untriggered {
  readonly eventId: string;
  readonly atMs: number;
  /** `false`, `error` (counts as false, R0), or `true`: it would trigger under today's release. */
  readonly where: 'false' | 'error' | 'true';
  /** The fields that the filter reads, with their values, masked. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Why there is no record of a user in a campaign. */
export interface NotEntered extends RecordPlace {
  readonly campaign: string;
  readonly reason: 'not_active' | 'manual' | 'no_event' | 'not_triggered';
  readonly text: string;
  readonly where: string | null;
  readonly events: readonly Untriggered[];
}

/** Campaigns, or the one named, that neither entered nor refused this user; recomputed from its stored events. */
export function whyNotEntered(parts: {
  readonly bundle: ReleaseBundle;
  readonly records: readonly DecisionRecord[];
  readonly places: Places;
  readonly shown: Shown;
  readonly campaign?: string;
}): readonly NotEntered[] {
  const decided = new Set(
    parts.records.flatMap((one) => (one.kind === 'entered' || one.kind === 'refused' ? [one.campaign] : [])),
  );
  const events = parts.records.filter((one) => one.kind === 'event');
  return Object.values(parts.bundle.release.campaigns)
    .filter(({ name }) => !decided.has(name) && (parts.campaign === undefined || parts.campaign === name))
    .map((campaign) => ({
      campaign: campaign.name,
      ...parts.places.ofCampaign(campaign.name),
      ...whyNot(campaign, events, parts.bundle, parts.shown),
    }));
}

type Why = Pick<NotEntered, 'reason' | 'text' | 'where' | 'events'>;

function whyNot(
  { state, trigger }: CampaignDefinition,
  events: readonly EventRecord[],
  bundle: ReleaseBundle,
  shown: Shown,
): Why {
  const nothing = { where: null, events: [] };
  if (state !== 'active')
    return { reason: 'not_active', text: `the campaign is ${state}: it admits nobody`, ...nothing };
  if (trigger.kind === 'manual')
    return { reason: 'manual', text: 'it is entered by hand only (mka enroll)', ...nothing };
  const heard = events.filter(({ type }) => type === trigger.event).slice(-MAX_EVENTS);
  const where = trigger.where ?? null;
  if (heard.length === 0) {
    return { reason: 'no_event', text: `no ${trigger.event} of this user was received`, where, events: [] };
  }
  const untriggered = heard.map((event) => judge(event, trigger, bundle, shown));
  const text = untriggered.some((one) => one.where === 'true')
    ? 'it would be triggered under the present release; when the event came another one was active'
    : 'its trigger did not match';
  return { reason: 'not_triggered', text, where, events: untriggered };
}

function judge(event: EventRecord, trigger: EventTrigger, { release }: ReleaseBundle, shown: Shown): Untriggered {
  const { id: eventId, atMs, type } = event;
  const scope = eventScope({ ...event, user: '' });
  const expr = parsed(trigger.where);
  if (expr === null) return { eventId, atMs, where: 'true', fields: {} };
  const fields = release.eventTypes[trigger.event]?.fields ?? {};
  const result = compileCondition(expr, triggerEnv(fields))(scope);
  const read = fieldsRead(expr).map((path) => [path.join('.'), shownAt(path, scope, type, shown)] as const);
  return {
    ...{ eventId, atMs },
    where: result === undefined ? 'error' : result ? 'true' : 'false',
    fields: Object.fromEntries(read),
  };
}

function shownAt(path: readonly string[], scope: Scope, type: string, shown: Shown): unknown {
  return shown.value(path, valueAt(scope, path) ?? null, type);
}

function parsed(where: string | undefined): Expr | null {
  const result = where === undefined ? null : parseExpression(where);
  return result?.ok ? result.expr : null;
}
