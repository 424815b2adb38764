/** An instant as commands print it: RFC 3339, UTC, milliseconds only where there are any. */
export function instant(atMs: number): string {
  return new Date(atMs).toISOString().replace('.000Z', 'Z');
}

/** The same in a zone, for a person: `2026-01-01 10:10:00+08:00`. */
export function localInstant(atMs: number, zone: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' },
    hourCycle: 'h23',
    timeZoneName: 'longOffset',
  }).formatToParts(atMs);
  const of = (type: Intl.DateTimeFormatPartTypes) => parts.find((part) => part.type === type)?.value ?? '';
  const offset = of('timeZoneName').replace('GMT', '') || '+00:00';
  return `${of('year')}-${of('month')}-${of('day')} ${of('hour')}:${of('minute')}:${of('second')}${offset}`;
}
