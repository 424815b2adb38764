import { Temporal } from 'temporal-polyfill';

/** 0001-01-01T00:00:00Z and 9999-12-31T23:59:59.999Z, epoch milliseconds: CEL's range of timestamps. */
export const MIN_TIMESTAMP_MS = -62_135_596_800_000;
export const MAX_TIMESTAMP_MS = 253_402_300_799_999;
/** 2^63 − 1 nanoseconds in milliseconds, about 292 years: the range cel-go gives to durations. */
export const MAX_DURATION_MS = 9_223_372_036_854;

const DAY_MS = 86_400_000;
const TIMESTAMP = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])(\d\d):(\d\d))$/;
const DURATION = /^([+-]?)((?:\d+(?:\.\d*)?|\.\d+)(?:h|ms|m|s|us|µs|ns))+$/;
const DURATION_PART = /(\d+(?:\.\d*)?|\.\d+)(h|ms|m|s|us|µs|ns)/g;
const UNIT_NS: Readonly<Record<string, number>> = { h: 3.6e12, m: 6e10, s: 1e9, ms: 1e6, us: 1e3, µs: 1e3, ns: 1 };

/**
 * RFC 3339 text → epoch milliseconds; finer digits are cut off. Undefined when it is no valid instant of the years
 * 0001–9999 (a leap second included: epoch time has none).
 */
export function parseTimestamp(text: string): number | undefined {
  const match = TIMESTAMP.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second, fraction, sign, offsetHour, offsetMinute] = match;
  const [y, mo, d, h, mi, s] = [Number(year), Number(month), Number(day), Number(hour), Number(minute), Number(second)];
  if (mo < 1 || mo > 12 || d < 1 || d > daysInMonth(y, mo) || h > 23 || mi > 59 || s > 59) return undefined;
  const [oh, om] = [Number(offsetHour ?? 0), Number(offsetMinute ?? 0)];
  if (oh > 23 || om > 59) return undefined;
  const offset = (sign === '-' ? -1 : 1) * (oh * 60 + om) * 60_000;
  const ms = fraction ? Number(fraction.padEnd(3, '0').slice(0, 3)) : 0;
  return inTimestampRange(daysFromCivil(y, mo, d) * DAY_MS + ((h * 60 + mi) * 60 + s) * 1000 + ms - offset);
}

/** The number itself, or undefined when it lies outside the years 0001–9999 or is not whole. */
export function inTimestampRange(ms: number): number | undefined {
  return ms >= MIN_TIMESTAMP_MS && ms <= MAX_TIMESTAMP_MS && Number.isInteger(ms) ? ms : undefined;
}

/** The number itself (never −0), or undefined beyond ±292 years. */
export function inDurationRange(ms: number): number | undefined {
  return Math.abs(ms) <= MAX_DURATION_MS && Number.isInteger(ms) ? ms + 0 : undefined;
}

/** Epoch milliseconds → RFC 3339 in UTC; the fraction only as long as it needs to be. */
export function formatTimestamp(ms: number): string {
  const [year, month, day] = civilFromDays(Math.floor(ms / DAY_MS));
  const time = modulo(ms, DAY_MS);
  const clock = [time / 3_600_000, (time / 60_000) % 60, (time / 1000) % 60].map((part) => pad(Math.floor(part), 2));
  const fraction = time % 1000 === 0 ? '' : `.${pad(time % 1000, 3).replace(/0+$/, '')}`;
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}T${clock.join(':')}${fraction}Z`;
}

/** CEL's duration text (`1h30m`, `-1.5s`, `250ms`) → milliseconds. Undefined when malformed, too long or finer than 1 ms. */
export function parseDuration(text: string): number | undefined {
  if (text === '0') return 0;
  const match = text.length <= 64 ? DURATION.exec(text) : null;
  if (!match) return undefined;
  let ns = 0;
  for (const [, amount, unit] of text.matchAll(DURATION_PART))
    ns += Number(amount) * (UNIT_NS[unit as string] as number);
  const ms = ns / 1e6;
  const whole = Math.round(ms);
  // 1.001s times 1e9 is off by a rounding error of doubles, far below one nanosecond.
  if (Math.abs(ms - whole) > 1e-7 * Math.max(1, whole * 1e-8)) return undefined;
  return inDurationRange(match[1] === '-' ? -whole : whole);
}

/** Milliseconds → CEL's text of a duration: seconds with at most three decimals and `s`. */
export function formatDuration(ms: number): string {
  return `${ms / 1000}s`;
}

/** The parts of an instant that CEL can ask for; months, days of the year and `getDayOfMonth` count from 0 as CEL does. */
export type TimestampPart =
  | 'getFullYear'
  | 'getMonth'
  | 'getDayOfYear'
  | 'getDayOfMonth'
  | 'getDate'
  | 'getDayOfWeek'
  | 'getHours'
  | 'getMinutes'
  | 'getSeconds'
  | 'getMilliseconds';

/**
 * One part of an instant in a zone: an IANA name, a fixed offset (`+02:00`, `02:00`), or UTC when left out.
 * Undefined for an unknown zone. Source: CEL specification, "Timestamps".
 */
export function timestampPart(ms: number, part: TimestampPart, zone?: string): number | undefined {
  const offset = zone === undefined ? 0 : zoneOffsetMs(ms, zone);
  if (offset === undefined) return undefined;
  const local = ms + offset;
  const days = Math.floor(local / DAY_MS);
  const time = modulo(local, DAY_MS);
  if (part === 'getHours') return Math.floor(time / 3_600_000);
  if (part === 'getMinutes') return Math.floor(time / 60_000) % 60;
  if (part === 'getSeconds') return Math.floor(time / 1000) % 60;
  if (part === 'getMilliseconds') return time % 1000;
  if (part === 'getDayOfWeek') return modulo(days + 4, 7);
  const [year, month, day] = civilFromDays(days);
  if (part === 'getFullYear') return year;
  if (part === 'getMonth') return month - 1;
  if (part === 'getDate') return day;
  return part === 'getDayOfMonth' ? day - 1 : days - daysFromCivil(year, 1, 1);
}

/** True when timestampPart knows the zone. */
export function isZone(zone: string): boolean {
  return zoneOffsetMs(0, zone) !== undefined;
}

function zoneOffsetMs(ms: number, zone: string): number | undefined {
  if (zone === 'UTC') return 0;
  const fixed = /^([+-]?)(\d\d):(\d\d)$/.exec(zone);
  if (fixed) return (fixed[1] === '-' ? -1 : 1) * (Number(fixed[2]) * 60 + Number(fixed[3])) * 60_000;
  // A zone name is short; anything else need not reach the library.
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]{0,63}$/.test(zone)) return undefined;
  try {
    return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).offsetNanoseconds / 1e6;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Days since 1970-01-01 of a proleptic Gregorian date (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms"). */
function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** The inverse of daysFromCivil: [year, month 1–12, day 1–31]. */
function civilFromDays(days: number): [number, number, number] {
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  const day = dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1;
  return [yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day];
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
