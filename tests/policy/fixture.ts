import type { ObjectChange } from '../../src/engine/model/plan.ts';
import type { PolicyDefinition, PolicySet } from '../../src/engine/model/policy.ts';
import type { JudgedPlan } from '../../src/engine/release/policy-types.ts';

export const T0 = Date.parse('2026-11-22T02:00:00Z');

/** A policy without anything but what a test gives it. */
export function policy(more: Partial<PolicyDefinition> = {}): PolicyDefinition {
  return { name: 'guard', rules: [], approvals: [], windows: [], waivers: [], teams: {}, ...more };
}

export function policySet(...policies: PolicyDefinition[]): PolicySet {
  return { policies, digest: `sha256:${'9'.repeat(64)}` };
}

/** A plan with one changed campaign. */
export function judged(
  change: Partial<ObjectChange> = {},
  object: Readonly<Record<string, unknown>> = {},
  more: Partial<JudgedPlan> = {},
): JudgedPlan {
  const full: ObjectChange = { object: 'campaign:winback', action: 'update', class: 'breaking', fields: [], ...change };
  const form = {
    kind: 'campaign',
    name: 'winback',
    owner: 'growth',
    class: 'marketing',
    labels: { tier: 'gold' },
    ...object,
  };
  const audience = { campaign: 'winback', before: 10, after: 30, enters: 25, leaves: 5 };
  return {
    environment: 'prod',
    class: full.class,
    changes: [{ change: full, objects: [form] as never, audience }],
    audience: [audience],
    ...more,
  };
}
