import type { DecisionRecord } from '../../../model/record.ts';

/**
 * Records as they stand in a row: `[1, atMs, [kind, value, …], …]`, values in the order of `FIELDS`, null for an optional
 * one that is absent, 0 for a name that is the same as in the record before. A third of the size of the objects, which
 * is a third of what every commit writes. Rows of plain objects are read as well.
 */
const VERSION = 1;

type Kind = DecisionRecord['kind'];
type FieldOf<K extends Kind> = Exclude<keyof Extract<DecisionRecord, { kind: K }>, 'kind' | 'atMs'>;
/** 1: always there, possibly null; 0: may be absent and is never null. */
type Fields<K extends Kind> = { readonly [F in FieldOf<K>]-?: 0 | 1 };

/** Stored: a kind or a field may be added at the end of its list, none moved. */
const FIELDS: { readonly [K in Kind]: Fields<K> } = {
  event: { rule: 1, source: 1, id: 1, type: 1, occurredAtMs: 1, receivedAtMs: 1, data: 1 },
  entered: { rule: 1, campaign: 1, digest: 1, release: 1, enrollment: 1, entryAtMs: 1, eventId: 1 },
  refused: { rule: 1, campaign: 1, reason: 1, eventId: 1, release: 1 },
  waiting: { rule: 1, campaign: 1, enrollment: 1, step: 1, untilMs: 1, for: 0 },
  matched: { rule: 1, campaign: 1, enrollment: 1, step: 1, eventId: 1 },
  branched: { rule: 1, campaign: 1, enrollment: 1, step: 1, next: 1 },
  set: { rule: 1, campaign: 1, enrollment: 1, step: 1, attributes: 1 },
  emitted: { rule: 1, campaign: 1, enrollment: 1, step: 1, event: 1 },
  held: { rule: 1, campaign: 1, enrollment: 1, step: 1, reason: 1, untilMs: 1 },
  redirected: { rule: 1, campaign: 1, enrollment: 1, step: 1, from: 1, to: 1, reason: 1 },
  planned: { rule: 1, campaign: 1, enrollment: 1, step: 1, channel: 1, attempt: 1, sendKey: 1 },
  skipped: { rule: 1, campaign: 1, enrollment: 1, step: 1, reason: 1, channel: 0, detail: 0 },
  outcome: { rule: 1, campaign: 1, enrollment: 1, step: 1, channel: 1, attempt: 1, sendKey: 1, outcome: 1 },
  receipt: { rule: 1, sendKey: 1, status: 1 },
  ended: { rule: 1, campaign: 1, enrollment: 1, reason: 1, step: 1, eventId: 0, cancelled: 0 },
  note: { rule: 1, reason: 1, campaign: 0, detail: 1 },
};

/** Fields of text that records of one decision have in common. */
const REPEATED: ReadonlySet<string> = new Set(['campaign', 'enrollment', 'step', 'sendKey', 'eventId', 'release']);

interface Field {
  readonly name: string;
  readonly isOptional: boolean;
  readonly isRepeated: boolean;
}

interface Layout {
  readonly kind: Kind;
  readonly code: number;
  readonly fields: readonly Field[];
}

const LAYOUTS: readonly Layout[] = (Object.keys(FIELDS) as Kind[]).map((kind, code) => ({
  kind,
  code,
  fields: Object.entries(FIELDS[kind]).map(([name, always]) => ({
    name,
    isOptional: always === 0,
    isRepeated: REPEATED.has(name),
  })),
}));
const LAYOUT_OF: ReadonlyMap<string, Layout> = new Map(LAYOUTS.map((layout) => [layout.kind, layout]));

/** Null when there is nothing to record. */
export function encodeRecords(records: readonly DecisionRecord[]): string | null {
  const [first] = records;
  if (first === undefined) return null;
  const row: unknown[] = [VERSION, first.atMs];
  const last: Record<string, unknown> = {};
  for (const record of records) {
    const layout = LAYOUT_OF.get(record.kind);
    if (layout === undefined || record.atMs !== first.atMs) return JSON.stringify(records);
    row.push(toCells(layout, record as unknown as Readonly<Record<string, unknown>>, last));
  }
  return JSON.stringify(row);
}

function toCells({ code, fields }: Layout, record: Readonly<Record<string, unknown>>, last: Record<string, unknown>) {
  const cells: unknown[] = [code];
  for (const { name, isRepeated } of fields) {
    const value = record[name];
    if (!isRepeated || value === undefined) cells.push(value);
    else if (last[name] === value) cells.push(0);
    else {
      cells.push(value);
      last[name] = value;
    }
  }
  return cells;
}

export function decodeRecords(text: string): readonly DecisionRecord[] {
  const [version, atMs, ...rows] = JSON.parse(text) as [unknown, number, ...[number, ...unknown[]][]];
  if (version !== VERSION) return JSON.parse(text) as DecisionRecord[];
  const last: Record<string, unknown> = {};
  return rows.map(([code, ...cells]) => {
    const layout = LAYOUTS[code];
    if (layout === undefined) throw new Error(`a decision record of unknown kind ${code}`);
    return { atMs, ...fromCells(layout, cells, last) } as DecisionRecord;
  });
}

function fromCells({ kind, fields }: Layout, cells: readonly unknown[], last: Record<string, unknown>) {
  const record: Record<string, unknown> = { kind };
  for (const [at, { name, isOptional, isRepeated }] of fields.entries()) {
    const cell = cells[at] ?? null;
    if (cell === null && isOptional) continue;
    const value = isRepeated && cell === 0 ? last[name] : cell;
    if (isRepeated) last[name] = value;
    record[name] = value;
  }
  return record;
}
