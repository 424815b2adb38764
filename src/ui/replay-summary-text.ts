import type { ReplaySummary } from '../engine/index.ts';
import { instant } from './instant.ts';
import { grouped } from './progress.ts';

/** The figures of a replay for a person. */
export function replaySummaryText(summary: ReplaySummary): string {
  const { lines, events, refused, users, entries, fromMs, toMs } = summary;
  const seconds = (summary.elapsedMs / 1_000).toFixed(1);
  return [
    `replayed ${grouped(lines)} lines from ${instant(fromMs)} to ${instant(toMs)} in ${seconds} s, ${grouped(summary.eventsPerSecond)} events/s`,
    `  events    ${grouped(events)} taken, ${grouped(refused)} refused, ${grouped(summary.duplicates)} repeated, ${grouped(summary.conflicts)} in conflict`,
    `  users     ${grouped(users)}`,
    `  entries   ${grouped(entries)}`,
    ...section('ends', summary.ends),
    ...section('refusals', summary.refusals),
    ...section('holds', summary.holds),
    ...section('skips', summary.skips),
    ...section('messages', summary.messages),
    ...summary.months.map(({ month, channel, states }) => `    ${month}  ${channel}  ${pairs(states)}`),
  ].join('\n');
}

function section(title: string, counts: Readonly<Record<string, number>>): string[] {
  return Object.keys(counts).length === 0 ? [] : [`  ${title.padEnd(9)} ${pairs(counts)}`];
}

function pairs(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${grouped(count)}`)
    .join(', ');
}
