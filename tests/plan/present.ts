import type { Plan } from '../../src/engine/model/plan.ts';
import { planOf } from '../../src/engine/plan/plan.ts';
import type { PresentPlan } from '../../src/engine/wiring/plan.ts';
import { campaign, channel, DAY, done, HOUR, MINUTE, release, send, steps, waitAfter } from '../core/builder.ts';
import { policy, policySet, T0 } from '../policy/fixture.ts';

const DEPLOYED = `sha256:${'d'.repeat(64)}`;
const PLANNED = `sha256:${'e'.repeat(64)}`;

const hostile = '<img src=x onerror=alert(1)> @everyone [x](javascript:x) `` | ---\n# title\u001b[31m \u202e';

/** A plan with every kind of change, and texts that mean harm. */
export function examplePlan(text = 'destructive changes need a waiver'): Plan {
  const before = release([
    campaign({ audience: 'user.city == "Shenzhen"', steps: steps(waitAfter('wait', DAY), send('remind'), done) }),
    campaign({ name: 'winback', trigger: { kind: 'event', event: 'app.opened' } }),
  ]);
  const after = release(
    [
      campaign({
        owner: 'crm',
        audience: 'user.city in ["Shenzhen", "Dongguan"]',
        steps: steps(waitAfter('wait', 12 * HOUR), send('remind'), waitAfter('pause', 10 * MINUTE), done),
      }),
      campaign({ name: 'welcome', state: 'draft' }),
    ],
    { channels: { wechat: channel('wechat', { concurrency: 20 }), sms: channel('sms'), email: channel('email') } },
  );
  return planOf({
    base: { generation: 3, bundle: DEPLOYED, release: before },
    target: { bundle: PLANNED, release: after, facts: { 'channel:wechat': { owner: 'platform' } } },
    environment: 'prod',
    policies: policySet(
      policy({
        rules: [
          { id: 'no-destruction', level: 'overridable', deny: 'change.class == "destructive"', message: text },
          { id: 'many', level: 'advisory', deny: 'change.enters > 100', message: 'more than 100 users enter by it' },
          {
            id: 'freeze',
            level: 'overridable',
            deny: 'change.action == "create"',
            message: 'nothing new before the sale',
          },
        ],
        waivers: [{ rule: 'freeze', object: 'campaign:welcome', reason: 'it is a draft', untilMs: T0 + 1 }],
        approvals: [
          { id: 'second', when: 'true', count: 2, team: 'growth' },
          { id: 'any', when: 'plan.class == "destructive"', count: 1 },
        ],
      }),
    ),
    occupancy: [
      { campaign: 'reminder', definition: DEPLOYED, step: 'wait', users: 120, becomes: 'stays on its version' },
      {
        campaign: 'winback',
        definition: DEPLOYED,
        step: 'wait',
        users: 1,
        becomes: 'stays on its version to its end; nobody enters any more',
      },
    ],
    audience: [
      { campaign: 'reminder', before: 1_200, after: 1_530, enters: 340, leaves: 10 },
      { campaign: 'winback', before: null, after: 0, enters: null, leaves: null },
      { campaign: 'welcome', before: null, after: null, enters: null, leaves: null },
    ],
    origin: { commit: 'c'.repeat(40), tree: 'f'.repeat(40), authors: ['ada@example.com'], createdAtMs: T0 },
  });
}

/** The same around it that a command finds: outside a window, and stale. */
export function examplePresent(more: Partial<PresentPlan> = {}): PresentPlan {
  return { plan: examplePlan(), window: { isOpen: true }, problems: [], ...more };
}

/** A plan in which whatever users may write is hostile. */
export function hostilePresent(): PresentPlan {
  const plan = examplePlan(hostile);
  const changes = plan.changes.map((change) => ({
    ...change,
    object: `campaign:${hostile}`,
    owner: hostile,
    fields: change.fields.map((field) => ({
      ...field,
      path: hostile,
      before: hostile,
      after: { deep: hostile },
      reason: hostile,
    })),
  }));
  const requires = plan.requires.map((one) => ({ ...one, team: hostile, rule: hostile }));
  const occupancy = plan.occupancy.map((one) => ({ ...one, campaign: hostile, step: hostile }));
  const audience = plan.audience.map((one) => ({ ...one, campaign: hostile }));
  const all = { ...plan, project: hostile, environment: hostile, changes, requires, occupancy, audience };
  return examplePresent({ plan: all, problems: [{ code: 'plan/stale', message: hostile }] });
}
