import { describe, expect, it } from 'vitest';
import { campaign, done, HOUR, release, send, steps, T0 } from './builder.ts';
import { event, LI, Machine } from './machine.ts';

/** In `days: 1, at 09:00` says by the day's instant which zone was taken. */
function nextNine(zones: { user?: unknown; campaign?: string; project: string }): Machine {
  const journey = steps(
    { id: 'nine', kind: 'waitIn', days: '1', atMinute: 9 * 60, from: 'previous' },
    send('remind'),
    done,
  );
  const one = campaign({ steps: journey, ...(zones.campaign === undefined ? {} : { zone: zones.campaign }) });
  const machine = new Machine(release([one], { project: { zone: zones.project } }));
  machine.profile = { ...LI, zone: zones.user as string };
  machine.feed(T0, event('order.created', T0));
  return machine;
}

describe('R1: the zone of a decision', () => {
  const tomorrow = (time: string) => Date.parse(`2026-11-23T${time}Z`);

  it.each([
    ['the user', { user: 'Asia/Tokyo', campaign: 'Europe/Berlin', project: 'UTC' }, tomorrow('00:00:00'), 0],
    ['the campaign', { campaign: 'Europe/Berlin', project: 'UTC' }, tomorrow('08:00:00'), 0],
    ['the project', { project: 'Asia/Shanghai' }, tomorrow('01:00:00'), 0],
    ['the campaign', { user: 'Mars/Olympus', campaign: 'Europe/Berlin', project: 'UTC' }, tomorrow('08:00:00'), 1],
    ['the project', { user: '+08:00', project: 'UTC' }, tomorrow('09:00:00'), 1],
    ['the project', { user: 7, project: 'UTC' }, tomorrow('09:00:00'), 1],
  ])('R1: %s gives it: %j', (_, zones, dueAtMs, fallbacks) => {
    const machine = nextNine(zones);
    expect(machine.dueAtMs).toBe(dueAtMs);
    expect(machine.story('note')).toEqual(Array(fallbacks).fill('+0s note tz_fallback'));
  });

  it('R1: a user without a zone takes the next one without a record', () => {
    expect(nextNine({ user: null, project: 'UTC' }).story('note')).toEqual([]);
  });

  it('R1: a zone that is none is noted once a decision and drops nobody', () => {
    const one = campaign({ steps: steps(send('remind'), done) });
    const quietHours = { startMinute: 22 * 60, endMinute: 8 * 60 };
    const machine = new Machine(release([one], { project: { quietHours } }));
    machine.profile = { ...LI, zone: 'Nowhere' };
    const noon = T0 + 10 * HOUR;
    machine.feed(noon, event('order.created', noon));
    expect(machine.story('note', 'outcome')).toEqual(['+10h note tz_fallback', '+10h sent remind by wechat']);
  });
});
