import type { Approval } from './plan.ts';

/** One deployment, signed with ed25519 over its canonical JSON without `signature`. Append-only. */
export interface DeploymentRecord {
  readonly formatVersion: 1;
  readonly project: string;
  readonly environment: string;
  readonly generation: number;
  readonly previousGeneration: number;
  readonly commit: string | null;
  readonly tree: string | null;
  readonly bundle: string;
  readonly plan: string;
  readonly policy: string;
  readonly approvals: readonly Approval[];
  readonly actor: string;
  readonly atMs: number;
  readonly kind: 'deploy' | 'rollback' | 'break-glass';
  /** Why, for a rollback or break-glass. */
  readonly reason?: string;
  /** Commit that a rollback holds back: the daemon does not activate it again. */
  readonly holds?: string;
  /** Who reviewed a break-glass deployment afterwards; absent: still loud. */
  readonly signature: { readonly keyId: string; readonly value: string };
}

/** Held while a deployment is made; frees itself when its holder stops renewing. */
export interface DeploymentLock {
  readonly holder: string;
  readonly reason: string;
  readonly takenAtMs: number;
  readonly expiresAtMs: number;
}

/** Where the daemon stands with the source it follows, as `status` and /metrics show it. */
export interface ReconcileCondition {
  readonly type: 'Fetched' | 'Verified' | 'Built' | 'Gated' | 'Staged' | 'Active' | 'Rejected';
  readonly commit: string | null;
  readonly atMs: number;
  /** Stable word; for Rejected why, with file and line in `message`. */
  readonly reason: string;
  readonly message: string;
}
