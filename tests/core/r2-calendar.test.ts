import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StepDefinition } from '../../src/engine/model/release.ts';
import { campaign, DAY, done, HOUR, release, send, steps, T0, waitAfter } from './builder.ts';
import { event, LI, Machine } from './machine.ts';

interface Vector {
  readonly zone: string;
  readonly local: string;
  readonly kind: string;
  readonly compatible_utc: string;
}

const file = join(import.meta.dirname, '..', 'data', 'tz', 'local_to_utc.json');
const { local_to_utc: vectors } = JSON.parse(readFileSync(file, 'utf8')) as { local_to_utc: Vector[] };

const waitIn = (id: string, days: string, atMinute?: number, from: 'previous' | 'entry' = 'previous') =>
  ({ id, kind: 'waitIn', days, from, ...(atMinute === undefined ? {} : { atMinute }) }) as const;

function machineOf(journey: StepDefinition[], zone = 'UTC'): Machine {
  return new Machine(release([campaign({ steps: journey })], { project: { zone } }));
}

describe('R2: durations and calendar time', () => {
  const wholeMinutes = vectors.filter(({ local }) => local.endsWith(':00'));

  it('R2: has vectors of gaps and overlaps to stand by', () => {
    expect(new Set(wholeMinutes.map(({ kind }) => kind))).toEqual(new Set(['unique', 'gap', 'overlap']));
  });

  it.each(wholeMinutes)('R2: $local in $zone is $compatible_utc ($kind)', ({ zone, local, compatible_utc }) => {
    const [date = '', time = ''] = local.split('T');
    const [hours = '', minutes = ''] = time.split(':');
    const machine = machineOf(steps(waitIn('day', '2', Number(hours) * 60 + Number(minutes)), done), zone);
    // Noon two days before, in every zone: some hour of that local date.
    const entryAtMs = Date.parse(`${date}T12:00:00Z`) - 2 * DAY - (zone.startsWith('Pacific/A') ? 12 * HOUR : 0);
    machine.feed(entryAtMs, event('order.created', entryAtMs));
    expect(new Date(machine.dueAtMs ?? 0).toISOString()).toBe(new Date(compatible_utc).toISOString());
  });

  it('R2: `after` is elapsed time, also over a change of the clock', () => {
    const machine = machineOf(steps(waitAfter('day', DAY), done), 'Europe/Berlin');
    const before = Date.parse('2026-03-28T20:00:00Z');
    machine.feed(before, event('order.created', before));
    expect(machine.dueAtMs).toBe(before + DAY);
  });

  it.each([
    ['over spring forward', '2026-03-28T20:00:00Z', 23],
    ['over fall back', '2026-10-24T20:00:00Z', 25],
  ])('R2: without `at` the local time of day is kept %s', (_, from, hours) => {
    const machine = machineOf(steps(waitIn('day', '1'), done), 'Europe/Berlin');
    const base = Date.parse(from);
    machine.feed(base, event('order.created', base));
    expect(machine.dueAtMs).toBe(base + hours * HOUR);
  });

  it('R2: both count from the step before, with `from: entry` from the entry', () => {
    const machine = machineOf(
      steps(
        waitAfter('a', HOUR),
        waitAfter('b', HOUR),
        waitAfter('c', 3 * HOUR, 'entry'),
        waitIn('d', '1', 600, 'entry'),
        done,
      ),
    );
    machine.feed(T0, event('order.created', T0));
    machine.pass(T0 + 10 * DAY);
    expect(machine.story('waiting', 'ended')).toEqual([
      '+0s waits at a',
      '+1h waits at b',
      '+2h waits at c',
      '+3h waits at d',
      '+1d8h ended completed',
    ]);
  });

  it('R2: an instant already past completes at once and is the due instant', () => {
    const machine = machineOf(steps(waitAfter('a', 5 * HOUR), waitIn('b', '0', 3 * 60, 'entry'), send('remind'), done));
    machine.feed(T0, event('order.created', T0));
    machine.pass(T0 + 5 * HOUR);
    expect(machine.story('outcome')).toEqual(['+5h sent remind by wechat']);
    expect(machine.sends[0]?.dueAtMs).toBe(T0 + HOUR);
  });

  it.each([
    ['3', '+3d ended completed'],
    ['user.days - 5', '+2d ended completed'],
    ['user.days * 0', '+0s ended completed'],
  ])('R2: `days` may be an expression: %s', (days, last) => {
    const machine = machineOf(steps(waitIn('day', days), done));
    machine.profile = { ...LI, days: 7 };
    machine.feed(T0, event('order.created', T0));
    expect(machine.pass(T0 + 10 * DAY).story('ended')).toEqual([last]);
  });

  it('R2: `days` without a value ends the journey with a reason', () => {
    const machine = machineOf(steps(waitIn('day', 'user.days - 5'), done));
    machine.feed(T0, event('order.created', T0));
    expect(machine.story('note', 'ended')).toEqual(['+0s note rule_error', '+0s ended rule_error']);
  });

  it('R2: the zone is read when the timer is set', () => {
    const machine = machineOf(steps(waitIn('day', '1', 9 * 60), send('remind'), done));
    machine.feed(T0, event('order.created', T0));
    machine.profile = { ...LI, zone: 'Asia/Tokyo' };
    machine.pass(T0 + 2 * DAY);
    expect(machine.sends[0]?.plannedAtMs).toBe(T0 + DAY + 7 * HOUR);
  });
});
