import { localMinute, nextOffsetChange, offsetMs } from '../kernel/local-time.ts';
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
    const span = { quiet: inside, fromMs: instantMs, untilMs: endOf(quiet, inside, instantMs, zone) };
    last.set(zone, span);
    return span;
  };
}

const DAY_MS = 86_400_000;

/**
 * First instant after this one at which the local clock is on the other side. Between two changes of the offset local
 * time runs evenly; a change may itself put the clock across a boundary, or back before one.
 */
function endOf(quiet: QuietHours, inside: boolean, instantMs: number, zone: string): number {
  const boundaryMs = (inside ? quiet.endMinute : quiet.startMinute) * 60_000;
  let fromMs = instantMs;
  for (;;) {
    const localMs = fromMs + offsetMs(fromMs, zone);
    const leftMs = (((boundaryMs - localMs) % DAY_MS) + DAY_MS) % DAY_MS;
    const endMs = fromMs + (leftMs === 0 ? DAY_MS : leftMs);
    const changeMs = nextOffsetChange(fromMs, zone);
    if (changeMs === null || endMs < changeMs) return endMs;
    if (isInside(quiet, localMinute(changeMs, zone)) !== inside) return changeMs;
    fromMs = changeMs;
  }
}

function isInside({ startMinute, endMinute }: QuietHours, minute: number): boolean {
  return startMinute < endMinute
    ? minute >= startMinute && minute < endMinute
    : minute >= startMinute || minute < endMinute;
}
