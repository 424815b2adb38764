/** A compiled Policy: what a change must satisfy, and who must agree. CEL over `object`, `change`, `plan`, `environment`. */
export interface PolicyDefinition {
  readonly name: string;
  readonly rules: readonly PolicyRule[];
  readonly approvals: readonly ApprovalRule[];
  readonly windows: readonly ChangeWindow[];
  readonly waivers: readonly Waiver[];
  /** Team → its members, as named in the allowed-signers file or at the forge. */
  readonly teams: Readonly<Record<string, readonly string[]>>;
}

/**
 * `advisory` is shown; `overridable` stops unless waived; `mandatory` always stops.
 * A rule is broken for every changed object for which `deny` is true; an error in it counts as broken.
 */
export interface PolicyRule {
  readonly id: string;
  readonly level: 'advisory' | 'overridable' | 'mandatory';
  readonly deny: string;
  readonly message: string;
}

/** `count` people of `team` (any signer when absent) must approve the plan when `when` is true for any change. */
export interface ApprovalRule {
  readonly id: string;
  readonly when: string;
  readonly count: number;
  readonly team?: string;
}

/** Local times at which an environment may be deployed to; several windows: any of them. */
export interface ChangeWindow {
  readonly environment: string;
  readonly zone: string;
  /** 1 = Monday … 7 = Sunday. */
  readonly days: readonly number[];
  readonly fromMinute: number;
  readonly toMinute: number;
}

/** Lifts one overridable rule from one object until its end. */
export interface Waiver {
  readonly rule: string;
  /** `campaign:order-reminder`. */
  readonly object: string;
  readonly reason: string;
  readonly untilMs: number;
}

/** All policies of a base branch, with their digest. */
export interface PolicySet {
  readonly policies: readonly PolicyDefinition[];
  readonly digest: string;
  /** Commit they were read from; absent outside git. */
  readonly commit?: string;
}
