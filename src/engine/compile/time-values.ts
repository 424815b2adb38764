import { Temporal } from 'temporal-polyfill';

const UNIT_MS: Readonly<Record<string, number>> = {
  w: 604_800_000,
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
};

/** Milliseconds of a duration that the schema has accepted, such as `1h30m` (R2: a day is 24 h, a week 168 h). */
export function durationMs(text: string): number {
  let total = 0;
  for (const [, count = '0', unit = ''] of text.matchAll(/(\d+)(ms|[wdhms])/g)) {
    total += Number(count) * (UNIT_MS[unit] ?? 0);
  }
  return total;
}

/** The shortest spelling of a time in milliseconds: `12h`, `1h30m`, `0s`. */
export function durationText(ms: number): string {
  let rest = ms;
  let text = '';
  for (const unit of ['d', 'h', 'm', 's', 'ms']) {
    const size = UNIT_MS[unit] ?? 1;
    if (rest >= size) text += `${Math.floor(rest / size)}${unit}`;
    rest %= size;
  }
  return text === '' ? '0s' : text;
}

/** Minutes after midnight of a time of day that the schema has accepted. */
export function clockMinute(text: string): number {
  const [hours = '0', minutes = '0'] = text.split(':');
  return Number(hours) * 60 + Number(minutes);
}

/** Epoch milliseconds of an RFC 3339 instant; undefined where there is no such day or time. */
export function instantMs(text: string): number | undefined {
  try {
    return Temporal.Instant.from(text).epochMilliseconds;
  } catch {
    return undefined;
  }
}

const knownZones = new Map<string, boolean>();

/** True for an IANA time zone that this Node knows. Plain offsets such as +08:00 are not zones. */
export function isZone(name: string): boolean {
  let known = knownZones.get(name);
  if (known === undefined) {
    known = /^[A-Za-z]/.test(name) && canFormat(name);
    knownZones.set(name, known);
  }
  return known;
}

function canFormat(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return true;
  } catch {
    return false;
  }
}

/** Names for "did you mean". */
export function zoneNames(): readonly string[] {
  return ['UTC', ...Intl.supportedValuesOf('timeZone')];
}
