import { localMinute, nextLocalMinute } from '../kernel/local-time.ts';
import type { QuietHours } from '../model/release.ts';

/** A stretch of time that lies wholly inside or wholly outside the quiet hours: [fromMs, untilMs). */
export interface QuietSpan {
  readonly quiet: boolean;
  readonly fromMs: number;
  readonly untilMs: number;
}

/**
 * The span of R3 around an instant: inside `[start, end)` local time until its end, or outside until the next start.
 * The last span of each zone is remembered, for zone arithmetic is slow and most messages of a moment share it.
 */
export function createQuietHours(quiet: QuietHours): (instantMs: number, zone: string) => QuietSpan {
  const last = new Map<string, QuietSpan>();
  return (instantMs, zone) => {
    const known = last.get(zone);
    if (known && instantMs >= known.fromMs && instantMs < known.untilMs) return known;
    const inside = isInside(quiet, localMinute(instantMs, zone));
    const boundary = inside ? quiet.endMinute : quiet.startMinute;
    const span = { quiet: inside, fromMs: instantMs, untilMs: nextLocalMinute(instantMs, zone, boundary, true) };
    last.set(zone, span);
    return span;
  };
}

function isInside({ startMinute, endMinute }: QuietHours, minute: number): boolean {
  return startMinute < endMinute
    ? minute >= startMinute && minute < endMinute
    : minute >= startMinute || minute < endMinute;
}
