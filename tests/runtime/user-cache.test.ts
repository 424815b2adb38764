import { describe, expect, it } from 'vitest';
import { EMPTY_USER_STATE, type UserState } from '../../src/engine/model/state.ts';
import type { Lease, UserChange } from '../../src/engine/ports/state-store.ts';
import { createUserCache } from '../../src/engine/runtime/user-cache.ts';

const LEASE: Lease = { resource: 'engine/00', holder: 'run-1', epoch: 3, expiresAtMs: 1 };

function change(user: string, state: UserState | null = EMPTY_USER_STATE): UserChange {
  const none = { entries: [], sends: [], cancels: [], settles: [], pausedBy: [], mail: [], records: [] };
  return { user, slot: 7, partition: 0, state, dueAtMs: null, ...none };
}

describe('the states that a worker wrote last', () => {
  it('what a commit has written is known, with its slot', () => {
    const cache = createUserCache();
    cache.holdUnder([LEASE]);
    cache.learn([change('u1')]);
    expect(cache.get('u1')).toEqual({ state: EMPTY_USER_STATE, slot: 7 });
  });

  it('a user taken out before a commit stays unknown until one has succeeded', () => {
    const cache = createUserCache();
    cache.holdUnder([LEASE]);
    cache.learn([change('u1'), change('u2')]);
    cache.forget(['u1']);
    expect(cache.get('u1')).toBeUndefined();
    expect(cache.get('u2')).toBeDefined();
  });

  it.each([
    ['epoch', { ...LEASE, epoch: 4 }],
    ['holder', { ...LEASE, holder: 'run-2' }],
    ['resource', { ...LEASE, resource: 'engine/01' }],
  ])('another %s of a lease forgets everything', (_, lease) => {
    const cache = createUserCache();
    cache.holdUnder([LEASE]);
    cache.learn([change('u1')]);
    cache.holdUnder([lease]);
    expect(cache.get('u1')).toBeUndefined();
  });

  it('a renewal of the same lease keeps it', () => {
    const cache = createUserCache();
    cache.holdUnder([LEASE]);
    cache.learn([change('u1')]);
    cache.holdUnder([{ ...LEASE, expiresAtMs: 9 }]);
    expect(cache.get('u1')).toBeDefined();
  });

  it('a user without state is not kept: the store has no row either', () => {
    const cache = createUserCache();
    cache.learn([change('u1')]);
    cache.learn([change('u1', null)]);
    expect(cache.get('u1')).toBeUndefined();
  });

  it('the users written longest ago go first when there are too many', () => {
    const cache = createUserCache(2);
    cache.learn([change('u1'), change('u2')]);
    cache.learn([change('u1')]);
    cache.learn([change('u3')]);
    expect(['u1', 'u2', 'u3'].map((user) => cache.get(user) !== undefined)).toEqual([true, false, true]);
  });

  it('attributes are as the store would give them back', () => {
    const cache = createUserCache();
    cache.learn([change('u1', { ...EMPTY_USER_STATE, attributes: { balance: -0 } })]);
    expect(Object.is(cache.get('u1')?.state.attributes['balance'], 0)).toBe(true);
  });
});
