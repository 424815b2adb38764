import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { localMinute } from '../../src/engine/kernel/local-time.ts';
import type { CampaignDefinition } from '../../src/engine/model/release.ts';
import { createQuietHours } from '../../src/engine/policy/quiet-hours.ts';
import { campaign, DAY, done, HOUR, MINUTE, release, send, steps } from './builder.ts';
import { event, LI, Machine, refuse, throttle } from './machine.ts';

const NIGHT = { startMinute: 22 * 60, endMinute: 8 * 60 };
const NAP = { startMinute: 12 * 60, endMinute: 14 * 60 };

function at(time: string, quietHours = NIGHT, more: Partial<CampaignDefinition> = {}): Machine {
  const machine = new Machine(
    release([campaign({ steps: steps(send('remind', ['wechat', 'sms']), done), ...more })], {
      project: { quietHours },
    }),
  );
  const atMs = Date.parse(`2026-11-22T${time}Z`);
  machine.feed(atMs, event('order.created', atMs));
  return machine;
}

const sentAt = (machine: Machine) =>
  machine
    .pass(Number.MAX_SAFE_INTEGER)
    .records.flatMap((one) => (one.kind === 'outcome' ? [new Date(one.atMs).toISOString()] : []));

describe('R3: quiet hours [start, end)', () => {
  it.each([
    ['just before the start', '21:59:59.999', NIGHT, '2026-11-22T21:59:59.999Z'],
    ['at the start', '22:00:00', NIGHT, '2026-11-23T08:00:00.000Z'],
    ['after midnight', '00:30:00', NIGHT, '2026-11-22T08:00:00.000Z'],
    ['just before the end', '07:59:59.999', NIGHT, '2026-11-22T08:00:00.000Z'],
    ['at the end', '08:00:00', NIGHT, '2026-11-22T08:00:00.000Z'],
    ['before quiet hours that do not wrap', '11:59:59', NAP, '2026-11-22T11:59:59.000Z'],
    ['inside quiet hours that do not wrap', '12:00:00', NAP, '2026-11-22T14:00:00.000Z'],
    ['after quiet hours that do not wrap', '14:00:00', NAP, '2026-11-22T14:00:00.000Z'],
  ])('R3: a message due %s', (_, time, quietHours, expected) => {
    expect(sentAt(at(time, quietHours))).toEqual([expected]);
  });

  it('R3: are local: those of the user', () => {
    const machine = new Machine(
      release([campaign({ steps: steps(send('remind'), done) })], { project: { quietHours: NIGHT } }),
    );
    machine.profile = { ...LI, zone: 'Asia/Tokyo' };
    const atMs = Date.parse('2026-11-22T13:00:00Z');
    machine.feed(atMs, event('order.created', atMs));
    expect(sentAt(machine)).toEqual(['2026-11-22T23:00:00.000Z']);
  });

  it('R3: a held message leaves a record with its end', () => {
    expect(at('23:00:00').records.find((one) => one.kind === 'held')).toMatchObject({
      ...{ rule: 'R3', reason: 'quiet_hours', untilMs: Date.parse('2026-11-23T08:00:00Z') },
    });
  });

  it.each([
    [
      'a payment meanwhile ends it',
      (machine: Machine, ms: number) => machine.feed(ms, event('order.paid', ms)),
      ['ended exit_event'],
    ],
    [
      'consent withdrawn, no address left',
      (machine: Machine) => machine.become({ surname: 'Li' }),
      ['skipped remind no_address', 'ended completed'],
    ],
    [
      'a new address is taken',
      (machine: Machine) => machine.become({ sms: '+862' }),
      ['sent remind by sms', 'ended completed'],
    ],
  ])('R3: on release all of R23 is checked again: %s', (_, change, expected) => {
    const machine = at('23:00:00');
    change(machine, Date.parse('2026-11-23T01:00:00Z'));
    machine.pass(Number.MAX_SAFE_INTEGER);
    expect(machine.story('outcome', 'skipped', 'ended').map((line) => line.slice(line.indexOf(' ') + 1))).toEqual(
      expected,
    );
  });

  it('R3: a retry that falls into quiet hours waits likewise', () => {
    const machine = new Machine(
      release([campaign({ steps: steps(send('remind'), done) })], { project: { quietHours: NIGHT } }),
    );
    machine.answer = ({ attempt }) => (attempt === 1 ? throttle : { kind: 'accepted' });
    const atMs = Date.parse('2026-11-22T21:59:45Z');
    machine.feed(atMs, event('order.created', atMs));
    expect(sentAt(machine)).toEqual(['2026-11-22T21:59:45.000Z', '2026-11-23T08:00:00.000Z']);
  });

  it('R3: the next channel waits likewise', () => {
    const machine = at('21:59:59.999');
    expect(machine.story('outcome')).toHaveLength(1);
    const second = new Machine(
      release([campaign({ steps: steps(send('remind', ['wechat', 'sms']), done) })], {
        project: { quietHours: NIGHT },
      }),
    );
    second.answer = () => null;
    const atMs = Date.parse('2026-11-22T21:59:00Z');
    second.feed(atMs, event('order.created', atMs));
    const [planned] = second.sends;
    if (planned) second.outcome(atMs + 2 * MINUTE, planned, refuse);
    expect(second.records.filter((one) => one.kind === 'held')).toHaveLength(1);
  });

  it('R3: a message in the outbox is valid until the next quiet hours only', () => {
    expect(at('21:00:00').sends[0]?.notAfterMs).toBe(Date.parse('2026-11-22T22:00:00Z'));
  });

  it('R3: a campaign that says so ignores them', () => {
    expect(sentAt(at('23:00:00', NIGHT, { quietHours: 'ignore' }))).toEqual(['2026-11-22T23:00:00.000Z']);
  });
});

describe('R3: over a change of the clock', () => {
  const file = join(import.meta.dirname, '..', 'data', 'tz', 'local_to_utc.json');
  const { transitions } = JSON.parse(readFileSync(file, 'utf8')) as { transitions: { zone: string; utc: string }[] };
  const hours = [
    { startMinute: 22 * 60, endMinute: 90 },
    { startMinute: 90, endMinute: 8 * 60 },
    { startMinute: 150, endMinute: 165 },
    { startMinute: 75, endMinute: 105 },
    { startMinute: 22 * 60, endMinute: 8 * 60 },
  ];

  it.each(transitions)('R3: each instant around $utc in $zone says truly until when it is so', ({ zone, utc }) => {
    const step = 15 * MINUTE;
    for (const quiet of hours) {
      const inside = (ms: number) => {
        const minute = localMinute(ms, zone);
        const { startMinute: start, endMinute: end } = quiet;
        return start < end ? minute >= start && minute < end : minute >= start || minute < end;
      };
      for (let ms = Date.parse(utc) - 5 * HOUR; ms < Date.parse(utc) + 5 * HOUR; ms += step) {
        let until = ms + step;
        while (inside(until) === inside(ms) && until < ms + 3 * DAY) until += step;
        const span = createQuietHours(quiet)(ms, zone);
        expect([span.quiet, new Date(span.untilMs).toISOString(), ms]).toEqual([
          inside(ms),
          new Date(until).toISOString(),
          ms,
        ]);
      }
    }
  });
});
