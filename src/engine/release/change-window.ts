import { Temporal } from 'temporal-polyfill';
import { addLocalDays, localDate, localMinute } from '../kernel/local-time.ts';
import type { ChangeWindow, PolicySet } from '../model/policy.ts';

/** Whether an environment may be deployed to now; `opensAtMs` is null when it never will. */
export type WindowVerdict = { readonly isOpen: true } | { readonly isOpen: false; readonly opensAtMs: number | null };

/** A window returns within a week; one that lies in a lost hour, a week later. */
const DAYS_AHEAD = 15;

/**
 * An environment without windows is always open; with several, any of them opens it. Times are local to each window's zone:
 * `[from, to)` by the clock on the wall, so that a window in an hour that does not exist that day does not open, and one in
 * an hour that comes twice opens twice. A window that wraps midnight belongs to the day it begins on.
 */
export function windowAt({ policies }: PolicySet, environment: string, nowMs: number): WindowVerdict {
  const windows = policies.flatMap((policy) => policy.windows).filter((window) => window.environment === environment);
  if (windows.length === 0 || windows.some((window) => isOpenAt(window, nowMs))) return { isOpen: true };
  const openings = windows.flatMap((window) => nextOpening(window, nowMs) ?? []);
  return { isOpen: false, opensAtMs: openings.length === 0 ? null : Math.min(...openings) };
}

function isOpenAt({ zone, days, fromMinute, toMinute }: ChangeWindow, atMs: number): boolean {
  const minute = localMinute(atMs, zone);
  const today = Temporal.PlainDate.from(localDate(atMs, zone));
  if (fromMinute < toMinute) return days.includes(today.dayOfWeek) && minute >= fromMinute && minute < toMinute;
  const isEvening = days.includes(today.dayOfWeek) && minute >= fromMinute;
  return isEvening || (days.includes(today.subtract({ days: 1 }).dayOfWeek) && minute < toMinute);
}

function nextOpening(window: ChangeWindow, nowMs: number): number | undefined {
  for (let day = 0; day <= DAYS_AHEAD; day += 1) {
    const atMs = addLocalDays(nowMs, window.zone, day, window.fromMinute);
    if (atMs > nowMs && isOpenAt(window, atMs)) return atMs;
  }
  return undefined;
}
