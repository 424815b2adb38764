import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { openChannel } from '../adapters/channels/open.ts';
import type { CompiledRepository } from '../compile/compile-repository.ts';
import { hasErrors } from '../kernel/diagnostic.ts';
import type { Release, SecretRef } from '../model/release.ts';
import { type Check, type CheckResult, examine } from '../usecases/doctor.ts';
import { DEFAULT_ENVIRONMENT } from './environment.ts';
import { type Installation, locate, openInstallation, type Place } from './installation.ts';
import { isDeadHere } from './process-identity.ts';
import { openTables } from './tables.ts';

/** Below this much free space on the data directory's disk a look is due, bytes. */
const LITTLE_SPACE = 1024 ** 3;
/** Below this nothing can be relied on, bytes. */
const NO_SPACE = 64 * 1024 ** 2;
const OLDEST_NODE = [22, 18] as const;
/** No release of mka is older: a clock before it is wrong. */
const EARLIEST_MS = Date.UTC(2026, 0, 1);

/** Looks at everything that an environment depends on; changes nothing but the data directory it may have to make. */
export async function doctor(
  place: Place,
): Promise<{ readonly environment: string; readonly checks: readonly CheckResult[] }> {
  const { repository, environment } = locate(place);
  const first = await examine([
    nodeCheck(),
    clockCheck(),
    repositoryCheck(repository),
    dataDirCheck(environment.dataDir),
  ]);
  const installation = await open(place);
  if (!('store' in installation)) return { environment: environment.name, checks: [...first, installation] };
  try {
    const rest = await examine(checksOver(installation));
    return { environment: place.environment ?? DEFAULT_ENVIRONMENT, checks: [...first, ...rest] };
  } finally {
    await installation.close();
  }
}

async function open(place: Place): Promise<Installation | CheckResult> {
  let installation: Installation | undefined;
  const [result] = await examine([
    {
      name: 'store',
      ask: async () => {
        installation = await openInstallation(place);
        return ok('open');
      },
    },
  ]);
  return installation ?? result ?? { name: 'store', state: 'fail', detail: 'it was not asked' };
}

function checksOver(installation: Installation): Check[] {
  const { store, bus, clock, repository, secrets, environment } = installation;
  const release = repository.bundle?.release;
  return [
    {
      name: 'store',
      ask: async () => {
        const active = await store.activeRelease();
        return ok(`open, migrated, ${active === null ? 'no release active yet' : `generation ${active.generation}`}`);
      },
    },
    { name: 'bus', ask: async () => ok(`open, ${await bus.depth()} queued`) },
    {
      name: 'leases',
      ask: async () => {
        const { leases } = await store.status(clock.now());
        const dead = new Set(leases.filter(({ holder }) => isDeadHere(holder)).map(({ holder }) => holder));
        if (dead.size > 0) return warn('a daemon died holding leases', 'the next mka run takes over at once');
        return ok(leases.length === 0 ? 'none held' : `${leases.length} held by a living daemon`);
      },
    },
    {
      name: 'dead letters',
      ask: async () => {
        const counts = Object.entries(await bus.deadLetterCounts());
        if (counts.length === 0) return ok('none');
        return warn(counts.map(([code, count]) => `${code} ${count}`).join(', '), 'mka status counts them');
      },
    },
    ...(environment.http.token === undefined ? [] : [secretCheck('http.token', environment.http.token, secrets)]),
    ...(release === undefined ? [] : [...channelChecks(release, installation), ...tableChecks(release, installation)]),
  ];
}

function channelChecks({ channels }: Release, installation: Installation): Check[] {
  const { environment, clock, secrets } = installation;
  return Object.values(channels).flatMap((definition) => [
    ...secretsOf(definition.provider).map(([name, reference]) =>
      secretCheck(`channel ${definition.name} ${name}`, reference, secrets),
    ),
    {
      name: `channel ${definition.name}`,
      ask: async () => {
        const channel = await openChannel(definition, { dataDir: environment.dataDir, clock, secrets });
        try {
          await channel.check();
          return ok(`${definition.provider.type}, class ${channel.deliveryClass}`);
        } finally {
          await channel.close();
        }
      },
    },
  ]);
}

