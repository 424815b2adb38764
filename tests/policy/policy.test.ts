import { describe, expect, it } from 'vitest';
import { blocking, evaluatePolicies } from '../../src/engine/release/policy.ts';
import { judged, policy, policySet, T0 } from './fixture.ts';

const broken = (deny: string, plan = judged()) =>
  evaluatePolicies(policySet(policy({ rules: [{ id: 'r', level: 'overridable', deny, message: 'no' }] })), plan, T0)
    .findings.length === 1;

describe('a rule', () => {
  it.each([
    ['false', false],
    ['true', true],
    ['object.kind == "campaign" && object.name == "winback"', true],
    ['object.owner == "crm"', false],
    ['object.class == "transactional"', false],
    ['object.labels.tier == "gold"', true],
    ['"tier" in object.labels', true],
    ['change.class == "breaking" && change.action == "update"', true],
    ['change.fields.exists(f, f.startsWith("spec.steps"))', true],
    ['change.enters > 20', true],
    ['change.leaves > 5', false],
    ['plan.environment == "prod" && environment.name == "prod"', true],
    ['plan.objects > 1', false],
    ['plan.audience_after == 30', true],
  ])('%s: broken %s', (deny, expected) => {
    const field = { path: 'spec.steps[id=a].wait.after', class: 'breaking' as const, reason: '' };
    expect(broken(deny, judged({ fields: [field] }))).toBe(expected);
  });

  it.each([
    ['an error', 'object.labels.none == "x"'],
    ['a name that is not there', 'campaign.name == "x"'],
    ['text that is no expression', 'object.name =='],
    ['something that is no condition', 'object.name'],
  ])('counts as broken for %s', (_, deny) => {
    expect(broken(deny)).toBe(true);
  });

  it('with a count that nobody knows is broken, but for what admits nobody the count is 0', () => {
    const unknown = { campaign: 'winback', before: null, after: null, enters: null, leaves: null };
    const [change] = judged().changes;
    if (change === undefined) throw new Error('the fixture has one change');
    expect(broken('change.enters > 20', judged({}, {}, { changes: [{ ...change, audience: unknown }] }))).toBe(true);
    const { audience: _audience, ...channel } = change;
    expect(broken('change.enters > 20', judged({}, {}, { changes: [channel] }))).toBe(false);
  });

  it('sees an object as it was and as it will be: a new owner does not escape the rules of the old one', () => {
    const plan = judged();
    const [change] = plan.changes;
    const [form] = change?.objects ?? [];
    const moved = { ...change, objects: [{ ...form, owner: 'payments' }, form] } as never;
    expect(broken('object.owner == "payments"', { ...plan, changes: [moved] })).toBe(true);
  });
});

describe('levels and waivers', () => {
  const waiver = { rule: 'r', object: 'campaign:winback', reason: 'agreed with legal', untilMs: T0 + 1 };
  it.each([
    ['advisory', [], T0, false, undefined],
    ['overridable', [], T0, true, undefined],
    ['mandatory', [], T0, true, undefined],
    ['overridable', [waiver], T0, false, 'agreed with legal'],
    ['overridable', [waiver], T0 + 1, true, undefined],
    ['overridable', [{ ...waiver, object: 'campaign:other' }], T0, true, undefined],
    ['overridable', [{ ...waiver, rule: 'other' }], T0, true, undefined],
    ['mandatory', [waiver], T0, true, undefined],
  ] as const)('%s with %j at %d: stops %s', (level, waivers, nowMs, stops, waived) => {
    const set = policySet(policy({ rules: [{ id: 'r', level, deny: 'true', message: 'no' }], waivers }));
    const { findings } = evaluatePolicies(set, judged(), nowMs);
    expect(blocking(findings).length > 0).toBe(stops);
    expect(findings[0]?.waived).toBe(waived);
  });

  it('a waiver of another policy lifts nothing', () => {
    const rules = [{ id: 'r', level: 'overridable' as const, deny: 'true', message: 'no' }];
    const set = policySet(policy({ rules }), policy({ name: 'lax', waivers: [waiver] }));
    expect(blocking(evaluatePolicies(set, judged(), T0).findings)).toHaveLength(1);
  });
});

describe('approvals', () => {
  const requires = (
    approvals: readonly { id: string; when: string; count: number; team?: string }[],
    plan = judged(),
  ) =>
    evaluatePolicies(policySet(policy({ approvals })), plan, T0).requires.map(({ rule, count, team }) => [
      rule,
      count,
      team,
    ]);

  it('of one team, the highest count; other teams beside it', () => {
    expect(
      requires([
        { id: 'one', when: 'true', count: 1 },
        { id: 'two', when: 'change.class == "breaking"', count: 2 },
        { id: 'legal', when: 'object.class == "marketing"', count: 1, team: 'legal' },
        { id: 'none', when: 'change.class == "cosmetic"', count: 9 },
        { id: 'zero', when: 'true', count: 0, team: 'nobody' },
      ]),
    ).toEqual([
      ['two', 2, undefined],
      ['legal', 1, 'legal'],
    ]);
  });

  it('are asked where the condition errs, and never for a plan without changes', () => {
    const approvals = [{ id: 'one', when: 'object.labels.none == "x"', count: 1 }];
    expect(requires(approvals)).toHaveLength(1);
    expect(requires(approvals, judged({}, {}, { changes: [] }))).toEqual([]);
  });
});
