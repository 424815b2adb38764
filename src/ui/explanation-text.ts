import type { ChalkInstance } from 'chalk';
import type { Explanation } from '../engine/index.ts';
import { instant, localInstant } from './instant.ts';

/** A user's story for a person: what happened by instant, what is open, which messages there are, what never began. */
export function explanationText(explanation: Explanation, colours: ChalkInstance): string {
  const { user, zone, story, live, messages, notEntered } = explanation;
  const lines = [`${colours.bold(user)}, instants in ${zone}`];
  if (story.length === 0) lines.push('', 'nothing was ever received or decided about this user');
  let campaign: string | null | undefined;
  for (const line of story) {
    if (line.campaign !== campaign) lines.push('', colours.bold(line.campaign ?? 'received'));
    campaign = line.campaign;
    const place = line.file === null ? '' : colours.dim(`  ${line.file}:${line.line}`);
    const step = line.step === null ? '' : `${line.step}: `;
    lines.push(`  ${localInstant(line.atMs, zone)}  ${step}${line.text}  ${colours.dim(`[${line.rule}]`)}${place}`);
    if (line.data !== undefined) lines.push(colours.dim(`      ${JSON.stringify(line.data)}`));
  }
  if (live.length > 0) lines.push('', colours.bold('open now'));
  for (const { campaign: name, step, phase, dueAtMs } of live) {
    lines.push(`  ${name} at ${step}: ${phase}${dueAtMs === null ? '' : ` until ${localInstant(dueAtMs, zone)}`}`);
  }
  lines.push(...messageLines(messages, zone, colours), ...notEnteredLines(notEntered, zone, colours));
  return lines.join('\n');
}

function messageLines(messages: Explanation['messages'], zone: string, colours: ChalkInstance): string[] {
  if (messages.length === 0) return [];
  return [
    '',
    colours.bold('messages'),
    ...messages.map(({ campaign, step, channel, state, reason, settledAtMs, plannedAtMs, sendKey }) => {
      const why = reason === null ? '' : ` (${reason})`;
      const at = localInstant(settledAtMs ?? plannedAtMs, zone);
      return `  ${at}  ${campaign}/${step} on ${channel}: ${state}${why}  ${colours.dim(sendKey.slice(0, 12))}`;
    }),
  ];
}

function notEnteredLines(all: Explanation['notEntered'], zone: string, colours: ChalkInstance): string[] {
  if (all.length === 0) return [];
  const lines = ['', colours.bold('never entered')];
  for (const { campaign, text, where, events, file, line } of all) {
    lines.push(`  ${campaign}: ${text}${file === null ? '' : colours.dim(`  ${file}:${line}`)}`);
    if (where !== null && events.length > 0) lines.push(`      where ${where}`);
    for (const { eventId, atMs, where: result, fields } of events) {
      const values = Object.entries(fields).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
      lines.push(`      ${localInstant(atMs, zone)}  ${eventId}: ${result}; ${values.join(', ')}`);
    }
  }
  return lines;
}

/** The same as one object. */
export function explanationJson({ story, live, messages, notEntered, ...rest }: Explanation) {
  return {
    version: 1,
    ...rest,
    story: story.map(({ atMs, ...line }) => ({ at: instant(atMs), ...line })),
    live: live.map(({ dueAtMs, ...one }) => ({ ...one, dueAt: dueAtMs === null ? null : instant(dueAtMs) })),
    messages: messages.map(({ dueAtMs, plannedAtMs, dispatchedAtMs, settledAtMs, user: _user, ...one }) => ({
      ...one,
      dueAt: instant(dueAtMs),
      plannedAt: instant(plannedAtMs),
      dispatchedAt: dispatchedAtMs === null ? null : instant(dispatchedAtMs),
      settledAt: settledAtMs === null ? null : instant(settledAtMs),
    })),
    notEntered: notEntered.map(({ events, ...one }) => ({
      ...one,
      events: events.map(({ atMs, ...event }) => ({ at: instant(atMs), ...event })),
    })),
  };
}
