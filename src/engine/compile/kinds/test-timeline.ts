import type { ValueMap } from '../../model/value.ts';
import { checkReference, findEventType } from '../context.ts';
import type { TimelineEnrollSpec, TimelineEventSpec } from '../generated/types.ts';
import { suggestion } from '../suggest.ts';
import type { TimelineEnroll, TimelineEntry, TimelineEvent } from '../test-file.ts';
import type { Path } from '../yaml/yaml-file.ts';
import type { CaseScope, CaseSpec } from './case-scope.ts';
import { instantAfter } from './test-instant.ts';
import { asValues, checkRow } from './test-values.ts';

type EntrySpec = CaseSpec['timeline'][number];

/** One entry of a timeline; `beforeMs` is the instant of the one before. */
export function compileTimelineEntry(
  scope: CaseScope,
  entry: EntrySpec,
  path: Path,
  beforeMs: number | undefined,
): TimelineEntry {
  const { context, object } = scope;
  const atMs = instantAfter(scope, entry.at, [...path, 'at'], beforeMs);
  const at = object.at(...path, 'at');
  if (beforeMs !== undefined && atMs < beforeMs) {
    context.findings.add('test/order', at, 'this happens before the entry above it', {
      hint: 'write entries in order of time',
    });
  }
  const base = { atMs, at };
  if ('event' in entry) return { ...base, ...compileEvent(scope, entry, path, atMs, beforeMs) };
  if ('enroll' in entry) return { ...base, ...compileEnroll(scope, entry, path) };
  if ('profile' in entry) {
    scope.users.add(entry.user);
    const table =
      context.project?.users.table === undefined ? undefined : context.tables.get(context.project.users.table);
    if (table !== undefined)
      checkRow(scope, asValues(entry.profile), table.fields, [...path, 'profile'], "the users' table");
    return { ...base, kind: 'profile', user: entry.user, profile: asValues(entry.profile) };
  }
  if ('pause' in entry) {
    checkReference(context, 'Campaign', entry.pause, object.at(...path, 'pause'));
    return { ...base, kind: 'pause', campaign: entry.pause };
  }
  if ('resume' in entry) {
    checkReference(context, 'Campaign', entry.resume, object.at(...path, 'resume'));
    return { ...base, kind: 'resume', campaign: entry.resume };
  }
  if ('channel' in entry) {
    checkReference(context, 'Channel', entry.channel, object.at(...path, 'channel'));
    return { ...base, kind: 'channel', channel: entry.channel, behaviour: entry.behaviour };
  }
  if ('redeliver' in entry) {
    if (!scope.eventIds.has(entry.redeliver)) {
      const hint = suggestion(entry.redeliver, scope.eventIds, 'event');
      context.findings.add(
        'test/unknown-id',
        object.at(...path, 'redeliver'),
        `no event above has the id \`${entry.redeliver}\``,
        { hint },
      );
    }
    return { ...base, kind: 'redeliver', id: entry.redeliver };
  }
  return { ...base, kind: 'restart' };
}

function compileEvent(
  scope: CaseScope,
  spec: TimelineEventSpec,
  path: Path,
  atMs: number,
  beforeMs: number | undefined,
): TimelineEvent {
  const { context, object } = scope;
  const type = findEventType(context, spec.event, object.at(...path, 'event'));
  const place = Number(path.at(-1)) + 1;
  const id = spec.id ?? `e${place}`;
  if (scope.eventIds.has(id) && spec.source === undefined) {
    context.findings.add(
      'test/duplicate-id',
      spec.id === undefined ? object.at(...path, 'event') : object.at(...path, 'id'),
      `an event above has the id \`${id}\``,
      {
        hint: `to deliver one event again write {at: …, redeliver: ${id}}`,
      },
    );
  }
  scope.eventIds.add(id);
  const userField = type?.user.startsWith('data.') ? type.user.slice('data.'.length) : undefined;
  const data: ValueMap = {
    ...asValues(spec.data),
    ...(spec.user !== undefined && userField !== undefined ? { [userField]: spec.user } : {}),
  };
  if (type !== undefined) checkRow(scope, asValues(spec.data), type.fields, [...path, 'data'], `\`${spec.event}\``);
  const isUserFieldKnown = userField === undefined || type?.fields[userField]?.type === 'string';
  const missing = Object.entries(isUserFieldKnown ? (type?.fields ?? {}) : {}).find(
    ([name, field]) => field.required && data[name] === undefined,
  );
  if (missing !== undefined) {
    context.findings.add(
      'test/field',
      object.at(...path, 'event'),
      `\`${spec.event}\` needs the field \`${missing[0]}\``,
      {
        hint: missing[0] === userField ? 'add `user`' : `add data: {${missing[0]}: …}`,
      },
    );
  }
  const user = spec.user ?? (userField === undefined ? undefined : data[userField]);
  if (typeof user === 'string') scope.users.add(user);
  return {
    kind: 'event',
    id,
    source: spec.source ?? 'test',
    type: spec.event,
    occurredAtMs:
      spec.occurredAt === undefined ? atMs : instantAfter(scope, spec.occurredAt, [...path, 'occurredAt'], beforeMs),
    ...(type?.user === 'subject' && spec.user !== undefined ? { subject: spec.user } : {}),
    data,
  };
}

function compileEnroll(scope: CaseScope, spec: TimelineEnrollSpec, path: Path): TimelineEnroll {
  const { context, object, campaigns } = scope;
  scope.users.add(spec.user);
  if (checkReference(context, 'Campaign', spec.enroll, object.at(...path, 'enroll'))) {
    const trigger = campaigns[spec.enroll]?.trigger;
    if (trigger?.kind === 'event') {
      context.findings.add(
        'campaign/not-manual',
        object.at(...path, 'enroll'),
        `\`${spec.enroll}\` is entered by an event, not by hand`,
        {
          hint: `write {at: …, event: ${trigger.event}, user: …}`,
        },
      );
    } else if (trigger !== undefined)
      checkRow(scope, asValues(spec.data), trigger.fields, [...path, 'data'], `\`${spec.enroll}\``);
  }
  return {
    kind: 'enroll',
    campaign: spec.enroll,
    user: spec.user,
    id: spec.id ?? `r${Number(path.at(-1)) + 1}`,
    data: asValues(spec.data),
  };
}
