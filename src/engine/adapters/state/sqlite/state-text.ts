import type { AcceptedEvent } from '../../../model/event.ts';
import type { Enrollment, Position, SendPosition, UserState } from '../../../model/state.ts';
import type { ValueMap } from '../../../model/value.ts';

/**
 * A user's state as it stands in its row: arrays in place of objects, half their size, and 0 for what follows from the
 * rest. `[1, attributes, enrollments, events]`, 0 for an empty one. Rows of plain objects are read as well.
 */
const VERSION = 1;

type EnrollmentCells = readonly [
  ...[id: string | 0, campaign: string, digest: string, key: string | null, occurrence: string | 0],
  ...[entryAtMs: number, entry: ValueMap, entryEventId: string, entrySource: string],
  ...[visits: Readonly<Record<string, number>> | 0, position: PositionCells],
];
type PositionCells =
  | readonly [kind: 0 | 1 | 2, step: string, dueAtMs: number]
  | readonly [
      ...[kind: 3, step: string, phase: number, sendKey: string, visit: number, messageDueAtMs: number],
      ...[dueAtMs: number | null, channel: number, attempts: number, plans: number],
      ...[heldBy: SendPosition['heldBy'] | 0, lastReason: SendPosition['lastReason'] | 0, inDoubt: 0 | 1],
    ];
type EventCells = readonly [
  ...[source: string, id: string, type: string, user: string, occurredAtMs: number, undated: 0 | 1],
  ...[receivedAtMs: number, data: ValueMap],
];
type StateCells = readonly [
  ...[version: number, attributes: ValueMap | 0, live: readonly EnrollmentCells[] | 0],
  recent: readonly EventCells[] | 0,
];

/** Stored by their place: added to at the end, never moved. */
const PHASES: readonly SendPosition['phase'][] = ['pending', 'planned', 'receipt'];
const WAITS = ['wait', 'waitFor', 'held'] as const;

export function encodeState({ attributes, live, recent }: UserState): string {
  const cells: StateCells = [
    VERSION,
    isEmpty(attributes) ? 0 : attributes,
    live.length === 0 ? 0 : live.map(toEnrollmentCells),
    recent.length === 0 ? 0 : recent.map(toEventCells),
  ];
  return JSON.stringify(cells);
}

export function decodeState(text: string): UserState {
  const stored = JSON.parse(text) as StateCells | UserState;
  if (!isCells(stored)) return stored;
  const [version, attributes, live, recent] = stored;
  if (version !== VERSION) throw new Error(`a user's state of unknown version ${version}`);
  return {
    v: 1,
    attributes: attributes || {},
    live: (live || []).map(fromEnrollmentCells),
    recent: (recent || []).map(fromEventCells),
  };
}

function isCells(stored: StateCells | UserState): stored is StateCells {
  return Array.isArray(stored);
}

function isEmpty(map: object): boolean {
  for (const _ in map) return false;
  return true;
}

// Literals without a spread: this runs for every user of every commit.
function toEnrollmentCells(enrollment: Enrollment): EnrollmentCells {
  const { id, campaign, key, occurrence, entryEventId, entrySource, visits } = enrollment;
  return [
    id === idOf(campaign, key, occurrence) ? 0 : id,
    campaign,
    enrollment.digest,
    key,
    occurrence === joined(entrySource) + joined(entryEventId) ? 0 : occurrence,
    enrollment.entryAtMs,
    enrollment.entry,
    entryEventId,
    entrySource,
    isEmpty(visits) ? 0 : visits,
    toPositionCells(enrollment.position),
  ];
}

function fromEnrollmentCells(cells: EnrollmentCells): Enrollment {
  const [id, campaign, digest, key, stored, entryAtMs, entry, entryEventId, entrySource, visits, position] = cells;
  const occurrence = stored === 0 ? joined(entrySource) + joined(entryEventId) : stored;
  return {
    id: id === 0 ? idOf(campaign, key, occurrence) : id,
    ...{ campaign, digest, key, occurrence, entryAtMs, entry, entryEventId, entrySource },
    visits: visits || {},
    position: fromPositionCells(position),
  };
}

function toPositionCells(position: Position): PositionCells {
  const { kind, step } = position;
  if (kind !== 'send') return [WAITS.indexOf(kind) as 0 | 1 | 2, step, position.dueAtMs];
  return [
    3,
    step,
    PHASES.indexOf(position.phase),
    position.sendKey,
    position.visit,
    position.messageDueAtMs,
    position.dueAtMs,
    position.channel,
    position.attempts,
    position.plans,
    position.heldBy ?? 0,
    position.lastReason ?? 0,
    position.inDoubt ? 1 : 0,
  ];
}

function fromPositionCells(cells: PositionCells): Position {
  if (cells[0] !== 3) return { kind: WAITS[cells[0]], step: cells[1], dueAtMs: cells[2] };
  const [, step, phase, sendKey, visit, messageDueAtMs, dueAtMs, channel, attempts, plans] = cells;
  const [heldBy, lastReason, inDoubt] = [cells[10], cells[11], cells[12]];
  return {
    kind: 'send',
    step,
    phase: PHASES[phase] as SendPosition['phase'],
    ...{ sendKey, visit, messageDueAtMs, dueAtMs, channel, attempts, plans },
    ...(heldBy ? { heldBy } : {}),
    ...(lastReason ? { lastReason } : {}),
    ...(inDoubt ? { inDoubt: true as const } : {}),
  };
}

function toEventCells({
  source,
  id,
  type,
  user,
  occurredAtMs,
  undated,
  receivedAtMs,
  data,
}: AcceptedEvent): EventCells {
  return [source, id, type, user, occurredAtMs, undated ? 1 : 0, receivedAtMs, data];
}

function fromEventCells([
  source,
  id,
  type,
  user,
  occurredAtMs,
  undated,
  receivedAtMs,
  data,
]: EventCells): AcceptedEvent {
  return { source, id, type, user, occurredAtMs, ...(undated ? { undated: true } : {}), receivedAtMs, data };
}

/** What journeys make of them (`joinKey`); an id or occurrence that is something else is stored as it is. */
function idOf(campaign: string, key: string | null, occurrence: string): string {
  return joined(campaign) + joined(key ?? '') + joined(occurrence);
}

function joined(part: string): string {
  return `${part.length}:${part}`;
}
