import { describe, expect, it } from 'vitest';
import type { ChangeWindow } from '../../src/engine/model/policy.ts';
import { windowAt } from '../../src/engine/release/change-window.ts';
import { policy, policySet } from './fixture.ts';

const WORKDAYS = [1, 2, 3, 4, 5];
const office: ChangeWindow = {
  environment: 'prod',
  zone: 'Europe/Berlin',
  days: WORKDAYS,
  fromMinute: 600,
  toMinute: 960,
};
const night: ChangeWindow = { ...office, days: [5], fromMinute: 1_320, toMinute: 120 };
const lost: ChangeWindow = { ...office, days: [7], fromMinute: 120, toMinute: 180 };

describe('a change window', () => {
  it.each<[string, readonly ChangeWindow[], string, string | true]>([
    ['none at all', [], '2026-11-22T02:00:00Z', true],
    ['of another environment', [{ ...office, environment: 'staging' }], '2026-11-22T02:00:00Z', true],
    ['on Monday morning', [office], '2026-11-23T09:00:00Z', true],
    ['a minute too early', [office], '2026-11-23T08:59:00Z', '2026-11-23T09:00:00Z'],
    ['at its end, which is outside', [office], '2026-11-23T15:00:00Z', '2026-11-24T09:00:00Z'],
    ['on Saturday', [office], '2026-11-21T12:00:00Z', '2026-11-23T09:00:00Z'],
    ['in summer an hour earlier by UTC', [office], '2026-07-20T08:00:00Z', true],
    [
      'on the Friday before the clocks change, the next one by the new time',
      [office],
      '2026-10-23T15:00:00Z',
      '2026-10-26T09:00:00Z',
    ],
    ['that wraps midnight, in the evening', [night], '2026-11-20T22:30:00Z', true],
    ['that wraps midnight, after it', [night], '2026-11-21T00:30:00Z', true],
    ['that wraps midnight, on the wrong night', [night], '2026-11-20T00:30:00Z', '2026-11-20T21:00:00Z'],
    ['in an hour that is lost that day, a week later', [lost], '2026-03-29T00:30:00Z', '2026-04-05T00:00:00Z'],
    ['in an hour that comes twice, the first time', [lost], '2026-10-25T00:30:00Z', true],
    ['in an hour that comes twice, the second time', [lost], '2026-10-25T01:30:00Z', true],
    ['either of two', [office, { ...office, days: [6, 7] }], '2026-11-21T12:00:00Z', true],
  ])('%s', (_, windows, at, expected) => {
    const verdict = windowAt(policySet(policy({ windows })), 'prod', Date.parse(at));
    const opens = verdict.isOpen ? true : new Date(verdict.opensAtMs ?? 0).toISOString().replace('.000', '');
    expect(opens).toBe(expected);
  });

  it('without a day never opens', () => {
    expect(windowAt(policySet(policy({ windows: [{ ...office, days: [] }] })), 'prod', 0)).toEqual({
      isOpen: false,
      opensAtMs: null,
    });
  });
});
