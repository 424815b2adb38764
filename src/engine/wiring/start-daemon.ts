import { randomUUID } from 'node:crypto';
import { createMetrics } from '../adapters/http/metrics.ts';
import { createHttpServer, type HttpServer } from '../adapters/http/server.ts';
import { createStreamLog, type LogStream } from '../adapters/log/stream-log.ts';
import { commitOf } from '../adapters/source/commit.ts';
import type { Diagnostic } from '../kernel/diagnostic.ts';
import type { ReleaseBundle } from '../model/release.ts';
import type { ActiveRelease } from '../ports/state-store.ts';
import { createDaemon, type Daemon } from '../runtime/daemon.ts';
import type { Reconciler } from '../runtime/reconcile.ts';
import type { ChooseBundle } from '../runtime/releases.ts';
import type { EngineParts } from '../runtime/session.ts';
import { type DaemonDoor, openDoor, untilDone } from '../usecases/run-daemon.ts';
import { readDeploymentStatus } from '../usecases/status.ts';
import { activateRelease } from './activate.ts';
import { bundleChooser, nothingToRun, openReconciler } from './deploy-follow.ts';
import { enginePartsOf } from './engine-parts.ts';
import { freeDeadLeases } from './free-dead-leases.ts';
import { httpToken } from './http-token.ts';
import { type Installation, openInstallation, type Place } from './installation.ts';
import { invalidRepository } from './repository.ts';
import { followTables } from './tables.ts';

/** How to run the daemon. */
export interface RunOptions extends Place {
  /** Ends it: nothing new is taken, what is in flight is finished. */
  readonly stop: AbortSignal;
  /** End by itself once nothing is queued, due or on its way. */
  readonly once?: boolean;
  /** `REPOSITORY#ref` to follow, in place of what the environment says. */
  readonly follow?: string | undefined;
  /** Where the log goes. */
  readonly log: LogStream;
  /** Told once it listens. */
  readonly onStarted: (started: Started) => void;
}

/** What a person wants to know of a daemon that has just started. */
export interface Started {
  readonly environment: string;
  readonly url: string;
  /** Where the generated bearer token stands; null when one is configured. */
  readonly tokenFile: string | null;
  readonly release: ActiveRelease;
  /** Names of the active campaigns. */
  readonly campaigns: readonly string[];
  readonly dataDir: string;
  /** Errors of the repository on disk, when the last good release runs instead of it. */
  readonly diagnostics: readonly Diagnostic[];
  /** True when what was deployed runs, and the files here are others. */
  readonly isFolderOther: boolean;
  /** Dead processes whose leases were taken over at once. */
  readonly takenOverFrom: readonly string[];
}

/**
 * Runs the daemon and its HTTP server until `stop`. Throws MkaError `repository/invalid` when the repository has errors
 * and nothing was ever activated, and what its adapters throw.
 */
export async function startDaemon(options: RunOptions): Promise<void> {
  const installation = await openInstallation(options);
  try {
    await runOver(installation, options);
  } finally {
    await installation.close();
  }
}

async function runOver(installation: Installation, options: RunOptions): Promise<void> {
  const { dir, environment, store, clock, repository } = installation;
  const log = createStreamLog(options.log);
  const reconciler = await openReconciler(installation, log, options.follow);
  const chooseBundle = await bundleChooser(installation, log);
  const { release, bundle } = await chooseRelease(installation, reconciler, chooseBundle);
  const takenOverFrom = await freeDeadLeases(store, clock);
  const current = { tables: () => bundle.release.tables };
  const tables = followTables(() => current.tables(), dir, environment.dataDir);
  const tenant = { project: bundle.release.project.name, environment: environment.name };
  const parts = { ...enginePartsOf(installation, { tenant, tables, log, clock }), chooseBundle };
  const daemon = await createDaemon(parts);
  current.tables = () => daemon.releases.active().compiled.release.tables;
  const token = httpToken(environment, installation.secrets);
  const { server, close } = openServer(installation, token, openDoor(parts, daemon, randomUUID));
  try {
    const url = await server.listen();
    options.onStarted({
      ...{ environment: environment.name, url, tokenFile: token.file, release, dataDir: environment.dataDir },
      campaigns: [...daemon.releases.active().compiled.campaigns.keys()],
      diagnostics: repository.bundle || reconciler ? [] : repository.diagnostics,
      isFolderOther:
        reconciler === null && repository.bundle !== undefined && repository.bundle.digest !== release.digest,
      takenOverFrom,
    });
    await runUntilStopped(parts, daemon, { server, reconciler }, options);
  } finally {
    await close();
    await tables.close();
  }
}

