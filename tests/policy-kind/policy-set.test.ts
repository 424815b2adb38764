import { describe, expect, it } from 'vitest';
import { compileRepository } from '../../src/engine/compile/compile-repository.ts';
import { policySetOf } from '../../src/engine/compile/policy-set.ts';
import { edited, exampleFiles, without } from '../compile/example-repository.ts';

const files = exampleFiles();
const MARKETING = 'policies/marketing.policy.yaml';

describe('the policies of a file set', () => {
  it('are those of the repository, with the same digest', () => {
    const { set, diagnostics } = policySetOf(files);
    expect(diagnostics).toEqual([]);
    expect(set).toEqual(compileRepository(files).policies);
    expect(set?.policies.map(({ name }) => name)).toEqual(['approvals', 'change-window', 'marketing']);
  });

  it('are read whatever state the other files are in, and say which commit they are of', () => {
    const broken = edited(without(files, 'envs/prod.environment.yaml'), [
      { file: 'order-reminder/order-reminder.campaign.yaml', put: 'kind: [' },
      { file: 'mka.yaml', put: 'nothing' },
    ]);
    const { set, diagnostics } = policySetOf(broken, 'c0ffee');
    expect(diagnostics).toEqual([]);
    expect(set).toEqual({ ...policySetOf(files).set, commit: 'c0ffee' });
  });

  it('are nothing at all when one of them cannot be read', () => {
    const { set, diagnostics } = policySetOf(edited(files, [{ file: MARKETING, put: 'kind: [' }]));
    expect(set).toBeUndefined();
    expect(diagnostics.map(({ code }) => code)).toEqual(['yaml/syntax']);
  });

  it('are none where there are none, and that has a digest too', () => {
    const { set } = policySetOf([]);
    expect(set).toEqual({ policies: [], digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) });
  });

  it.each([
    ['a comment', 'spec:\n', 'spec: # why\n', true],
    ['the order of keys', '{name: marketing, owner: growth,', '{owner: growth, name: marketing,', true],
    ['a description', 'What a marketing campaign may not do.', 'Rules.', true],
    ['a level', 'level: mandatory', 'level: advisory', false],
    ['a condition', 'plan.objects > 20', 'plan.objects > 21', false],
    ['a message', 'smaller plans', 'small plans', false],
  ])('keep their digest when %s changes: %#', (_, find, put, isKept) => {
    const before = policySetOf(files).set?.digest;
    const after = policySetOf(edited(files, [{ file: MARKETING, find, put }])).set?.digest;
    expect(after === before).toBe(isKept);
  });

  it('leave the digest of the release alone', () => {
    const changed = edited(files, [{ file: MARKETING, find: 'level: mandatory', put: 'level: advisory' }]);
    expect(compileRepository(changed).bundle?.digest).toBe(compileRepository(files).bundle?.digest);
  });

  it('say windows in minutes and days as numbers, and 24:00 as the end of the day', () => {
    const window = policySetOf(files).set?.policies[1]?.windows;
    expect(window).toEqual([
      { environment: 'prod', zone: 'Asia/Shanghai', days: [1, 2, 3, 4], fromMinute: 0, toMinute: 1440 },
      { environment: 'prod', zone: 'Asia/Shanghai', days: [5], fromMinute: 0, toMinute: 960 },
    ]);
  });

  it('say a team that an unreadable policy may name is not wrong', () => {
    const asked = edited(files, [
      { file: 'policies/approvals.policy.yaml', find: 'count: 1}', put: 'count: 1, team: growth}' },
      { file: MARKETING, find: 'spec:\n', put: 'spec:\n  teams: {growth: []}\n' },
    ]);
    expect(compileRepository(asked).diagnostics.map(({ code }) => code)).toEqual(['schema/range']);
  });
});
