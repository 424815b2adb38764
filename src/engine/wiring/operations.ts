import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { userInfo } from 'node:os';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { MkaError } from '../kernel/mka-error.ts';
import type { AcceptedEvent } from '../model/event.ts';
import type { CampaignPause } from '../ports/state-store.ts';
import type { IntakeParts } from '../usecases/accept-events.ts';
import { enroll } from '../usecases/enroll.ts';
import { type ImportSummary, importEvents as importLines, type RefusedLine } from '../usecases/import-events.ts';
import { pauseCampaign as pauseOne, type SwitchParts } from '../usecases/pause.ts';
import { resumeCampaign as resumeOne } from '../usecases/resume.ts';
import { type DeploymentStatus, type EnvironmentStatus, readDeploymentStatus, readStatus } from '../usecases/status.ts';
import { trigger } from '../usecases/trigger.ts';
import { effectiveRelease, type Installation, openExisting, openInstallation, type Place } from './installation.ts';

/** Puts one event on the queue, whether a daemon runs or not; id and source are made up when they are not given. */
export function triggerEvent(
  place: Place,
  request: {
    readonly type: string;
    readonly user: string;
    readonly data: unknown;
    readonly id?: string | undefined;
    readonly source?: string | undefined;
    readonly time?: string | undefined;
  },
): Promise<AcceptedEvent> {
  const { id = randomUUID(), source = 'mka/trigger', time, ...rest } = request;
  return withIntake(place, (parts) => trigger(parts, { ...rest, id, source, ...(time === undefined ? {} : { time }) }));
}

/** Puts the events of an NDJSON file (`-`: standard input) on the queue, streaming. */
export function importEvents(
  place: Place,
  file: string,
  onRefused: (line: RefusedLine) => void,
  onBatch?: (summary: ImportSummary) => void,
): Promise<ImportSummary> {
  const name = file === '-' ? 'stdin' : basename(file);
  return withIntake(place, (parts) => importLines(parts, linesOf(file), name, onRefused, onBatch));
}

/** Queues a manual entry; answers the request's id. */
export function enrollUser(
  place: Place,
  request: {
    readonly campaign: string;
    readonly user: string;
    readonly data?: unknown;
    readonly requestId?: string | undefined;
  },
): Promise<string> {
  const requestId = request.requestId ?? randomUUID();
  return withIntake(place, async (parts) => {
    await enroll(parts, { ...request, requestId });
    return requestId;
  });
}

/** Pauses a campaign in this environment, from now on. */
export function pauseCampaign(
  place: Place,
  request: { readonly campaign: string; readonly reason: string; readonly until?: string | undefined },
): Promise<CampaignPause> {
  const { campaign, reason, until } = request;
  const actor = userInfo().username;
  return withSwitches(place, (parts) =>
    pauseOne(parts, { campaign, reason, actor, ...(until === undefined ? {} : { until }) }),
  );
}

/** Ends a campaign's pause; false when it was not paused. */
export function resumeCampaign(place: Place, campaign: string): Promise<boolean> {
  return withSwitches(place, (parts) => resumeOne(parts, campaign));
}

/** Where an environment stands. */
export async function environmentStatus(
  place: Place,
): Promise<EnvironmentStatus & DeploymentStatus & { readonly environment: string; readonly dataDir: string }> {
  return using(await openExisting(place), async (installation) => {
    const { name, dataDir } = installation.environment;
    return {
      environment: name,
      dataDir,
      ...(await readStatus(installation)),
      ...(await readDeploymentStatus(installation)),
    };
  });
}

async function withIntake<T>(place: Place, act: (parts: IntakeParts) => Promise<T>): Promise<T> {
  return using(await openInstallation(place), async (installation) => {
    const { bundle, tenant } = await effectiveRelease(installation);
    return act({ ...installation, tenant, release: () => bundle.release });
  });
}

async function withSwitches<T>(place: Place, act: (parts: SwitchParts) => Promise<T>): Promise<T> {
  return using(await openInstallation(place), async (installation) => {
    const { bundle } = await effectiveRelease(installation);
    return act({ ...installation, release: () => bundle.release });
  });
}

async function using<T>(installation: Installation, act: (installation: Installation) => Promise<T>): Promise<T> {
  try {
    return await act(installation);
  } finally {
    await installation.close();
  }
}

/** Lines of a file or of standard input, read as they are wanted. */
export async function* linesOf(file: string): AsyncGenerator<string> {
  const input = file === '-' ? process.stdin : createReadStream(file);
  try {
    yield* createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === undefined) throw cause;
    throw new MkaError('events/unreadable', `${file} cannot be read: ${code}`, { cause });
  }
}
