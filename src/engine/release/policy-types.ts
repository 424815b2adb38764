import type { AudienceCount, ChangeClass, ObjectChange } from '../model/plan.ts';
import type { ValueMap } from '../model/value.ts';
import { INT, listOf, mapOf, STRING, structOf, type TypeEnv } from '../rules/types.ts';

const COUNTS = { audience_before: INT, audience_after: INT, enters: INT, leaves: INT };

/**
 * Names of a policy's expressions. `object` is one changed object, `change` what changes in it, `plan` the whole, and
 * `environment` where it goes. The counts are null where an audience cannot be counted, so that a comparison with them is an
 * error (R0), which counts as broken: what cannot be judged is not let through. Of what is no campaign, `class` and `owner`
 * are empty and the counts 0.
 */
export const POLICY_ENV: TypeEnv = {
  roots: {
    object: structOf({
      kind: STRING,
      name: STRING,
      owner: STRING,
      class: STRING,
      quiet_hours: STRING,
      labels: mapOf(STRING),
    }),
    change: structOf({ action: STRING, class: STRING, fields: listOf(STRING), ...COUNTS }),
    plan: structOf({ class: STRING, environment: STRING, objects: INT, ...COUNTS }),
    environment: structOf({ name: STRING }),
  },
};

/** A changed object as a policy sees it, once as it was and once as it will be: a change of owner escapes neither's rules. */
export interface JudgedChange {
  readonly change: ObjectChange;
  /** One or two forms of `object`: before, after. */
  readonly objects: readonly ValueMap[];
  /** Of a campaign, with nulls where it cannot be counted; absent for what admits nobody. */
  readonly audience?: AudienceCount;
}

/** The changes of a plan, as policies see them. */
export interface JudgedPlan {
  readonly environment: string;
  readonly class: ChangeClass;
  readonly changes: readonly JudgedChange[];
  /** Counts of all changed campaigns. */
  readonly audience: readonly AudienceCount[];
}
