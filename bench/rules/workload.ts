/** One condition on a field of the event's data, in a form that every engine under test can be given. */
export type Predicate =
  | {
      readonly field: string;
      readonly op: '==' | '!=' | '>' | '>=' | '<' | '<=';
      readonly value: Scalar;
      readonly optional?: true;
    }
  | { readonly field: string; readonly op: 'in'; readonly value: readonly Scalar[] }
  | { readonly field: string; readonly op: 'startsWith' | 'contains'; readonly value: string };

export type Scalar = string | number | boolean;

/** A campaign's trigger: all predicates must hold. */
export interface Campaign {
  readonly id: string;
  readonly eventType: string;
  readonly predicates: readonly Predicate[];
}

/** An event as it comes in. */
export interface BenchEvent {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly occurred_at: number;
  readonly data: Readonly<Record<string, Scalar>>;
}

const EVENT_TYPES = 20;
const CATEGORIES = [
  'shoes',
  'shirts',
  'hats',
  'phones',
  'books',
  'toys',
  'garden',
  'sport',
  'food',
  'beauty',
  'music',
  'travel',
];
const COUNTRIES = ['CN', 'DE', 'FR', 'US', 'GB', 'JP', 'BR', 'IN', 'ES', 'IT'];
const CHANNELS = ['app', 'web', 'store', 'wechat', 'partner'];
const COUPONS = ['SPRING', 'VIP10', 'WELCOME', 'BIRTHDAY'];

/** The same numbers every time: mulberry32, in [0, 1). */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** `count` campaigns with 3–6 predicates each, most of them passed by half of the events or more, spread over 20 event types. */
export function createCampaigns(count: number, random: () => number): Campaign[] {
  return Array.from({ length: count }, (_, at) => {
    const kinds = shuffled(MAKERS, random).slice(0, 3 + Math.floor(random() * 4));
    return {
      id: `campaign-${at}`,
      eventType: eventType(at % EVENT_TYPES),
      predicates: kinds.map((make) => make(random)),
    };
  });
}

/** Events of about 286 bytes of JSON; in four of ten there is no coupon. */
export function createEvents(count: number, random: () => number): BenchEvent[] {
  return Array.from({ length: count }, (_, at) => {
    const data = {
      order_id: `order-${String(at).padStart(9, '0')}`,
      user_id: `u${Math.floor(random() * 1e6)}`,
      amount: Math.round(random() * 50_000) / 100,
      quantity: 1 + Math.floor(random() * 9),
      category: pick(CATEGORIES, random),
      country: pick(COUNTRIES, random),
      channel: pick(CHANNELS, random),
      vip: random() < 0.2,
      age_days: Math.floor(random() * 1500),
      note: `gift for ${pick(CATEGORIES, random)}`,
      ...(random() < 0.6 ? { coupon: pick(COUPONS, random) } : {}),
    };
    const type = eventType(Math.floor(random() * EVENT_TYPES));
    return {
      id: `e-${String(at).padStart(9, '0')}`,
      source: 'shop',
      type,
      occurred_at: 1_760_000_000_000 + at * 100,
      data,
    };
  });
}

const MAKERS: readonly ((random: () => number) => Predicate)[] = [
  (random) => ({ field: 'amount', op: '>=', value: Math.floor(random() * 250) + 0.5 }),
  (random) => ({ field: 'quantity', op: '>', value: Math.floor(random() * 4) }),
  (random) => ({ field: 'category', op: '==', value: pick(CATEGORIES, random) }),
  (random) => ({ field: 'category', op: 'in', value: shuffled(CATEGORIES, random).slice(0, 6) }),
  (random) => ({ field: 'country', op: 'in', value: shuffled(COUNTRIES, random).slice(0, 5) }),
  (random) => ({ field: 'country', op: '!=', value: pick(COUNTRIES, random) }),
  (random) => ({ field: 'channel', op: '==', value: pick(CHANNELS, random) }),
  (random) => ({ field: 'vip', op: '==', value: random() < 0.3 }),
  (random) => ({ field: 'age_days', op: '<', value: 500 + Math.floor(random() * 1000) }),
  (random) => ({ field: 'note', op: 'contains', value: pick(CATEGORIES, random) }),
  (random) => ({ field: 'order_id', op: 'startsWith', value: `order-000${Math.floor(random() * 2)}` }),
  (random) => ({ field: 'coupon', op: '==', value: pick(COUPONS, random), optional: true }),
];

function eventType(at: number): string {
  return `event_${at}`;
}

function pick<Item>(items: readonly Item[], random: () => number): Item {
  return items[Math.floor(random() * items.length)] as Item;
}

function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  return items
    .map((item) => ({ item, by: random() }))
    .sort((left, right) => left.by - right.by)
    .map(({ item }) => item);
}
