import type { AudienceCount, ObjectChange, Plan, PlanOrigin, StepOccupancy } from '../model/plan.ts';
import type { PolicySet } from '../model/policy.ts';
import type { Release } from '../model/release.ts';
import type { ValueMap } from '../model/value.ts';
import { evaluatePolicies } from '../release/policy.ts';
import type { JudgedChange } from '../release/policy-types.ts';
import { planDigest } from './canonical.ts';
import { diffReleases, type FactsByObject, worstClass } from './diff.ts';
import { objectsOf, type ReleaseObject } from './objects.ts';

/** What is deployed: nothing yet is generation 0 without a release. */
export interface PlanBase {
  readonly generation: number;
  readonly bundle: string | null;
  readonly release: Release | null;
  readonly facts?: FactsByObject;
}

export interface PlanRequest {
  readonly base: PlanBase;
  readonly target: { readonly bundle: string; readonly release: Release; readonly facts?: FactsByObject };
  readonly environment: string;
  readonly policies: PolicySet;
  readonly occupancy: readonly StepOccupancy[];
  readonly audience: readonly AudienceCount[];
  readonly origin: PlanOrigin;
}

/** What a deployment would do. Pure: the same request gives the same plan, byte by byte. */
export function planOf({ base, target, environment, policies, occupancy, audience, origin }: PlanRequest): Plan {
  const changes = diffReleases(base.release, target.release, { ...base.facts, ...target.facts });
  const planClass = worstClass(changes.map((change) => change.class));
  const judged = judgedChanges(changes, base, target, audience);
  const { findings, requires } = evaluatePolicies(
    policies,
    {
      environment,
      class: planClass,
      changes: judged,
      audience: judged.flatMap((one) => (one.audience === undefined ? [] : [one.audience])),
    },
    origin.createdAtMs,
  );
  const plan: Omit<Plan, 'digest'> = {
    formatVersion: 1,
    project: target.release.project.name,
    environment,
    base: { generation: base.generation, bundle: base.bundle },
    target: { bundle: target.bundle },
    class: planClass,
    changes,
    policy: { digest: policies.digest, findings },
    requires,
    origin,
    occupancy,
    audience,
  };
  const { formatVersion, ...rest } = plan;
  return { formatVersion, digest: planDigest(plan), ...rest };
}

/** Changes with the forms of their objects and their counts, as policies judge them. */
function judgedChanges(
  changes: readonly ObjectChange[],
  base: PlanBase,
  target: PlanRequest['target'],
  audience: readonly AudienceCount[],
): JudgedChange[] {
  const old = base.release === null ? new Map<string, ReleaseObject>() : objectsOf(base.release);
  const now = objectsOf(target.release);
  const byCampaign = new Map(audience.map((count) => [count.campaign, count]));
  return changes.map((change) => {
    const code = change.object.startsWith('project:') ? 'project' : change.object;
    const forms = [
      ...formOf(old.get(code), change.object, base.facts),
      ...formOf(now.get(code), change.object, target.facts),
    ];
    const [kind, name] = splitCode(change.object);
    if (kind !== 'campaign') return { change, objects: forms };
    return { change, objects: forms, audience: byCampaign.get(name) ?? uncounted(name) };
  });
}

/** A campaign whose audience nobody can count from the users' table. */
export function uncounted(campaign: string): AudienceCount {
  return { campaign, before: null, after: null, enters: null, leaves: null };
}

/** `campaign:order-reminder` → kind and name. */
export function splitCode(code: string): [kind: string, name: string] {
  const at = code.indexOf(':');
  return [code.slice(0, at), code.slice(at + 1)];
}

function formOf(object: ReleaseObject | undefined, code: string, facts: FactsByObject = {}): ValueMap[] {
  if (object === undefined) return [];
  const [kind, name] = splitCode(code);
  const known = Object.hasOwn(facts, code) ? facts[code] : undefined;
  const campaign = object.kind === 'campaign' ? object.value : undefined;
  return [
    {
      kind,
      name,
      owner: campaign?.owner ?? known?.owner ?? '',
      class: campaign?.class ?? '',
      quiet_hours: campaign?.quietHours ?? '',
      labels: { ...known?.labels },
    },
  ];
}
