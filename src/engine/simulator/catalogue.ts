import type { Value, ValueMap } from '../model/value.ts';

/** What an expression of a generated campaign may read. */
export interface Names {
  readonly event?: ValueMap;
  readonly entry?: ValueMap;
  readonly user?: ValueMap;
}

type Meaning = (names: Names) => Value | undefined;

/** Null and absent are one value, and any operator on it is an error (R0): undefined stands for the error. */
const on =
  (read: Meaning, test: (value: Value) => boolean): Meaning =>
  (names) => {
    const value = read(names) ?? null;
    return value === null ? undefined : test(value);
  };
const event =
  (field: string): Meaning =>
  (names) =>
    names.event?.[field];
const entry =
  (field: string): Meaning =>
  (names) =>
    names.entry?.[field];
const user =
  (field: string): Meaning =>
  (names) =>
    names.user?.[field];
const constant =
  (value: Value): Meaning =>
  () =>
    value;

const sameOrder: Meaning = (names) => {
  const mine = names.entry?.['order'] ?? null;
  const other = names.event?.['order'] ?? null;
  return mine === null || other === null ? undefined : mine === other;
};

/**
 * Every expression that generated campaigns use, with its meaning by R0 in plain JavaScript: the engine compiles the text,
 * the reference machine reads the meaning. `event` and `entry` are the data of the event and of the entry.
 */
const CATALOGUE: Readonly<Record<string, Meaning>> = {
  'event.data.amount > 10': on(event('amount'), (amount) => Number(amount) > 10),
  'event.data.order == entry.data.order': sameOrder,
  'event.data.order': event('order'),
  'entry.data.amount >= 50': on(entry('amount'), (amount) => Number(amount) >= 50),
  'entry.data.order': entry('order'),
  'user.consent == true': on(user('consent'), (consent) => consent === true),
  'user.tier >= 2': on(user('tier'), (tier) => Number(tier) >= 2),
  'user.seen == true': on(user('seen'), (seen) => seen === true),
  'user.blocked == true': on(user('blocked'), (blocked) => blocked === true),
  'user.phone': user('phone'),
  'user.token': user('token'),
  'user.mail': user('mail'),
  'user.tier': user('tier'),
  true: constant(true),
  '0': constant(0),
  '1': constant(1),
};

/** Meaning of an expression: undefined is an error. */
export function meaningOf(text: string): Meaning {
  const meaning = CATALOGUE[text];
  if (meaning === undefined) throw new Error(`the catalogue has no expression ${text}`);
  return meaning;
}
