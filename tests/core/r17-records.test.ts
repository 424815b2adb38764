import { describe, expect, it } from 'vitest';
import type { DecisionRecord } from '../../src/engine/model/record.ts';
import { campaign, DAY, done, HOUR, MINUTE, release, send, steps, T0, waitAfter } from './builder.ts';
import { event, LI, Machine, refuse, throttle, unknown } from './machine.ts';

type Kind = DecisionRecord['kind'];

function recordsOf(more: Parameters<typeof campaign>[0], play: (machine: Machine) => void): readonly DecisionRecord[] {
  const machine = new Machine(release([campaign(more)]));
  machine.feed(T0, event('order.created', T0, { id: 'e1' }));
  play(machine);
  return machine.records;
}

const pass = (machine: Machine) => void machine.pass(T0 + DAY);
const answering = (...outcomes: readonly Parameters<Machine['outcome']>[2][]) => {
  const left = [...outcomes];
  return (machine: Machine) => {
    machine.answer = () => left.shift() ?? { kind: 'accepted' };
    machine.pass(T0 + DAY);
  };
};
const wait = { id: 'w', kind: 'waitFor', event: 'answer.given', timeoutMs: HOUR, from: 'previous' } as const;
const waiting = { steps: steps({ ...wait, onMatch: 'done', onTimeout: 'done' }, done) };

/** What may happen, the record that it leaves, and the rule that the record names. */
const RECORDS: readonly (readonly [
  string,
  Parameters<typeof campaign>[0],
  (machine: Machine) => void,
  Kind,
  string,
])[] = [
  ['an event', {}, () => {}, 'event', 'R8'],
  ['an entry', {}, () => {}, 'entered', 'R4'],
  ['a refusal', { audience: 'false' }, () => {}, 'refused', 'R4'],
  ['a wait', {}, () => {}, 'waiting', 'R2'],
  ['a wait for an event', waiting, () => {}, 'waiting', 'R6'],
  ['a match', waiting, (machine) => void machine.feed(T0 + 1, event('answer.given', T0 + 1)), 'matched', 'R6'],
  ['a time-out', waiting, pass, 'branched', 'R6'],
  [
    'a branch',
    { steps: steps({ id: 'b', kind: 'branch', cases: [{ next: 'done' }] }, done) },
    () => {},
    'branched',
    'R6',
  ],
  ['a set', { steps: steps({ id: 's', kind: 'set', values: { stage: '"asked"' } }, done) }, () => {}, 'set', 'R17'],
  [
    'an emit',
    { steps: steps({ id: 's', kind: 'emit', event: 'app.opened', data: {} }, done) },
    () => {},
    'emitted',
    'R8',
  ],
  ['a message', {}, pass, 'planned', 'R23'],
  ['its outcome', {}, pass, 'outcome', 'R11'],
  ['a retry', {}, answering(throttle), 'held', 'R11'],
  ['a fallback', {}, answering(refuse), 'redirected', 'R11'],
  ['a message that nobody takes', {}, answering(refuse, refuse), 'skipped', 'R23'],
  ['a stale message', {}, (machine) => void machine.feed(T0 + DAY), 'skipped', 'R7'],
  ['a silence', {}, answering(unknown), 'skipped', 'R23'],
  ['the end', {}, pass, 'ended', 'R17'],
  ['an exit', {}, (machine) => void machine.feed(T0 + 1, event('order.paid', T0 + 1)), 'ended', 'R5'],
  ['a value that is none', { audience: 'user.city == "x"' }, () => {}, 'note', 'R0'],
  [
    'a receipt',
    {},
    (machine) =>
      void machine.feed(T0 + 1, { kind: 'receipt', user: 'u1', sendKey: 'x', atMs: T0 + 1, status: 'delivered' }),
    'receipt',
    'R11',
  ],
];

describe('R17: why', () => {
  it.each(RECORDS)('R17: %s leaves a decision record', (_, more, play, kind, rule) => {
    const records = recordsOf(more, play);
    const found = records.filter((one) => one.kind === kind);
    expect(found.map((one) => one.rule)).toContain(rule);
    expect(found.every((one) => Number.isSafeInteger(one.atMs))).toBe(true);
  });

  it('R17: an entry and a refusal name the release, an entry its definition', () => {
    const machine = new Machine(release([campaign()]));
    machine.feed(T0, event('order.created', T0, { id: 'e1' }), event('order.created', T0, { id: 'e2' }));
    const [entered, refused] = machine.records.filter((one) => one.kind === 'entered' || one.kind === 'refused');
    expect(entered).toMatchObject({ release: machine.compiled.digest, digest: campaign().digest, eventId: 'e1' });
    expect(refused).toMatchObject({ release: machine.compiled.digest, reason: 'live', eventId: 'e2' });
  });

  it('R17: a trigger that does not match leaves nothing but its event', () => {
    const trigger = { kind: 'event', event: 'order.created', where: 'false' } as const;
    expect(recordsOf({ trigger }, () => {}).map((one) => one.kind)).toEqual(['event']);
  });

  it('R17: what `set` writes is read as user.*, and null takes it away', () => {
    const journey = steps(
      { id: 'a', kind: 'set', values: { stage: '"asked"' } },
      { id: 'b', kind: 'branch', cases: [{ when: 'user.stage == "asked"', next: 'c' }, { next: 'done' }] },
      { id: 'c', kind: 'set', values: { stage: 'null' } },
      send('remind'),
      done,
    );
    const machine = new Machine(release([campaign({ steps: journey })]));
    machine.become({ ...LI });
    machine.feed(T0, event('order.created', T0));
    expect(machine.story('branched', 'outcome')).toEqual(['+0s b to c', '+0s sent remind by wechat']);
    expect(machine.state.attributes).toEqual({});
  });

  it('R17: records hold no text of a message and no address', () => {
    const machine = new Machine(release([campaign({ steps: steps(waitAfter('w', MINUTE), send('remind'), done) })]));
    machine.become({ ...LI, surname: 'Secretname', wechat: 'secret-address' });
    machine.feed(T0, event('order.created', T0));
    machine.pass(T0 + DAY);
    expect(JSON.stringify(machine.records)).not.toMatch(/[Ss]ecret/);
  });
});
