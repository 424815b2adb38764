import { basename } from 'node:path';
import { VirtualClock } from '../adapters/clock/virtual-clock.ts';
import { createStreamLog, type LogStream } from '../adapters/log/stream-log.ts';
import { openEventFile } from '../adapters/replay/event-file.ts';
import { parseInstant } from '../kernel/local-time.ts';
import { EXIT, MkaError } from '../kernel/mka-error.ts';
import type { ReleaseBundle } from '../model/release.ts';
import { openVirtualRun } from '../runtime/virtual-run.ts';
import { type ReplayProgress, recordedInstant, replayEvents } from '../usecases/replay-events.ts';
import { type ReplaySummary, summarizeReplay } from '../usecases/replay-summary.ts';
import { activateRelease } from './activate.ts';
import { enginePartsOf } from './engine-parts.ts';
import { type Installation, openInstallation, type Place } from './installation.ts';
import { invalidRepository } from './repository.ts';
import { openTables } from './tables.ts';

/** A replay of recorded history. */
export interface ReplayRequest extends Place {
  /** NDJSON file of CloudEvents. */
  readonly file: string;
  /** RFC 3339; absent: the instant of the last event. */
  readonly until?: string | undefined;
  readonly stop: AbortSignal;
  readonly log: LogStream;
  readonly onProgress: (progress: ReplayProgress & { readonly total: number }) => void;
}

/** One worker with large batches: under a virtual clock nothing is gained by two. */
const LOOPS = { workers: 1, batchSize: 5_000 } as const;

/**
 * Replays a file of events through the real loops, store and channels of an environment under a virtual clock. The
 * environment must be without state, or two times would mix. Throws MkaError `replay/not-empty`, `replay/until`,
 * `repository/invalid`.
 */
export async function replay(request: ReplayRequest): Promise<ReplaySummary> {
  const file = await openEventFile(request.file, recordedInstant);
  const untilMs = untilOf(request.until, file);
  const clock = new VirtualClock(file.firstMs);
  const installation = await openInstallation(request, clock);
  try {
    await assertEmpty(installation);
    const { bundle } = installation.repository;
    if (!bundle) throw invalidRepository(installation.repository.diagnostics);
    await activateRelease(installation.store, bundle, clock);
    return await replayOver(installation, bundle, { ...request, fileName: request.file, clock, file, untilMs });
  } finally {
    await installation.close();
  }
}

async function replayOver(
  installation: Installation,
  { release }: ReleaseBundle,
  request: Omit<ReplayRequest, 'file'> & {
    readonly fileName: string;
    readonly clock: VirtualClock;
    readonly file: Awaited<ReturnType<typeof openEventFile>>;
    readonly untilMs: number;
  },
): Promise<ReplaySummary> {
  const { dir, environment, store, bus } = installation;
  const { clock, file, untilMs, stop } = request;
  const tables = openTables(release.tables, dir, environment.dataDir);
  const tenant = { project: release.project.name, environment: environment.name };
  const parts = {
    ...enginePartsOf(installation, { tenant, tables, log: createStreamLog(request.log), clock }),
    ...LOOPS,
  };
  const run = await openVirtualRun(parts, clock);
  const startedAtMs = performance.now();
  try {
    const replayed = await replayEvents(
      { tenant, store, bus, clock, release: () => release },
      {
        ...{ run, clock, untilMs, stop },
        lines: file.inOrder(),
        name: basename(request.fileName),
        onProgress: (progress) => request.onProgress({ ...progress, total: file.lines }),
      },
    );
    const elapsedMs = performance.now() - startedAtMs;
    return await summarizeReplay(store, replayed, { zone: release.project.zone, elapsedMs });
  } finally {
    await run.close();
    await tables.close();
  }
}

function untilOf(text: string | undefined, { firstMs, lastMs }: { firstMs: number; lastMs: number }): number {
  const untilMs = text === undefined ? lastMs : parseInstant(text);
  if (untilMs === null || untilMs < firstMs) {
    throw new MkaError('replay/until', `--until ${text} is no instant after the first event`, {
      hint: 'RFC 3339, such as 1998-07-31T00:00:00Z',
      exitCode: EXIT.usage,
    });
  }
  return untilMs;
}

async function assertEmpty({ store, bus, environment, clock }: Installation): Promise<void> {
  const { users, sends, counters } = await store.status(clock.now());
  const depth = await bus.depth();
  if (users + depth === 0 && Object.keys(sends).length === 0 && Object.keys(counters).length === 0) return;
  throw new MkaError('replay/not-empty', `environment \`${environment.name}\` holds state already`, {
    hint: `replay in an environment of its own, or remove ${environment.dataDir} and what its channels wrote`,
  });
}
