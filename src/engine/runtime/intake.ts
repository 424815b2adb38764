import { parseInstant } from '../kernel/local-time.ts';
import type { AcceptedEvent } from '../model/event.ts';
import type { Field, Fields } from '../model/field.ts';
import type { EventTypeDefinition, Release } from '../model/release.ts';
import type { Value, ValueMap } from '../model/value.ts';

/** Bounds on one event as received. */
export const EVENT_LIMITS = { bytes: 262_144, depth: 16, idLength: 256, sourceLength: 512 } as const;

/** Why intake refuses an event. `future_event` is the reason code of R7, the others name what is malformed. */
export type RefusalCode =
  | 'event/too-large'
  | 'event/invalid-json'
  | 'event/too-deep'
  | 'event/not-cloudevent'
  | 'event/unknown-type'
  | 'event/invalid-time'
  | 'event/missing-field'
  | 'event/wrong-type'
  | 'event/no-user'
  | 'future_event';

export type IntakeResult =
  | { readonly ok: true; readonly event: AcceptedEvent }
  | { readonly ok: false; readonly code: RefusalCode; readonly detail: string };

/** Decodes the text of one CloudEvent (JSON format 1.0) and checks it against the release. Never throws. */
export function decodeEventText(text: string, release: Release, receivedAtMs: number): IntakeResult {
  if (Buffer.byteLength(text) > EVENT_LIMITS.bytes)
    return refuse('event/too-large', `over ${EVENT_LIMITS.bytes} bytes`);
  try {
    return decodeEvent(JSON.parse(text), release, receivedAtMs);
  } catch {
    return refuse('event/invalid-json', 'not JSON text');
  }
}

/**
 * Checks a decoded CloudEvent: attributes, declared type, field types, user, time. Undeclared data fields are left out,
 * for nothing may read them. Never throws.
 */
export function decodeEvent(raw: unknown, release: Release, receivedAtMs: number): IntakeResult {
  if (!isObject(raw)) return refuse('event/not-cloudevent', 'a CloudEvent is a JSON object');
  if (depthOf(raw, 0) > EVENT_LIMITS.depth) return refuse('event/too-deep', `nested over ${EVENT_LIMITS.depth} levels`);
  const { id, source, type, specversion } = raw;
  if (specversion !== '1.0') return refuse('event/not-cloudevent', 'specversion must be "1.0"');
  if (!isText(id, EVENT_LIMITS.idLength))
    return refuse('event/not-cloudevent', 'id must be non-empty text of at most 256 characters');
  if (!isText(source, EVENT_LIMITS.sourceLength))
    return refuse('event/not-cloudevent', 'source must be non-empty text of at most 512 characters');
  const declared =
    typeof type === 'string' && Object.hasOwn(release.eventTypes, type) ? release.eventTypes[type] : undefined;
  if (!declared) return refuse('event/unknown-type', 'type is not declared by any Source');
  const occurredAtMs =
    raw['time'] === undefined ? receivedAtMs : typeof raw['time'] === 'string' ? parseInstant(raw['time']) : null;
  if (occurredAtMs === null) return refuse('event/invalid-time', 'time must be an RFC 3339 timestamp');
  if (occurredAtMs > receivedAtMs + release.project.futureSkewMs)
    return refuse('future_event', 'time lies beyond the allowed skew');
  const data = decodeFields(raw['data'] ?? {}, declared.fields);
  if ('code' in data) return data;
  const user = userOf(raw, data.values, declared);
  if (user === null) return refuse('event/no-user', `${declared.user} does not name a user`);
  const undated = raw['time'] === undefined ? { undated: true as const } : {};
  const event = { source, id, type: declared.name, user, occurredAtMs, receivedAtMs, data: data.values, ...undated };
  return { ok: true, event };
}

/** Checks the fields of an event's data or of a manual entry's. Undeclared ones are left out. Never throws. */
export function decodeFields(
  raw: unknown,
  fields: Fields,
): { readonly values: ValueMap } | Extract<IntakeResult, { ok: false }> {
  if (!isObject(raw)) return refuse('event/wrong-type', 'data must be an object');
  const values: Record<string, Value> = {};
  for (const [name, field] of Object.entries(fields)) {
    const value = Object.hasOwn(raw, name) ? raw[name] : undefined;
    if (value === undefined || value === null) {
      if (field.required) return refuse('event/missing-field', `data.${name} is required`);
      continue;
    }
    if (!isOfType(value, field)) return refuse('event/wrong-type', `data.${name} must be ${field.type}`);
    values[name] = value as Value;
  }
  return { values };
}

/** True when a JSON value is of a declared type. Integers are whole and within ±(2^53 − 1). */
export function isOfType(value: unknown, field: Field): boolean {
  switch (field.type) {
    case 'string':
      return typeof value === 'string';
    case 'int':
      return Number.isSafeInteger(value);
    case 'double':
      return typeof value === 'number' && Number.isFinite(value);
    case 'bool':
      return typeof value === 'boolean';
    case 'timestamp':
      return typeof value === 'string' && parseInstant(value) !== null;
    case 'list<string>':
      return Array.isArray(value) && value.every((item) => typeof item === 'string');
    case 'list<int>':
      return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item));
    case 'json':
      return true;
  }
}

function userOf(raw: Record<string, unknown>, data: ValueMap, type: EventTypeDefinition): string | null {
  const value = type.user === 'subject' ? raw['subject'] : data[type.user.slice('data.'.length)];
  const text = typeof value === 'number' ? String(value) : value;
  return isText(text, EVENT_LIMITS.idLength) ? text : null;
}

function refuse(code: RefusalCode, detail: string): Extract<IntakeResult, { ok: false }> {
  return { ok: false, code, detail };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown, maxLength: number): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= maxLength;
}

/** Depth of nesting, looked at no further than one level beyond the bound. */
function depthOf(value: unknown, depth: number): number {
  if (depth > EVENT_LIMITS.depth || typeof value !== 'object' || value === null) return depth;
  let deepest = depth + 1;
  for (const item of Object.values(value)) deepest = Math.max(deepest, depthOf(item, depth + 1));
  return deepest;
}
