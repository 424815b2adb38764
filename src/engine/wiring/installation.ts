import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createEmbeddedBus } from '../adapters/bus/embedded/bus.ts';
import { systemClock } from '../adapters/clock/system-clock.ts';
import { createSecretResolver, type SecretResolver } from '../adapters/secrets/resolve.ts';
import { createSqliteStores } from '../adapters/state/sqlite/state-store.ts';
import type { CompiledRepository } from '../compile/compile-repository.ts';
import type { EnvironmentDefinition } from '../compile/environment.ts';
import { MkaError } from '../kernel/mka-error.ts';
import type { ReleaseBundle } from '../model/release.ts';
import type { Tenant } from '../model/slot.ts';
import type { BusPort } from '../ports/bus.ts';
import type { Clock } from '../ports/clock.ts';
import type { DeploymentStore } from '../ports/deployment-store.ts';
import type { StateStore } from '../ports/state-store.ts';
import { createDataDir, DEFAULT_ENVIRONMENT, findEnvironment } from './environment.ts';
import { invalidRepository, loadRepository } from './repository.ts';

/** Which repository and which of its environments a command works on. */
export interface Place {
  /** Folder of the campaign repository. */
  readonly dir: string;
  /** Default `dev`. */
  readonly environment?: string | undefined;
}

/** A repository in one of its environments, with its store and bus open. */
export interface Installation {
  readonly dir: string;
  readonly environment: EnvironmentDefinition;
  readonly repository: CompiledRepository;
  readonly store: StateStore;
  /** Deployments of the environment, in the same store. */
  readonly deployments: DeploymentStore;
  readonly bus: BusPort;
  readonly clock: Clock;
  readonly secrets: SecretResolver;
  close(): Promise<void>;
}

/** What decisions are made under: the active release, or the repository's while nothing was activated yet. */
export interface Effective {
  readonly bundle: ReleaseBundle;
  readonly tenant: Tenant;
}

/** Opens an installation; its data directory is made when there is none. */
export async function openInstallation(place: Place, clock: Clock = systemClock()): Promise<Installation> {
  const { dir, environment, repository } = locate(place);
  createDataDir(environment.dataDir);
  const { state: store, deployments } = createSqliteStores({ file: stateFile(environment) });
  const bus = createEmbeddedBus({ file: join(environment.dataDir, 'bus.db') });
  const close = async () => {
    await Promise.all([store.close(), bus.close()]);
  };
  try {
    await store.migrate();
  } catch (error) {
    await close();
    throw error;
  }
  const secrets = createSecretResolver(process.env, dir);
  return { dir, environment, repository, store, deployments, bus, clock, secrets, close };
}

/** Opens an installation to look at; throws MkaError `environment/no-state` where nothing has run yet. */
export async function openExisting(place: Place): Promise<Installation> {
  const { environment } = locate(place);
  if (!existsSync(stateFile(environment))) {
    throw new MkaError('environment/no-state', `nothing has run in environment \`${environment.name}\` yet`, {
      hint: `mka run -e ${environment.name} starts it`,
    });
  }
  return openInstallation(place);
}

/** Finds repository and environment without opening anything. */
export function locate(place: Place): Pick<Installation, 'dir' | 'environment' | 'repository'> {
  const dir = resolve(place.dir);
  const name = place.environment ?? DEFAULT_ENVIRONMENT;
  const repository = loadRepository(dir, name);
  return { dir, repository, environment: findEnvironment(dir, name, repository) };
}

/** Throws MkaError `repository/invalid` when nothing was activated and the repository has errors. */
export async function effectiveRelease({
  store,
  repository,
  environment,
}: Pick<Installation, 'store' | 'repository' | 'environment'>): Promise<Effective> {
  const active = await store.activeRelease();
  const bundle = (active && (await store.loadRelease(active.digest))) ?? repository.bundle;
  if (!bundle) throw invalidRepository(repository.diagnostics);
  return { bundle, tenant: { project: bundle.release.project.name, environment: environment.name } };
}

function stateFile({ dataDir }: EnvironmentDefinition): string {
  return join(dataDir, 'state.db');
}
