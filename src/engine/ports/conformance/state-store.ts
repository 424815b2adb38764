import { COMMIT_CASES } from './state-store-commit.ts';
import type { StateStoreCase } from './state-store-fixture.ts';
import { LEASE_CASES } from './state-store-leases.ts';
import { OPERATION_CASES } from './state-store-operation.ts';
import { OUTBOX_CASES } from './state-store-outbox.ts';

export type { StateStoreCase, StateStoreFixture } from './state-store-fixture.ts';

/** The promises of StateStore. */
export const STATE_STORE_CASES: readonly StateStoreCase[] = [
  ...LEASE_CASES,
  ...COMMIT_CASES,
  ...OUTBOX_CASES,
  ...OPERATION_CASES,
];
