import type { ChannelDefinition, Release } from '../model/release.ts';
import { type BlackListCheck, createBlackLists } from '../policy/lists.ts';
import { createQuietHours, type QuietSpan } from '../policy/quiet-hours.ts';
import type { ValueFunction } from '../rules/compile.ts';
import { parseExpression } from '../rules/parse.ts';
import { createTriggerIndex, type TriggerIndex } from '../rules/trigger-index.ts';
import { type CompiledCampaign, compileCampaign, value } from './compiled-campaign.ts';
import { channelEnv, triggerEnv } from './expression-types.ts';

/** A channel as the checks before a send need it. */
export interface CompiledChannel {
  readonly definition: ChannelDefinition;
  readonly address: ValueFunction;
  readonly consent: ValueFunction | null;
}

/** The active release, ready to decide with. Immutable; built once at activation. */
export interface CompiledRelease {
  readonly digest: string;
  readonly release: Release;
  /** Active campaigns by name. */
  readonly campaigns: ReadonlyMap<string, CompiledCampaign>;
  /** Finds the active campaigns that an event triggers. */
  readonly triggers: TriggerIndex;
  readonly channels: ReadonlyMap<string, CompiledChannel>;
  readonly isBlackListed: BlackListCheck;
  /** Quiet span around an instant in a zone; null when the project has no quiet hours. */
  readonly quietSpan: ((instantMs: number, zone: string) => QuietSpan) | null;
  /** Event types that any exit or wait of an active campaign listens to. */
  readonly awaits: ReadonlySet<string>;
  /** How long an awaited event is kept for enrollments still to come: the longest `maxLateness` (R6). */
  readonly retentionMs: number;
}

/** Compiles a release. It has passed the compiler, so whatever fails here is a bug and throws. */
export function compileRelease(digest: string, release: Release): CompiledRelease {
  const active = Object.values(release.campaigns).filter((campaign) => campaign.state === 'active');
  const campaigns = new Map(active.map((campaign) => [campaign.name, compileCampaign(campaign, release)]));
  return {
    digest,
    release,
    campaigns,
    triggers: triggerIndexOf(release),
    channels: new Map(
      Object.values(release.channels).map((channel) => [channel.name, compileChannel(channel, release)]),
    ),
    isBlackListed: createBlackLists(Object.values(release.lists)),
    quietSpan: release.project.quietHours ? createQuietHours(release.project.quietHours) : null,
    awaits: new Set([...campaigns.values()].flatMap((campaign) => [...campaign.awaits])),
    retentionMs: Math.max(0, ...Object.values(release.eventTypes).map((type) => type.maxLatenessMs)),
  };
}

function compileChannel(definition: ChannelDefinition, release: Release): CompiledChannel {
  const env = channelEnv(release);
  return {
    definition,
    address: value(definition.address, env),
    consent: definition.consent === undefined ? null : value(definition.consent, env),
  };
}

function triggerIndexOf(release: Release): TriggerIndex {
  const rules = Object.values(release.campaigns).flatMap((campaign) => {
    if (campaign.state !== 'active' || campaign.trigger.kind !== 'event') return [];
    const { event, where } = campaign.trigger;
    const parsed = where === undefined ? null : parseExpression(where);
    if (parsed && !parsed.ok) throw new Error(`trigger of ${campaign.name} was not checked`);
    return [{ id: campaign.name, eventType: event, ...(parsed?.ok ? { where: parsed.expr } : {}) }];
  });
  return createTriggerIndex(rules, (type) => triggerEnv(release.eventTypes[type]?.fields ?? {}));
}
