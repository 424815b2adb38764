import { MkaError } from '../kernel/mka-error.ts';
import type { AudienceCount, ChangeClass, ObjectChange } from '../model/plan.ts';
import type { PolicySet } from '../model/policy.ts';
import { worstClass } from '../plan/diff.ts';
import { splitCode, uncounted } from '../plan/plan.ts';
import { evaluatePolicies } from '../release/policy.ts';

/** One changed object as a case of a policy test describes it; what is left out is ordinary. */
interface CaseChange {
  readonly object: string;
  readonly action?: ObjectChange['action'];
  readonly class?: ChangeClass;
  readonly fields?: readonly string[];
  readonly owner?: string;
  readonly messageClass?: string;
  readonly quietHours?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly audience?: Partial<Omit<AudienceCount, 'campaign'>>;
}

interface PolicyCase {
  readonly name: string;
  readonly environment: string;
  /** Instant at which waivers are looked at, epoch milliseconds; now when absent. */
  readonly atMs?: number;
  readonly changes: readonly CaseChange[];
  readonly expect: {
    /** `policy/rule on object` of each broken rule that no waiver lifts. */
    readonly broken?: readonly string[];
    /** `policy/rule` of each approval that is asked for. */
    readonly approvals?: readonly string[];
  };
}

export interface PolicyCaseResult {
  readonly file: string;
  readonly name: string;
  /** What was expected and did not come, and what came unexpected; empty: passed. */
  readonly differences: readonly string[];
}

/** Runs the cases of policy tests: the real evaluation over made-up changes. Throws MkaError `policy/test-unreadable`. */
export function testPolicies(
  policies: PolicySet,
  files: readonly { readonly path: string; readonly text: string }[],
  nowMs: number,
): PolicyCaseResult[] {
  return files.flatMap(({ path, text }) =>
    readCases(path, text).map((one) => ({ file: path, name: one.name, differences: runCase(policies, one, nowMs) })),
  );
}

function runCase(policies: PolicySet, { environment, changes, expect, atMs }: PolicyCase, nowMs: number): string[] {
  const judged = changes.map(judgedOf);
  const verdict = evaluatePolicies(
    policies,
    {
      environment,
      class: worstClass(judged.map(({ change }) => change.class)),
      changes: judged,
      audience: judged.flatMap(({ audience }) => (audience === undefined ? [] : [audience])),
    },
    atMs ?? nowMs,
  );
  const broken = verdict.findings
    .filter(({ waived }) => waived === undefined)
    .map(({ policy, rule, object }) => `${policy}/${rule} on ${object}`);
  const approvals = verdict.requires.map(({ policy, rule }) => `${policy}/${rule}`);
  return [...compare('broken', expect.broken ?? [], broken), ...compare('approval', expect.approvals ?? [], approvals)];
}

function judgedOf(given: CaseChange) {
  const [kind, name] = splitCode(given.object);
  const own = given.class ?? 'breaking';
  const fields = (given.fields ?? []).map((path) => ({ path, class: own, reason: '' }));
  const change: ObjectChange = { object: given.object, action: given.action ?? 'update', class: own, fields };
  const form = {
    ...{ kind, name, owner: given.owner ?? '', labels: { ...given.labels } },
    class: given.messageClass ?? (kind === 'campaign' ? 'marketing' : ''),
    quiet_hours: given.quietHours ?? (kind === 'campaign' ? 'apply' : ''),
  };
  if (kind !== 'campaign') return { change, objects: [form] };
  return { change, objects: [form], audience: { ...uncounted(name), ...given.audience } };
}

function compare(what: string, expected: readonly string[], found: readonly string[]): string[] {
  return [
    ...expected.filter((one) => !found.includes(one)).map((one) => `${what}: ${one} was expected`),
    ...found.filter((one) => !expected.includes(one)).map((one) => `${what}: ${one} was not expected`),
  ];
}

function readCases(path: string, text: string): readonly PolicyCase[] {
  try {
    const { version, cases } = JSON.parse(text) as { readonly version?: unknown; readonly cases?: unknown };
    if (version === 1 && Array.isArray(cases) && cases.every(isCase)) return cases;
  } catch (cause) {
    throw unreadable(path, cause);
  }
  throw unreadable(path);
}

function isCase(value: unknown): value is PolicyCase {
  const { name, environment, changes, expect } = (value ?? {}) as Partial<PolicyCase>;
  const isWhole = typeof name === 'string' && typeof environment === 'string' && typeof expect === 'object';
  return (
    isWhole && Array.isArray(changes) && changes.every((one) => typeof (one as CaseChange | null)?.object === 'string')
  );
}

function unreadable(path: string, cause?: unknown): MkaError {
  return new MkaError('policy/test-unreadable', `${path} is no policy test`, {
    hint: 'docs/policy.md shows the form: {"version": 1, "cases": [{"name", "environment", "changes", "expect"}]}',
    cause,
  });
}
