import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareText } from '../../src/engine/kernel/text-order.ts';
import { textSize } from '../../src/engine/rules/text.ts';
import {
  formatDuration,
  formatTimestamp,
  MAX_TIMESTAMP_MS,
  MIN_TIMESTAMP_MS,
  parseDuration,
  parseTimestamp,
  timestampPart,
} from '../../src/engine/rules/time.ts';
import { evaluate } from './evaluate.ts';

describe('R0: strings compare by code point', () => {
  it('as the arrays of their code points do', () => {
    const points = (text: string): number[] => [...text].map((char) => char.codePointAt(0) as number);
    const byPoints = (a: number[], b: number[]): number => {
      const at = a.findIndex((point, index) => point !== b[index]);
      return at >= 0 && at < b.length ? (a[at] as number) - (b[at] as number) : a.length - b.length;
    };
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (left, right) => {
        expect(Math.sign(compareText(left, right))).toBe(Math.sign(byPoints(points(left), points(right))));
        expect(textSize(left)).toBe(points(left).length);
      }),
    );
  });

  it('so that a surrogate pair comes after the whole of the first plane', () => {
    expect(['\ufffd', '\u{1f600}'].sort()).toEqual(['\u{1f600}', '\ufffd']);
    expect(evaluate(String.raw`"\U0001F600" > "\uFFFD"`)).toBe(true);
    expect(evaluate('size("\u{1f600}a")')).toBe(2);
  });
});

describe('timestamps', () => {
  const instant = fc.integer({ min: MIN_TIMESTAMP_MS, max: MAX_TIMESTAMP_MS });

  it('are written as they are read', () => {
    fc.assert(
      fc.property(instant, (ms) => {
        expect(parseTimestamp(formatTimestamp(ms))).toBe(ms);
      }),
    );
  });

  it('read as the language itself reads RFC 3339', () => {
    fc.assert(
      fc.property(instant, (ms) => {
        const text = new Date(ms).toISOString();
        if (/^\d{4}/.test(text)) expect(parseTimestamp(text)).toBe(ms);
      }),
    );
    expect(parseTimestamp('2026-01-31T09:00:00+08:00')).toBe(Date.parse('2026-01-31T01:00:00Z'));
    expect(parseTimestamp('2026-01-31T09:00:00.123456789Z')).toBe(Date.parse('2026-01-31T09:00:00.123Z'));
  });

  it.each([
    '2026-01-31',
    '2026-01-31 09:00:00Z',
    '2026-01-31T09:00:00',
    '2026-02-29T00:00:00Z',
    '2026-01-32T00:00:00Z',
    '2026-00-01T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T23:59:60Z',
    '2026-01-01T00:00:00.Z',
    '2026-01-01T00:00:00+24:00',
    '0000-01-01T00:00:00Z',
    '0001-01-01T00:00:00+01:00',
    '10000-01-01T00:00:00Z',
    '1767225600',
    '',
  ])('%j is none', (text) => {
    expect(parseTimestamp(text)).toBe(undefined);
  });

  it('have parts in a zone, whatever daylight saving does', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4e12 }),
        fc.constantFrom('Europe/Berlin', 'America/New_York', 'Asia/Kathmandu'),
        (ms, zone) => {
          const shown = new Intl.DateTimeFormat('en-GB', {
            timeZone: zone,
            hour: 'numeric',
            minute: 'numeric',
            hourCycle: 'h23',
          }).format(ms);
          const [hour, minute] = [timestampPart(ms, 'getHours', zone), timestampPart(ms, 'getMinutes', zone)];
          expect(`${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`).toBe(shown);
        },
      ),
    );
    const scope = { user: { zone: 'Asia/Shanghai' }, now: Date.parse('2026-01-31T23:00:00Z') };
    expect(evaluate('now.getHours(user.zone)', scope)).toBe(7);
    expect(evaluate('now.getDate(user.zone)', scope)).toBe(1);
    expect(evaluate('now.getHours(user.zone)', { ...scope, user: { zone: 'Nowhere/None' } })).toBe(undefined);
    expect(evaluate('now.getHours(user.zone)', { ...scope, user: {} })).toBe(undefined);
  });
});

describe('durations', () => {
  it.each<[string, number | undefined]>([
    ['0', 0],
    ['90s', 90_000],
    ['1h30m', 5_400_000],
    ['-1.5s', -1500],
    ['1.001s', 1001],
    ['250ms', 250],
    ['2000us', 2],
    ['.5m', 30_000],
    ['1ns', undefined],
    ['1500us', undefined],
    ['1d', undefined],
    ['1', undefined],
    ['h', undefined],
    ['1h-30m', undefined],
    ['300000h', 1_080_000_000_000],
    ['3000000h', undefined],
    ['', undefined],
  ])('%j is %j', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it('are written as seconds', () => {
    expect(formatDuration(1_000_000_000)).toBe('1000000s');
    expect(formatDuration(-1500)).toBe('-1.5s');
  });

  it('in data are text or milliseconds, as declared', () => {
    expect(evaluate('event.data.lasts > duration("1m")', { event: { data: { lasts: '2m' } } })).toBe(true);
    expect(evaluate('event.data.lasts > duration("1m")', { event: { data: { lasts: 30_000 } } })).toBe(false);
    expect(evaluate('event.data.lasts > duration("1m")', { event: { data: { lasts: 'soon' } } })).toBe(undefined);
  });
});

describe('instants at rest', () => {
  const placed = '2026-01-31T09:00:00Z';
  const data = { placed, times: [placed], due: { a: placed }, items: [{ from: placed }] };

  it.each([
    'event.data.placed == timestamp("2026-01-31T10:00:00+01:00")',
    'event.data.times[0].getFullYear() == 2026',
    'timestamp("2026-01-31T09:00:00Z") in event.data.times',
    'event.data.due.a < now && event.data.due["a"] < now',
    'event.data.items.all(i, i.from == event.data.placed)',
    'event.occurred_at < event.data.placed',
    'string(event.data.placed) == "2026-01-31T09:00:00Z"',
    'int(event.data.placed) == 1769850000',
  ])('%s', (text) => {
    expect(evaluate(text, { event: { data, occurred_at: 0 }, now: Date.parse('2027-01-01T00:00:00Z') })).toBe(true);
  });
});

describe('arithmetic', () => {
  it.each<[string, unknown]>([
    ['9007199254740991 + 1', undefined],
    ['9007199254740991 - 1', 9007199254740990],
    ['-9007199254740991 - 1', undefined],
    ['3000000000 * 3000000', 9e15],
    ['3000000000 * 30000000', undefined],
    ['7 / 2', 3],
    ['-7 / 2', -3],
    ['-7 % 2', -1],
    ['9007199254740991 / 3', 3002399751580330],
    ['1 / 0', undefined],
    ['1 % 0', undefined],
    ['1.0 / 0.0 > 1e300', true],
    ['int("9007199254740993")', undefined],
    ['int(1e99)', undefined],
    ['int(-1.9)', -1],
    ['double("1e3") == 1000', true],
    ['1 == 1.0 && 1 < 1.5 && 2.0 in [1, 2]', true],
    ['string(1.0)', '1'],
  ])('%s is %j', (text, value) => {
    expect(evaluate(text)).toBe(value);
  });
});
