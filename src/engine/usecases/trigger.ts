import { formatInstant } from '../kernel/local-time.ts';
import { MkaError } from '../kernel/mka-error.ts';
import type { AcceptedEvent } from '../model/event.ts';
import { acceptEvents, type IntakeParts } from './accept-events.ts';

/** One event said by hand. */
export interface TriggerRequest {
  readonly type: string;
  readonly user: string;
  readonly data: unknown;
  readonly id: string;
  readonly source: string;
  /** RFC 3339; absent: now. */
  readonly time?: string;
}

/**
 * Puts one event on the durable queue, as if its producer had sent it. Where the type names its user by a field of
 * `data`, that field is filled with `user`. Throws MkaError with the code of the refusal.
 */
export async function trigger(parts: IntakeParts, request: TriggerRequest): Promise<AcceptedEvent> {
  const { type, user, id, source } = request;
  const value = {
    specversion: '1.0',
    ...{ id, source, type, subject: user },
    time: request.time ?? formatInstant(parts.clock.now()),
    data: withUser(parts, type, user, request.data),
  };
  const { events, refused } = await acceptEvents(parts, [{ value }], () => 'trigger');
  const [event] = events;
  if (event) return event;
  const { code, detail } = refused[0] ?? { code: 'event/not-cloudevent', detail: 'it was not taken' };
  throw new MkaError(code, `the event was refused: ${detail}`, hintFor(parts, code));
}

function withUser({ release }: IntakeParts, type: string, user: string, data: unknown): unknown {
  const types = release().eventTypes;
  const path = Object.hasOwn(types, type) ? types[type]?.user : undefined;
  if (path === undefined || path === 'subject' || typeof data !== 'object' || data === null) return data;
  const field = path.slice('data.'.length);
  return Object.hasOwn(data, field) ? data : { [field]: user, ...data };
}

function hintFor({ release }: IntakeParts, code: string): { hint?: string } {
  if (code !== 'event/unknown-type') return {};
  const names = Object.keys(release().eventTypes).slice(0, 12).join(', ');
  return { hint: `declared are: ${names || 'none'}` };
}