/** Stop order: no new request, those under way are answered, then the loops finish what they hold. */
async function runUntilStopped(
  parts: EngineParts,
  daemon: Daemon,
  { server, reconciler }: { readonly server: HttpServer; readonly reconciler: Reconciler | null },
  { stop, once }: RunOptions,
): Promise<void> {
  const ended = new AbortController();
  const running = daemon.run().finally(() => ended.abort());
  // Awaited below; until then a failure must not count as one that nobody handles.
  running.catch(() => {});
  const signal = AbortSignal.any([stop, ended.signal]);
  const following = reconciler?.run(
    signal,
    () => daemon.isActive(),
    async () => {
      await daemon.releases.refresh();
      daemon.wake();
    },
  );
  const waiting = once ? untilDone(parts, daemon, signal) : aborted(signal);
  try {
    await waiting;
    await server.close();
  } finally {
    daemon.stop();
    ended.abort();
    await Promise.all([running, following]);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/**
 * What to run first: what the environment follows or was deployed; else the folder's release, activated; the last good one
 * when the folder has errors. An environment that was deployed to is changed by deploying alone.
 */
async function chooseRelease(
  installation: Installation,
  reconciler: Reconciler | null,
  choose: ChooseBundle,
): Promise<{ readonly release: ActiveRelease; readonly bundle: ReleaseBundle }> {
  const { dir, store, deployments, repository, clock } = installation;
  const isDeployed = reconciler !== null || (await deployments.deployments(1)).length > 0;
  if (!isDeployed && repository.bundle) {
    const commit = await commitOf(dir);
    const bundle = { ...repository.bundle, ...(commit === undefined ? {} : { commit }) };
    return { release: await activateRelease(store, bundle, clock), bundle };
  }
  const reconciled = reconciler && (await reconciler.once());
  const release = await store.activeRelease();
  if (!release) throw reconciler ? nothingToRun(reconciled) : invalidRepository(repository.diagnostics);
  const bundle = await store.loadRelease(await choose(release, undefined));
  if (!bundle) throw invalidRepository(repository.diagnostics);
  return { release, bundle };
}

function openServer(
  { environment, deployments, clock }: Installation,
  token: { readonly token: string; readonly isTokenConfigured: boolean },
  door: DaemonDoor,
): { readonly server: HttpServer; readonly close: () => Promise<void> } {
  const metrics = createMetrics(async () => {
    const { release, backlog, ...figures } = await door.figures();
    const { conditions, unreviewed } = await readDeploymentStatus({ deployments, clock });
    const deployed = { conditions, unreviewed: unreviewed.length, generation: release?.generation ?? 0 };
    return { ...figures, ...deployed, busDepth: backlog };
  });
  const server = createHttpServer(
    { ...environment.http, ...token },
    {
      events: async (events) => {
        const { accepted, refused } = await door.events(events);
        return { accepted, refused };
      },
      enroll: (request) => door.enroll(request),
      refuse: (code) => door.refuse(code),
      down: () => door.down(),
      metrics: async () => ({ contentType: metrics.contentType, text: await metrics.text() }),
    },
  );
  const close = async () => {
    metrics.close();
    await server.close();
  };
  return { server, close };
}
