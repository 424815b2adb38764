import { Temporal } from 'temporal-polyfill';

const knownZones = new Map<string, boolean>();

/** True for an IANA zone that the zone database knows. */
export function isZone(zone: string): boolean {
  const known = knownZones.get(zone);
  if (known !== undefined) return known;
  const valid = /^[A-Za-z]/.test(zone) && accepts(zone);
  if (knownZones.size < 10_000) knownZones.set(zone, valid);
  return valid;
}

function accepts(zone: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);
    return true;
  } catch {
    return false;
  }
}

/** Minutes after local midnight at an instant. */
export function localMinute(instantMs: number, zone: string): number {
  const local = zoned(instantMs, zone);
  return local.hour * 60 + local.minute;
}

/** Local calendar date `YYYY-MM-DD` of an instant. */
export function localDate(instantMs: number, zone: string): string {
  return zoned(instantMs, zone).toPlainDate().toString();
}

/**
 * The local date of `baseMs` plus `days`, at `atMinute` (or at the base's own local time of day), as an instant.
 * A local time that does not exist moves forward by the gap, one that exists twice is the earlier (R2: "compatible").
 */
export function addLocalDays(baseMs: number, zone: string, days: number, atMinute?: number): number {
  const base = zoned(baseMs, zone);
  const date = base.toPlainDate().add({ days });
  const time = atMinute === undefined ? base.toPlainTime() : plainTime(atMinute);
  return date.toZonedDateTime({ timeZone: zone, plainTime: time }).epochMilliseconds;
}

/** Milliseconds that a zone's local time is ahead of UTC at an instant. */
export function offsetMs(instantMs: number, zone: string): number {
  return zoned(instantMs, zone).offsetNanoseconds / 1_000_000;
}

/** The next instant after this one at which the offset of a zone changes; null when it never does again. */
export function nextOffsetChange(instantMs: number, zone: string): number | null {
  return zoned(instantMs, zone).getTimeZoneTransition('next')?.epochMilliseconds ?? null;
}

function zoned(instantMs: number, zone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(instantMs).toZonedDateTimeISO(zone);
}

function plainTime(minute: number): Temporal.PlainTime {
  return new Temporal.PlainTime(Math.floor(minute / 60), minute % 60);
}

/** RFC 3339 UTC text of an instant, milliseconds only where there are any. */
export function formatInstant(instantMs: number): string {
  return Temporal.Instant.fromEpochMilliseconds(instantMs).toString();
}

/** Epoch milliseconds of RFC 3339 text, null when it is none. Fractions beyond milliseconds are cut off. */
export function parseInstant(text: string): number | null {
  try {
    return Temporal.Instant.from(text).epochMilliseconds;
  } catch {
    return null;
  }
}