function tableChecks({ tables }: Release, { dir, environment }: Installation): Check[] {
  return Object.keys(tables).map((table) => ({
    name: `table ${table}`,
    ask: async () => {
      const source = openTables(tables, dir, environment.dataDir);
      try {
        await source.check(table);
        const { rows, count } = await source.faults(table);
        if (count === 0) return ok(`${rows} rows`);
        return warn(`${rows} rows, ${count} faults in its file`, 'rows and values with faults are left out');
      } finally {
        await source.close();
      }
    },
  }));
}

/** The secrets that a provider names, by the key that names them. */
function secretsOf(provider: object): [string, SecretRef][] {
  return Object.entries(provider).filter((entry): entry is [string, SecretRef] => {
    const value: unknown = entry[1];
    return typeof value === 'object' && value !== null && ('fromEnv' in value || 'fromFile' in value);
  });
}

/** That it is there is all that is said of a secret. */
function secretCheck(name: string, reference: SecretRef, secrets: Installation['secrets']): Check {
  return {
    name: `secret ${name}`,
    ask: () => {
      secrets.resolve(reference);
      const from = 'fromEnv' in reference ? `environment variable ${reference.fromEnv}` : `file ${reference.fromFile}`;
      return Promise.resolve(ok(`present in ${from}`));
    },
  };
}

function nodeCheck(): Check {
  return {
    name: 'node',
    ask: () => {
      const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
      const isOld = major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]);
      return Promise.resolve(isOld ? fail(`${process.version}, 22.18 or newer is needed`) : ok(process.version));
    },
  };
}

function clockCheck(): Check {
  return {
    name: 'clock',
    ask: () => {
      const text = new Date().toISOString();
      return Promise.resolve(Date.now() < EARLIEST_MS ? fail(`${text} lies before mka itself`) : ok(text));
    },
  };
}

function repositoryCheck({ diagnostics, bundle }: CompiledRepository): Check {
  return {
    name: 'repository',
    ask: () => {
      const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
      if (hasErrors(diagnostics)) return Promise.resolve(fail(`${errors} errors`, 'mka validate lists them'));
      const campaigns = Object.keys(bundle?.release.campaigns ?? {}).length;
      const warnings = diagnostics.length === 0 ? '' : `, ${diagnostics.length} warnings`;
      return Promise.resolve(ok(`valid, ${campaigns} campaigns${warnings}`));
    },
  };
}

function dataDirCheck(dataDir: string): Check {
  return {
    name: 'data directory',
    ask: () => Promise.resolve(existsSync(dataDir) ? spaceOf(dataDir) : ok(`${dataDir} will be made`)),
  };
}

function spaceOf(dataDir: string): Omit<CheckResult, 'name'> {
  try {
    accessSync(dataDir, constants.W_OK);
  } catch {
    return { state: 'unreachable', detail: `${dataDir} is not writable` };
  }
  const { bavail, bsize } = statfsSync(dataDir);
  const free = bavail * bsize;
  const text = `${dataDir}, ${(free / 1024 ** 3).toFixed(1)} GiB free`;
  if (free < NO_SPACE) return { state: 'unreachable', detail: text, hint: 'make room: the store cannot write' };
  return free < LITTLE_SPACE ? warn(text, 'make room before the store cannot write') : ok(text);
}

function ok(detail: string): Omit<CheckResult, 'name'> {
  return { state: 'ok', detail };
}

function warn(detail: string, hint: string): Omit<CheckResult, 'name'> {
  return { state: 'warn', detail, hint };
}

function fail(detail: string, hint?: string): Omit<CheckResult, 'name'> {
  return { state: 'fail', detail, ...(hint === undefined ? {} : { hint }) };
}
