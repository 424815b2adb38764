import { digestOf } from '../../src/engine/kernel/hash.ts';
import type { Release } from '../../src/engine/model/release.ts';

/** One campaign: an order of any amount enters, one second later a message goes to the file channel. */
export function benchRelease(): Release {
  const campaign = {
    name: 'reminder',
    owner: 'bench',
    state: 'active' as const,
    class: 'marketing' as const,
    priority: 50,
    staleAfterMs: 43_200_000,
    quietHours: 'apply' as const,
    profile: 'required' as const,
    readsProfile: true,
    trigger: { kind: 'event' as const, event: 'order.created', where: 'event.data.amount_minor >= 100' },
    entry: { key: 'event.data.order_id', reentry: { kind: 'once' as const }, whileLive: 'ignore' as const },
    exits: [{ kind: 'event' as const, event: 'order.paid', where: 'event.data.order_id == entry.data.order_id' }],
    steps: [
      { id: 'soon', kind: 'waitAfter' as const, ms: 1_000, from: 'previous' as const, next: 'remind' },
      { id: 'remind', kind: 'send' as const, template: 'reminder', via: ['sms'], next: 'done' },
      { id: 'done', kind: 'exit' as const },
    ],
    templates: {
      reminder: {
        name: 'reminder',
        type: 'text' as const,
        inputs: {
          surname: { type: 'string' as const, from: 'user.surname' },
          order: { type: 'string' as const, from: 'entry.data.order_id' },
        },
        content: { default: { body: 'Dear {{ surname }}, order {{ order }} is still unpaid.' } },
      },
    },
  };
  const order = {
    order_id: { type: 'string' as const, required: true },
    user_id: { type: 'string' as const, required: true },
  };
  return {
    formatVersion: 1,
    project: {
      name: 'bench',
      zone: 'UTC',
      currency: 'CNY',
      staleAfterMs: 43_200_000,
      futureSkewMs: 300_000,
      dedupeHorizonMs: 604_800_000,
      users: { table: 'customers', attributes: {} },
    },
    eventTypes: {
      'order.created': {
        name: 'order.created',
        user: 'data.user_id',
        maxLatenessMs: 86_400_000,
        fields: { ...order, amount_minor: { type: 'int' } },
      },
      'order.paid': { name: 'order.paid', user: 'data.user_id', maxLatenessMs: 86_400_000, fields: order },
    },
    tables: {
      customers: {
        name: 'customers',
        key: 'id',
        maxAgeMs: 86_400_000,
        from: { csv: 'customers.csv' },
        fields: { id: { type: 'string' }, surname: { type: 'string' }, phone: { type: 'string' } },
      },
    },
    channels: {
      sms: {
        name: 'sms',
        address: 'user.phone',
        retry: { attempts: 3, backoffMs: [30_000, 120_000] },
        receiptTimeoutMs: 600_000,
        onUnknown: 'hold',
        timeoutMs: 30_000,
        concurrency: 1_000,
        maxBacklog: 1_000_000,
        provider: { type: 'file', path: 'sms.ndjson', behaviour: 'accept', delayMs: 0, addresses: {} },
      },
    },
    lists: {},
    campaigns: { reminder: { ...campaign, digest: digestOf(campaign) } },
  };
}
