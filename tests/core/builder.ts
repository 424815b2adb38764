import { digestOf } from '../../src/engine/kernel/hash.ts';
import type {
  CampaignDefinition,
  ChannelDefinition,
  EventTypeDefinition,
  ProjectDefinition,
  Release,
  SendStep,
  StepDefinition,
} from '../../src/engine/model/release.ts';

/** The instant at which most stories begin: a Sunday, 02:00 UTC, 10:00 in Shanghai. */
export const T0 = Date.parse('2026-11-22T02:00:00Z');
export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** A step without the step that follows: `steps` fills it in. */
export type StepSpec = StepDefinition extends infer S
  ? S extends StepDefinition
    ? Omit<S, 'next'> & { next?: string }
    : never
  : never;

/** Steps in the order of the file, each followed by the one below. */
export function steps(...list: readonly StepSpec[]): StepDefinition[] {
  return list.map((step, index) => {
    const next = step.next ?? list[index + 1]?.id;
    return (next === undefined || step.kind === 'exit' ? step : { ...step, next }) as StepDefinition;
  });
}

export const waitAfter = (id: string, ms: number, from: 'previous' | 'entry' = 'previous'): StepSpec => ({
  ...{ id, kind: 'waitAfter', ms, from },
});

export const send = (id: string, via: readonly string[] = ['wechat'], more: Partial<SendStep> = {}): StepSpec => ({
  ...{ id, kind: 'send', template: 'hello', via },
  ...more,
});

export const done: StepSpec = { id: 'done', kind: 'exit' };

/** A campaign on `order.created`, once per order, that ends with the payment: a message after ten minutes. */
export function campaign(more: Partial<Omit<CampaignDefinition, 'digest'>> = {}): CampaignDefinition {
  const definition: Omit<CampaignDefinition, 'digest'> = {
    name: 'reminder',
    owner: 'growth',
    state: 'active',
    class: 'marketing',
    priority: 50,
    staleAfterMs: 12 * HOUR,
    quietHours: 'apply',
    profile: 'optional',
    readsProfile: true,
    trigger: { kind: 'event', event: 'order.created' },
    entry: { key: 'event.data.order_id', reentry: { kind: 'once' }, whileLive: 'ignore' },
    exits: [{ kind: 'event', event: 'order.paid', where: 'event.data.order_id == entry.data.order_id' }],
    steps: steps(waitAfter('wait', 10 * MINUTE), send('remind', ['wechat', 'sms']), done),
    templates: {
      hello: {
        name: 'hello',
        type: 'text',
        inputs: { surname: { type: 'string', from: 'user.surname', default: 'friend' } },
        content: { default: { body: 'Dear {{ surname }}' } },
      },
    },
    ...more,
  };
  return { ...definition, digest: digestOf(definition) };
}

/** A file channel by name; its address is the user's field of that name. */
export function channel(name: string, more: Partial<ChannelDefinition> = {}): ChannelDefinition {
  return {
    name,
    address: `user.${name}`,
    retry: { attempts: 3, backoffMs: [30 * SECOND, 2 * MINUTE] },
    receiptTimeoutMs: 10 * MINUTE,
    onUnknown: 'hold',
    timeoutMs: 10 * SECOND,
    concurrency: 10,
    maxBacklog: 1_000,
    provider: { type: 'file', path: `${name}.ndjson`, behaviour: 'accept', delayMs: 0, addresses: {} },
    ...more,
  };
}

function eventType(name: string): EventTypeDefinition {
  const fields = { user_id: STRING, order_id: STRING, amount: { type: 'int' }, n: { type: 'int' } } as const;
  return { name, user: 'data.user_id', fields, maxLatenessMs: DAY };
}

const STRING = { type: 'string' } as const;

/** A release of these campaigns: quiet hours only where a test gives them, zone UTC, channels wechat, sms and email. */
export function release(
  campaigns: readonly CampaignDefinition[],
  more: Partial<Omit<Release, 'campaigns' | 'project'>> & { project?: Partial<ProjectDefinition> } = {},
): Release {
  const { project, ...rest } = more;
  const channels = ['wechat', 'sms', 'email'].map((name) => channel(name));
  const types = ['order.created', 'order.paid', 'app.opened', 'answer.given'].map((name) => eventType(name));
  return {
    formatVersion: 1,
    project: {
      name: 'shop',
      zone: 'UTC',
      currency: 'CNY',
      staleAfterMs: 12 * HOUR,
      futureSkewMs: 5 * MINUTE,
      dedupeHorizonMs: 7 * DAY,
      users: { table: 'customers', zoneField: 'zone', attributes: { stage: STRING } },
      ...project,
    },
    eventTypes: Object.fromEntries(types.map((type) => [type.name, type])),
    tables: {
      customers: {
        name: 'customers',
        key: 'id',
        maxAgeMs: DAY,
        from: { csv: 'customers.csv' },
        fields: {
          ...{ id: STRING, surname: STRING, city: STRING, zone: STRING, wechat: STRING, sms: STRING, email: STRING },
          ...{ accepts: { type: 'bool' }, days: { type: 'int' } },
        },
      },
    },
    channels: Object.fromEntries(channels.map((one) => [one.name, one])),
    lists: {},
    campaigns: Object.fromEntries(campaigns.map((one) => [one.name, one])),
    ...rest,
  };
}
