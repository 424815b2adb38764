import { describe, expect, it } from 'vitest';
import { campaign, done, release, send, steps } from './builder.ts';
import { event, Machine } from './machine.ts';

const T0 = Date.parse('2026-11-22T10:00:00Z');

/** A campaign that one condition on an attribute exits, and a second one that sets the attribute. */
function machine(): Machine {
  const waiting = campaign({
    exits: [{ kind: 'condition', when: 'user.stage == "won"' }],
    steps: steps({ id: 'long', kind: 'waitAfter', ms: 1_000_000, from: 'previous' }, send('remind'), done),
  });
  const setting = campaign({
    name: 'winning',
    trigger: { kind: 'event', event: 'order.paid' },
    exits: [],
    steps: steps({ id: 's', kind: 'set', values: { stage: '"won"' } }, done),
  });
  return new Machine(release([waiting, setting]));
}

describe('R5: exit conditions', () => {
  it('R5: a condition ends an enrollment at once, in the middle of a wait', () => {
    const one = machine();
    one.feed(T0, event('order.created', T0));
    one.feed(T0 + 1_000, event('order.paid', T0 + 1_000));
    const ended = one.records.filter((record) => record.kind === 'ended' && record.reason === 'exit_condition');
    expect(ended).toMatchObject([{ atMs: T0 + 1_000, step: 'long' }]);
  });

  it('R5: a condition that is true at entry ends the enrollment there', () => {
    const one = machine();
    one.feed(T0, event('order.paid', T0));
    one.feed(T0 + 1_000, event('order.created', T0 + 1_000));
    expect(one.records.filter((record) => record.kind === 'ended').map((record) => record.atMs)).toEqual([
      T0,
      T0 + 1_000,
    ]);
    expect(one.sends).toEqual([]);
  });
});
