import type { PolicyRule } from './policy.ts';

/**
 * What a change does to those who are under way or may enter: `cosmetic` nothing; `additive` only more; `breaking` alters
 * what a user gets or who is a user; `destructive` ends or forgets something.
 */
export type ChangeClass = 'cosmetic' | 'additive' | 'breaking' | 'destructive';

/** Leaf of an object that differs; paths as users write them (`spec.steps[id=nudge].template`). */
export interface FieldChange {
  readonly path: string;
  readonly before?: unknown;
  readonly after?: unknown;
  readonly class: ChangeClass;
  readonly reason: string;
}

export interface ObjectChange {
  /** `campaign:order-reminder`, `channel:sms`, `eventType:order.created`. */
  readonly object: string;
  readonly action: 'create' | 'update' | 'delete';
  readonly class: ChangeClass;
  readonly owner?: string;
  readonly fields: readonly FieldChange[];
}

/** Users who stand in a step of a campaign now, and what the plan does to them (R13). */
export interface StepOccupancy {
  readonly campaign: string;
  /** Definition they are pinned to. */
  readonly definition: string;
  readonly step: string;
  readonly users: number;
  readonly becomes: string;
}

/** Rows of the users' table that a campaign's audience admits; null where the condition needs more than the user. */
export interface AudienceCount {
  readonly campaign: string;
  readonly before: number | null;
  readonly after: number | null;
  readonly enters: number | null;
  readonly leaves: number | null;
}

export interface PolicyFinding {
  readonly policy: string;
  readonly rule: string;
  readonly level: PolicyRule['level'];
  readonly object: string;
  readonly message: string;
  /** Reason of the waiver that lifts it. */
  readonly waived?: string;
}

export interface ApprovalRequirement {
  readonly policy: string;
  readonly rule: string;
  readonly count: number;
  readonly team?: string;
}

/** Where a plan comes from. Outside the digest, so that a rebase with the same effect keeps its approvals. */
export interface PlanOrigin {
  readonly commit: string | null;
  readonly tree: string | null;
  /** E-mail addresses of the authors and committers of what changed since the deployed commit. */
  readonly authors: readonly string[];
  readonly createdAtMs: number;
}

/** What a deployment would do. Holds no secret; the published shape is schemas/plan.json. */
export interface Plan {
  readonly formatVersion: 1;
  /** `sha256:` of canonical JSON of everything but `origin`, `occupancy`, `audience`. */
  readonly digest: string;
  readonly project: string;
  readonly environment: string;
  /** What is deployed: the plan is stale once this is not. */
  readonly base: { readonly generation: number; readonly bundle: string | null };
  readonly target: { readonly bundle: string };
  readonly class: ChangeClass;
  readonly changes: readonly ObjectChange[];
  readonly policy: { readonly digest: string; readonly findings: readonly PolicyFinding[] };
  readonly requires: readonly ApprovalRequirement[];
  readonly origin: PlanOrigin;
  readonly occupancy: readonly StepOccupancy[];
  readonly audience: readonly AudienceCount[];
}

/** Proof that a person agreed to exactly one plan digest. */
export interface Approval {
  readonly plan: string;
  /** Principal of the allowed-signers file, or login at the forge. */
  readonly by: string;
  readonly via: 'ssh' | 'forge';
  /** Armoured SSH signature over the digest, or the forge's review id. */
  readonly proof: string;
  readonly atMs: number;
}
