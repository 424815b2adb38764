import type { CampaignDefinition, ChannelDefinition, ListDefinition, Release } from '../../model/release.ts';
import type { ProviderPlan } from '../plan.ts';
import type { Random } from '../random.ts';
import { EVENTS, generateCampaign, ORDER_FIELDS, type Surroundings, withDigest } from './campaigns.ts';
import { MOODS } from './faults.ts';

const CHANNELS = [
  { name: 'sms', class: 'III', address: 'user.phone' },
  { name: 'push', class: 'I', address: 'user.token' },
  { name: 'mail', class: 'III', address: 'user.mail' },
] as const;

/** The providers behind the channels of a plan. */
export function generateProviders(random: Random): Record<string, ProviderPlan> {
  const chosen = CHANNELS.filter(({ name }) => name !== 'mail' || random.chance(0.4));
  return Object.fromEntries(
    chosen.map(({ name, class: deliveryClass }) => [
      name,
      {
        class: deliveryClass,
        receiptShare: random.pick([0, 0.3, 0.8]),
        undeliveredShare: random.pick([0, 0.2]),
        ...(random.chance(0.4)
          ? { moods: { share: random.pick([0.1, 0.4]), of: random.shuffle(MOODS).slice(0, 3) } }
          : {}),
      },
    ]),
  );
}

/** One release, or two: the second changes something of the first. */
export function generateReleases(random: Random, around: Surroundings, users: readonly string[]): Release[] {
  const { channels } = around;
  const count = random.int(1, 3);
  const campaigns = Array.from({ length: count }, (_, index) => generateCampaign(random, index, around));
  const first: Release = {
    formatVersion: 1,
    project: projectOf(random),
    eventTypes: Object.fromEntries(
      Object.values(EVENTS).map((name) => [
        name,
        { name, user: 'subject', fields: ORDER_FIELDS, maxLatenessMs: random.pick([1_500, 5_000, 60_000]) },
      ]),
    ),
    tables: { customers: CUSTOMERS },
    channels: Object.fromEntries(channels.map((name) => [name, channelOf(random, name)])),
    lists: {},
    campaigns: byName(campaigns),
  };
  return random.chance(0.4) ? [first, changed(random, first, users)] : [first];
}

function projectOf(random: Random): Release['project'] {
  const startMinute = random.int(600, 602);
  return {
    name: 'sim',
    zone: 'UTC',
    currency: 'EUR',
    ...(random.chance(0.3) ? { quietHours: { startMinute, endMinute: startMinute + 1 } } : {}),
    staleAfterMs: 90_000,
    futureSkewMs: 2_000,
    dedupeHorizonMs: 604_800_000,
    users: {
      table: 'customers',
      zoneField: 'zone',
      attributes: { seen: { type: 'bool' }, blocked: { type: 'bool' } },
    },
  };
}

const TEXT = { type: 'string' } as const;
const CUSTOMERS: Release['tables'][string] = {
  name: 'customers',
  key: 'id',
  fields: { phone: TEXT, token: TEXT, mail: TEXT, zone: TEXT, consent: { type: 'bool' }, tier: { type: 'int' } },
  maxAgeMs: 0,
  from: { csv: 'customers.csv' },
};

function channelOf(random: Random, name: string): ChannelDefinition {
  const address = CHANNELS.find((one) => one.name === name)?.address ?? 'user.phone';
  return {
    name,
    address,
    ...(random.chance(0.3) ? { consent: 'user.consent == true' } : {}),
    retry: { attempts: random.int(1, 3), backoffMs: random.pick([[200, 800], [400], [0]]) },
    receiptTimeoutMs: random.pick([300, 1_500]),
    onUnknown: random.pick(['hold', 'hold', 'hold', 'fallback', 'resend'] as const),
    timeoutMs: random.pick([300, 900]),
    concurrency: random.int(1, 4),
    maxBacklog: random.chance(0.15) ? 2 : 1_000,
    provider: { type: 'file', path: name, behaviour: 'accept', delayMs: 0, addresses: {} },
  };
}

/** Another version of a campaign, one of them gone, a user on a list. What waits await and channels promise stays. */
function changed(random: Random, first: Release, users: readonly string[]): Release {
  const campaigns = Object.values(first.campaigns).map((campaign) => {
    if (random.chance(0.15)) return withDigest({ ...campaign, state: 'archived' });
    return random.chance(0.6)
      ? withDigest({ ...campaign, steps: campaign.steps.map((step) => slower(step)) })
      : campaign;
  });
  const listed = random.chance(0.5) ? { blocked: listOf(random, users) } : {};
  return { ...first, campaigns: byName(campaigns), lists: listed };
}

function slower<Step extends CampaignDefinition['steps'][number]>(step: Step): Step {
  if (step.kind === 'waitAfter') return { ...step, ms: step.ms + 700 };
  if (step.kind === 'waitFor') return { ...step, timeoutMs: step.timeoutMs + 700 };
  return step.kind === 'send' ? { ...step, via: [...step.via].reverse() } : step;
}

function listOf(random: Random, users: readonly string[]): ListDefinition {
  const entries = users.filter(() => random.chance(0.4)).map((user) => ({ user, reason: 'asked' }));
  return { name: 'blocked', type: 'black', channels: [], legal: random.chance(0.5), entries };
}

function byName(campaigns: readonly CampaignDefinition[]): Record<string, CampaignDefinition> {
  return Object.fromEntries(campaigns.map((campaign) => [campaign.name, campaign]));
}
