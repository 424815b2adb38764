import type { IncomingHttpHeaders } from 'node:http';
import type { SubmittedEvent } from '../../model/submission.ts';

const BATCH = 'application/cloudevents-batch+json';
const STRUCTURED = 'application/cloudevents+json';
const JSON_TYPE = 'application/json';
/** Per event; beside it stands the bound on the body. */
const SPLIT_ABOVE_BYTES = 256 * 1024;

/** The events of a request by the HTTP binding of CloudEvents 1.0; null for a media type that carries none. */
export function eventsOf(headers: IncomingHttpHeaders, body: Buffer): readonly SubmittedEvent[] | null {
  const type = mediaTypeOf(headers);
  if (headers['ce-specversion'] !== undefined) return [binaryEvent(headers, type, body)];
  if (type !== BATCH && type !== STRUCTURED && type !== JSON_TYPE) return null;
  const text = utf8(body);
  const parsed = text === null ? undefined : parse(text);
  if (parsed === undefined) return [{ text: text ?? '' }];
  if (type !== STRUCTURED && Array.isArray(parsed)) return itemsOf(parsed, body.byteLength);
  return body.byteLength > SPLIT_ABOVE_BYTES ? [{ text: text ?? '' }] : [{ value: parsed }];
}

/** Items of a large batch go on as text, so that each is measured by itself. */
function itemsOf(items: readonly unknown[], bytes: number): readonly SubmittedEvent[] {
  if (bytes <= SPLIT_ABOVE_BYTES) return items.map((value) => ({ value }));
  return items.map((value) => ({ text: JSON.stringify(value) }));
}

/** Attributes from `ce-*` headers, data from the body (binary content mode). */
function binaryEvent(headers: IncomingHttpHeaders, type: string, body: Buffer): SubmittedEvent {
  const event: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith('ce-') && typeof value === 'string') event[name.slice(3)] = decodeHeader(value);
  }
  if (body.byteLength === 0) return { value: event };
  const text = utf8(body);
  const isJson = type === JSON_TYPE || type.endsWith('+json') || type === '';
  const data = text === null || !isJson ? undefined : parse(text);
  if (data === undefined) return { text: text ?? '' };
  return body.byteLength > SPLIT_ABOVE_BYTES
    ? { text: JSON.stringify({ ...event, data }) }
    : { value: { ...event, data } };
}

/** Header values are percent-encoded UTF-8 (HTTP binding 3.1.3.2). */
function decodeHeader(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function mediaTypeOf(headers: IncomingHttpHeaders): string {
  return (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

function utf8(body: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return null;
  }
}

/** Undefined when it is no JSON text. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
