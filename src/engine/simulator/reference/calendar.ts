import type { ProjectDefinition } from '../../model/release.ts';
import type { Value } from '../../model/value.ts';

/** Zones of generated users, all without daylight saving, as minutes ahead of UTC: the zone database has its own tests. */
const OFFSETS: Readonly<Record<string, number>> = { UTC: 0, 'Asia/Kolkata': 330, 'America/Bogota': -300 };

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** R1: the user's zone, the campaign's, the project's; one that is none falls to the next. Minutes ahead of UTC. */
export function offsetOf(own: Value | undefined, campaign: string | undefined, project: string): number {
  const candidates = [typeof own === 'string' ? own : undefined, campaign, project];
  for (const zone of candidates) {
    const offset = zone === undefined ? undefined : OFFSETS[zone];
    if (offset !== undefined) return offset;
  }
  throw new Error(`no known zone among ${candidates.join(', ')}`);
}

/** R2: the local date plus days, at a local minute or at the base's own local time. */
export function localDay(baseMs: number, offset: number, days: number, atMinute: number | undefined): number {
  const localMs = baseMs + offset * MINUTE_MS;
  const midnightMs = Math.floor(localMs / DAY_MS) * DAY_MS;
  const timeMs = atMinute === undefined ? localMs - midnightMs : atMinute * MINUTE_MS;
  return midnightMs + days * DAY_MS + timeMs - offset * MINUTE_MS;
}

/** R3: `[start, end)` local time, may wrap midnight; the instant at which it ends or next begins. */
export function quietAt(
  quiet: NonNullable<ProjectDefinition['quietHours']>,
  instantMs: number,
  offset: number,
): { readonly isQuiet: boolean; readonly untilMs: number } {
  const localMs = instantMs + offset * MINUTE_MS;
  const ofDay = localMs % DAY_MS;
  const start = quiet.startMinute * MINUTE_MS;
  const end = quiet.endMinute * MINUTE_MS;
  const isQuiet = start < end ? ofDay >= start && ofDay < end : ofDay >= start || ofDay < end;
  const boundary = isQuiet ? end : start;
  const aheadMs = (boundary - ofDay + DAY_MS) % DAY_MS || DAY_MS;
  return { isQuiet, untilMs: instantMs + aheadMs };
}
