import { expect, it } from 'vitest';
import { testPolicies } from '../../src/engine/usecases/policy-test.ts';
import { policy, policySet, T0 } from './fixture.ts';

const set = policySet(
  policy({
    rules: [
      { id: 'end', level: 'overridable', deny: 'change.class == "destructive"', message: 'it ends something' },
      { id: 'wide', level: 'advisory', deny: 'change.enters > 10', message: 'many' },
    ],
    approvals: [{ id: 'second', when: 'environment.name == "prod"', count: 1 }],
    waivers: [{ rule: 'end', object: 'campaign:spring', reason: 'over', untilMs: T0 }],
  }),
);

const run = (cases: unknown, version: unknown = 1) =>
  testPolicies(set, [{ path: 'policies/a.policy-test.json', text: JSON.stringify({ version, cases }) }], T0);

const ending = { object: 'campaign:spring', action: 'delete', class: 'destructive', audience: { enters: 0 } };

it.each([
  [{ environment: 'dev', changes: [ending], expect: { broken: ['guard/end on campaign:spring'] } }, []],
  [{ environment: 'dev', changes: [ending], atMs: T0 - 1, expect: {} }, []],
  [
    { environment: 'prod', changes: [ending], expect: {} },
    ['broken: guard/end on campaign:spring was not expected', 'approval: guard/second was not expected'],
  ],
  [
    { environment: 'dev', changes: [{ object: 'channel:sms' }], expect: { broken: ['guard/end on channel:sms'] } },
    ['broken: guard/end on channel:sms was expected'],
  ],
  [{ environment: 'dev', changes: [{ object: 'campaign:c' }], expect: { broken: ['guard/wide on campaign:c'] } }, []],
])('a case of %j differs by %j', (one, differences) => {
  expect(run([{ name: 'case', ...one }])).toEqual([{ file: 'policies/a.policy-test.json', name: 'case', differences }]);
});

it.each([[undefined], [[{ name: 'x' }]], [[{ name: 'x', environment: 'e', changes: [null], expect: {} }]]])(
  'cases of another form are refused: %j',
  (cases) => {
    expect(() => run(cases)).toThrowError(expect.objectContaining({ code: 'policy/test-unreadable' }));
  },
);

it('cases of a version nobody knows are refused', () => {
  expect(() => run([], 2)).toThrowError(expect.objectContaining({ code: 'policy/test-unreadable' }));
});
