import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { systemClock } from '../adapters/clock/system-clock.ts';
import { readRepository } from '../adapters/source/local.ts';
import { type PolicyCaseResult, testPolicies } from '../usecases/policy-test.ts';
import { policiesOf } from './plan-repository.ts';

const FOLDER = 'policies';

/** Runs `policies/*.policy-test.json` against the policies of the folder as they stand. */
export function testRepositoryPolicies(dir: string): readonly PolicyCaseResult[] {
  const root = resolve(dir);
  const policies = policiesOf(readRepository(root));
  const folder = join(root, FOLDER);
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.policy-test.json')) : [];
  const files = names
    .sort()
    .map((name) => ({ path: `${FOLDER}/${name}`, text: readFileSync(join(folder, name), 'utf8') }));
  return testPolicies(policies, files, systemClock().now());
}
