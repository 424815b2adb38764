import { describe, expect, it } from 'vitest';
import { decodeRecords, encodeRecords } from '../../../src/engine/adapters/state/sqlite/record-text.ts';
import { decodeState, encodeState } from '../../../src/engine/adapters/state/sqlite/state-text.ts';
import type { DecisionRecord } from '../../../src/engine/model/record.ts';
import { EMPTY_USER_STATE, type Enrollment, type Position, type UserState } from '../../../src/engine/model/state.ts';

const AT = 1_767_603_600_000;
const ENROLLMENT = '8:reminder4:"o1"10:4:shop2:e1';

function enrollment(position: Position, changes: Partial<Enrollment> = {}): Enrollment {
  return {
    id: ENROLLMENT,
    campaign: 'reminder',
    digest: 'sha256:ab',
    key: '"o1"',
    occurrence: '4:shop2:e1',
    entryAtMs: AT,
    entry: { order_id: 'o1', amount: 0 },
    entryEventId: 'e1',
    entrySource: 'shop',
    visits: {},
    position,
    ...changes,
  };
}

const send: Position = {
  kind: 'send',
  step: 'remind',
  phase: 'planned',
  sendKey: 'cd',
  visit: 1,
  messageDueAtMs: AT,
  dueAtMs: null,
  channel: 0,
  attempts: 1,
  plans: 1,
};
const event = {
  source: 'shop',
  id: 'e1',
  type: 't',
  user: 'u1',
  occurredAtMs: AT,
  receivedAtMs: AT + 1,
  data: { a: null },
};

describe('a state as its row holds it', () => {
  it.each<readonly [string, UserState]>([
    ['nothing at all', EMPTY_USER_STATE],
    ['attributes', { ...EMPTY_USER_STATE, attributes: { level: 0, name: '', none: null } }],
    ['a wait', { ...EMPTY_USER_STATE, live: [enrollment({ kind: 'wait', step: 'soon', dueAtMs: AT })] }],
    ['a wait for', { ...EMPTY_USER_STATE, live: [enrollment({ kind: 'waitFor', step: 'paid', dueAtMs: AT })] }],
    ['a step held', { ...EMPTY_USER_STATE, live: [enrollment({ kind: 'held', step: 'say', dueAtMs: AT })] }],
    ['a message', { ...EMPTY_USER_STATE, live: [enrollment(send, { visits: { remind: 1 } })] }],
    [
      'a message in doubt',
      {
        ...EMPTY_USER_STATE,
        live: [
          enrollment({
            ...send,
            phase: 'receipt',
            dueAtMs: AT,
            heldBy: 'unknown_outcome',
            lastReason: 'rejected',
            inDoubt: true,
          }),
        ],
      },
    ],
    [
      'an entry by hand',
      {
        ...EMPTY_USER_STATE,
        live: [enrollment(send, { key: null, occurrence: 'once', id: 'x', entrySource: '', entryEventId: 'r1' })],
      },
    ],
    ['kept events', { ...EMPTY_USER_STATE, recent: [event, { ...event, undated: true }] }],
  ])('%s comes back as it was', (_, state) => {
    expect(decodeState(encodeState(state))).toEqual(state);
  });

  it('a row of plain objects is read', () => {
    const state = { ...EMPTY_USER_STATE, live: [enrollment(send)] };
    expect(decodeState(JSON.stringify(state))).toEqual(state);
  });
});

const named = { campaign: 'reminder', enrollment: ENROLLMENT, step: 'remind' };
const RECORDS: readonly DecisionRecord[] = [
  { atMs: AT, kind: 'event', rule: 'R8', ...eventRecord() },
  { atMs: AT, kind: 'entered', rule: 'R4', ...entered(), eventId: 'e1' },
  { atMs: AT, kind: 'refused', rule: 'R4', campaign: 'other', reason: 'live', eventId: 'e1', release: 'sha256:r' },
  { atMs: AT, kind: 'waiting', rule: 'R2', ...named, untilMs: AT + 1 },
  { atMs: AT, kind: 'waiting', rule: 'R6', ...named, untilMs: AT + 1, for: 'order.paid' },
  { atMs: AT, kind: 'held', rule: 'R14', ...named, reason: 'campaign_paused', untilMs: null },
  { atMs: AT, kind: 'set', rule: 'R17', ...named, attributes: ['a', 'b'] },
  { atMs: AT, kind: 'planned', rule: 'R23', ...named, channel: 'sms', attempt: 1, sendKey: 'cd' },
  {
    ...{ atMs: AT, kind: 'outcome', rule: 'R11', ...named, channel: 'sms', attempt: 1, sendKey: 'cd' },
    outcome: { kind: 'accepted' },
  },
  { atMs: AT, kind: 'outcome', rule: 'R11', ...late(), outcome: { kind: 'rejected', code: 'no' } },
  { atMs: AT, kind: 'skipped', rule: 'R23', ...named, reason: 'no_address', detail: 'none' },
  { atMs: AT, kind: 'ended', rule: 'R5', campaign: 'reminder', enrollment: ENROLLMENT, reason: 'completed', step: '' },
  { atMs: AT, kind: 'note', rule: 'R0', reason: 'conflict', detail: 'd' },
  { atMs: AT, kind: 'note', rule: 'R0', reason: 'rule_error', campaign: 'reminder', detail: 'd' },
];

function eventRecord() {
  return { source: 'shop', id: 'e1', type: 't', occurredAtMs: AT, receivedAtMs: AT, data: { a: [1, 'x'] } };
}

function entered() {
  return { campaign: 'reminder', digest: 'sha256:d', release: 'sha256:r', enrollment: ENROLLMENT, entryAtMs: AT };
}

/** Of an enrollment that has ended: no names. */
function late() {
  return { campaign: '', enrollment: '', step: '', channel: 'sms', attempt: 2, sendKey: 'cd' };
}

describe('decision records as their row holds them', () => {
  it('all that one decision recorded comes back as it was, name by name', () => {
    const text = encodeRecords(RECORDS) ?? '';
    expect(JSON.stringify(decodeRecords(text))).toBe(JSON.stringify(RECORDS));
    expect(text.length).toBeLessThan(JSON.stringify(RECORDS).length * 0.6);
  });

  it.each(RECORDS.map((record) => [record.kind, record] as const))('a lone %s comes back as it was', (_, record) => {
    expect(decodeRecords(encodeRecords([record]) ?? '')).toEqual([record]);
  });

  it('records of two instants, and rows of plain objects, are read', () => {
    const two = [{ ...RECORDS[0], atMs: AT - 1 }, RECORDS[1]] as DecisionRecord[];
    expect(decodeRecords(encodeRecords(two) ?? '')).toEqual(two);
    expect(decodeRecords(JSON.stringify(two))).toEqual(two);
  });

  it('nothing recorded is no row', () => {
    expect(encodeRecords([])).toBeNull();
  });
});
