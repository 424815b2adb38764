import { ENVIRONMENT_FAULTS } from './environment-faults.ts';
import type { Fault } from './fault.ts';
import { FORM_FAULTS } from './form-faults.ts';
import { FURTHER_FAULTS } from './further-faults.ts';
import { MEANING_FAULTS } from './meaning-faults.ts';
import { POLICY_FAULTS } from './policy-faults.ts';
import { RULE_FAULTS } from './rule-faults.ts';

/** Every broken repository. */
export const FAULTS: readonly Fault[] = [
  ...FORM_FAULTS,
  ...MEANING_FAULTS,
  ...RULE_FAULTS,
  ...FURTHER_FAULTS,
  ...POLICY_FAULTS,
  ...ENVIRONMENT_FAULTS,
];
