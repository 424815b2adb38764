import { hostname, userInfo } from 'node:os';
import { resolve } from 'node:path';
import { createRecordSigner, createRecordVerifier } from '../adapters/signing/record-keys.ts';
import type { EnvironmentDefinition } from '../compile/environment.ts';
import type { RecordTrust } from '../runtime/reconcile-records.ts';
import type { RecordingParts } from '../usecases/deploy.ts';
import type { Installation } from './installation.ts';
import { processIdentity } from './process-identity.ts';
import { invalidRepository } from './repository.ts';

/** Whose records count in an environment: with a key known, those signed by it alone. */
export async function trustOf({
  environment,
  store,
}: Pick<Installation, 'environment' | 'store'>): Promise<RecordTrust> {
  const publicKeys = environment.follow?.publicKeys ?? [];
  const project = await deployedProject(store);
  return {
    environment: environment.name,
    ...(project === undefined ? {} : { project }),
    isRequired: isSignatureRequired(environment),
    verify: createRecordVerifier(publicKeys),
  };
}

/** True where records by a known key are all that counts. */
export function isSignatureRequired({ follow }: EnvironmentDefinition): boolean {
  return (follow?.publicKeys ?? []).length > 0;
}

/** What deploying needs; `signingKey` names a file in place of the environment's own. */
export async function recordingParts(installation: Installation, signingKey?: string): Promise<RecordingParts> {
  const { store, deployments, clock, environment, repository } = installation;
  const project = repository.bundle?.release.project.name ?? (await deployedProject(store));
  if (project === undefined) throw invalidRepository(repository.diagnostics);
  const key = keyOf(installation, signingKey);
  const signer = key === undefined ? undefined : createRecordSigner(key);
  const actor = userInfo().username;
  return {
    ...{ store, deployments, clock, project, environment: environment.name, actor },
    ...(signer === undefined ? {} : { sign: (record) => signer.sign(record) }),
    isSignatureRequired: isSignatureRequired(environment),
    holder: `${actor}@${hostname()} ${processIdentity()}`,
  };
}

/** PEM of the key to sign with; undefined where there is none. */
function keyOf({ environment, secrets }: Installation, file: string | undefined): string | undefined {
  if (file !== undefined) return secrets.resolve({ fromFile: resolve(file) }).reveal();
  const reference = environment.follow?.signingKey;
  return reference === undefined ? undefined : secrets.resolve(reference).reveal();
}

async function deployedProject(store: Installation['store']): Promise<string | undefined> {
  const active = await store.activeRelease();
  const bundle = active && (await store.loadRelease(active.digest));
  return bundle?.release.project.name;
}
