import type { UserState } from '../model/state.ts';
import type { ValueMap } from '../model/value.ts';
import type { Lease, UserChange } from '../ports/state-store.ts';

/** Kibibytes of state that one worker holds, about: a user, an enrollment and a kept event count as one and their data. */
const MAX_WEIGHT = 20_000;
const UNIT = 1_024;

/** A user as the last commit left it, with its place. */
export interface CachedUser {
  readonly state: UserState;
  readonly slot: number;
}

/**
 * What a worker knows of its users without asking the store: it alone writes their states, for as long as the epochs of
 * its leases are what they were. A user is taken out before a commit is tried and put back once it has succeeded, so a
 * commit whose answer is lost leaves nothing behind. The commit checks the same epochs, so a state that is out of date
 * is never built upon. Bounded: those written longest ago go first.
 */
export interface UserCache {
  /** Forgets everything unless it was learned under these very leases; call before a batch. */
  holdUnder(leases: readonly Lease[]): void;
  get(user: string): CachedUser | undefined;
  /** Before a commit. */
  forget(users: Iterable<string>): void;
  /** After it has succeeded. */
  learn(changes: readonly UserChange[]): void;
}

export function createUserCache(maxWeight: number = MAX_WEIGHT): UserCache {
  const users = new Map<string, CachedUser>();
  let identity = '';
  let weight = 0;
  const drop = (user: string) => {
    const known = users.get(user);
    if (known === undefined) return;
    users.delete(user);
    weight -= weightOf(known.state);
  };
  return {
    holdUnder: (leases) => {
      const present = leases.map(({ resource, holder, epoch }) => `${resource}:${holder}:${epoch}`).join(' ');
      if (present === identity) return;
      identity = present;
      users.clear();
      weight = 0;
    },
    get: (user) => users.get(user),
    forget: (names) => {
      for (const user of names) drop(user);
    },
    learn: (changes) => {
      for (const { user, state, slot } of changes) {
        drop(user);
        if (state === null) continue;
        const stored = asStored(state);
        users.set(user, { state: stored, slot });
        weight += weightOf(stored);
      }
      for (const user of users.keys()) {
        if (weight <= maxWeight) break;
        drop(user);
      }
    },
  };
}

function weightOf({ attributes, live, recent }: UserState): number {
  let weight = 1 + sizeOf(attributes) / UNIT;
  for (const { entry } of live) weight += 1 + sizeOf(entry) / UNIT;
  for (const { data } of recent) weight += 1 + sizeOf(data) / UNIT;
  return weight;
}

/** Length of the text in it, roughly; what is nested is rare and measured as JSON. */
function sizeOf(values: ValueMap): number {
  let size = 0;
  for (const name in values) {
    const value = values[name];
    if (typeof value === 'string') size += value.length;
    else if (typeof value === 'object') size += JSON.stringify(value).length;
  }
  return size;
}

/** As the store would give it back. Attributes are computed values (a negative zero, say); the rest came as JSON. */
function asStored(state: UserState): UserState {
  if (Object.keys(state.attributes).length === 0) return state;
  return { ...state, attributes: JSON.parse(JSON.stringify(state.attributes)) as ValueMap };
}
