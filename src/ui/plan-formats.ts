import type { ChalkInstance } from 'chalk';
import type { Plan, PresentPlan } from '../engine/index.ts';
import { instant } from './instant.ts';
import { planMarkdown } from './plan-markdown.ts';
import { planText } from './plan-text.ts';
import { oneLine } from './plan-words.ts';

/** What `plan show -f` prints. */
export const PLAN_FORMATS = ['text', 'markdown', 'json', 'sarif'] as const;
export type PlanFormat = (typeof PLAN_FORMATS)[number];

/** A plan in one of its forms; colours are used by text alone. */
export function writePlan(format: PlanFormat, present: PresentPlan, version: string, colours: ChalkInstance): string {
  switch (format) {
    case 'text':
      return planText(present, colours);
    case 'markdown':
      return planMarkdown(present);
    case 'json':
      return JSON.stringify(planJson(present), null, 2);
    case 'sarif':
      return planSarif(present.plan, version);
  }
}

/** The one object of --json; `plan` has the shape of schemas/plan.json. */
export function planJson({ plan, window, problems }: PresentPlan) {
  return {
    version: 1,
    plan,
    window: window.isOpen
      ? { isOpen: true }
      : { isOpen: false, opensAt: window.opensAtMs === null ? null : instant(window.opensAtMs) },
    problems,
  };
}

const LEVELS = { mandatory: 'error', overridable: 'error', advisory: 'note' } as const;

/** SARIF 2.1.0: broken policies by object. A plan knows objects, not files, so that the locations are logical. */
function planSarif({ policy }: Plan, version: string): string {
  const ids = [...new Set(policy.findings.map((one) => `${one.policy}/${one.rule}`))].sort();
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'mka', version, rules: ids.map((id) => ({ id })) } },
        results: policy.findings.map(({ policy: name, rule, level, object, message, waived }) => ({
          ruleId: `${name}/${rule}`,
          ruleIndex: ids.indexOf(`${name}/${rule}`),
          level: LEVELS[level],
          message: { text: oneLine(message) },
          locations: [{ logicalLocations: [{ fullyQualifiedName: object, kind: 'resource' }] }],
          ...(waived === undefined ? {} : { suppressions: [{ kind: 'external', justification: oneLine(waived) }] }),
        })),
      },
    ],
  };
  return JSON.stringify(log, null, 2);
}
