import { describe, expect, it } from 'vitest';
import type { Plan } from '../../src/engine/model/plan.ts';
import { planDigest } from '../../src/engine/plan/canonical.ts';
import { readPlan } from '../../src/engine/plan/read-plan.ts';
import { planProblems } from '../../src/engine/plan/staleness.ts';
import { isWithinTolerance, settledCounts } from '../../src/engine/plan/tolerance.ts';
import { examplePlan } from './present.ts';

const plan = examplePlan();
const OTHER = `sha256:${'7'.repeat(64)}`;

/** A plan with another content and the digest that belongs to it: what an attacker would write. */
function forged(more: Partial<Plan>): Plan {
  const next = { ...plan, ...more };
  return { ...next, digest: planDigest(next) };
}

describe('the digest of a plan', () => {
  it('is the same for the same request', () => {
    expect(examplePlan().digest).toBe(plan.digest);
  });

  it.each<[string, Partial<Plan>]>([
    [
      'the commit and its authors: a rebase with the same effect keeps its approvals',
      { origin: { ...plan.origin, commit: null, authors: [], createdAtMs: 0 } },
    ],
    ['who stands where', { occupancy: [] }],
    ['how many an audience has', { audience: [] }],
  ])('does not depend on %s', (_, more) => {
    expect(planDigest({ ...plan, ...more })).toBe(plan.digest);
  });

  it.each<[string, Partial<Plan>]>([
    ['environment', { environment: 'dev' }],
    ['base', { base: { ...plan.base, generation: 4 } }],
    ['target', { target: { bundle: OTHER } }],
    ['changes', { changes: plan.changes.slice(1) }],
    ['policies', { policy: { ...plan.policy, digest: OTHER } }],
    ['findings', { policy: { ...plan.policy, findings: [] } }],
    ['approvals needed', { requires: [] }],
  ])('depends on the %s', (_, more) => {
    expect(planDigest({ ...plan, ...more })).not.toBe(plan.digest);
  });
});

describe('a plan file is read', () => {
  it('as it was written', () => {
    expect(readPlan(JSON.stringify(plan))).toEqual(JSON.parse(JSON.stringify(plan)));
  });

  const { digest: _digest, ...rest } = plan;
  it.each<[string, unknown, string]>([
    ['no JSON', '{', 'plan/unreadable'],
    ['a number', '7', 'plan/unreadable'],
    ['nothing', 'null', 'plan/unreadable'],
    ['an object without a version', {}, 'plan/unreadable'],
    ['a newer version', { ...plan, formatVersion: 2, unheard: 1 }, 'plan/newer-version'],
    ['no digest', rest, 'plan/unreadable'],
    ['a key nobody knows', { ...plan, note: 'x' }, 'plan/unreadable'],
    ['changes that are none', { ...plan, changes: [{ object: 'x' }] }, 'plan/unreadable'],
    ['a count that is none', { ...plan, audience: [{ ...plan.audience[0], before: 'many' }] }, 'plan/unreadable'],
    ['fewer approvals than it was written with', { ...plan, requires: [] }, 'plan/edited'],
    ['another target', { ...plan, target: { bundle: OTHER } }, 'plan/edited'],
  ])('but not with %s', (_, value, code) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    expect(() => readPlan(text)).toThrowError(expect.objectContaining({ code }));
  });
});

describe('a plan made again', () => {
  it.each<[string, Plan, Plan, string[]]>([
    ['is the same', plan, plan, []],
    ['of the same after a rebase is the same', { ...plan, origin: { ...plan.origin, commit: 'x' } }, plan, []],
    ['for another environment', plan, forged({ environment: 'dev' }), ['plan/other-environment']],
    ['for another project', plan, forged({ project: 'other' }), ['plan/other-environment']],
    ['on a later deployment', plan, forged({ base: { generation: 4, bundle: OTHER } }), ['plan/stale']],
    ['on a rollback to the same bundle', plan, forged({ base: { ...plan.base, generation: 5 } }), ['plan/stale']],
    ['of other files', plan, forged({ target: { bundle: OTHER } }), ['plan/other-content']],
    ['under other policies', plan, forged({ policy: { ...plan.policy, digest: OTHER } }), ['plan/policy-changed']],
    ['with a waiver less', plan, forged({ policy: { ...plan.policy, findings: [] } }), ['plan/policy-changed']],
    [
      'with everything other',
      plan,
      forged({ base: { generation: 9, bundle: OTHER }, target: { bundle: OTHER } }),
      ['plan/stale', 'plan/other-content'],
    ],
    ['whose approvals somebody took out, digest and all', forged({ requires: [] }), plan, ['plan/edited']],
    ['whose changes somebody took out, digest and all', forged({ changes: [] }), plan, ['plan/edited']],
    [
      'with an audience that asks for more',
      forged({ requires: [] }),
      { ...plan, audience: [] },
      ['plan/audience-moved'],
    ],
  ])('%s', (_, old, fresh, codes) => {
    expect(planProblems(old, fresh).map(({ code }) => code)).toEqual(codes);
  });
});

describe('the tolerance of audience counts', () => {
  const counts = { campaign: 'c', before: 1_000, after: 2_000, enters: 1_000, leaves: 0 };
  it.each([
    [{}, true],
    [{ after: 2_100 }, true],
    [{ after: 2_101 }, false],
    [{ leaves: 50 }, true],
    [{ leaves: 51 }, false],
    [{ after: null }, false],
  ])('%j: within %s', (more, expected) => {
    expect(isWithinTolerance(counts, { ...counts, ...more })).toBe(expected);
  });

  it('keeps what was agreed to, campaign by campaign, and never a campaign that is not counted now', () => {
    const other = { ...counts, campaign: 'd' };
    const moved = { ...other, after: 9_000 };
    expect(settledCounts([counts, other], [{ ...counts, after: 2_001 }, moved])).toEqual([counts, moved]);
    expect(settledCounts([counts], [])).toEqual([]);
  });
});
