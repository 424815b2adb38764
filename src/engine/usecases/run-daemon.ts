import type { Release } from '../model/release.ts';
import { PARTITIONS } from '../model/slot.ts';
import type { SubmittedEvent } from '../model/submission.ts';
import type { Daemon } from '../runtime/daemon.ts';
import type { EngineParts } from '../runtime/session.ts';
import { type AcceptedEvents, acceptEvents, type IntakeParts } from './accept-events.ts';
import { type EnrollRequest, enroll } from './enroll.ts';
import { readStatus } from './status.ts';

/** How often a run that ends by itself looks whether all is done, milliseconds. */
const LOOK_MS = 50;

/** What the daemon's HTTP server asks of it. */
export interface DaemonDoor {
  events(events: readonly SubmittedEvent[]): Promise<AcceptedEvents>;
  enroll(request: Omit<EnrollRequest, 'requestId'> & { readonly requestId?: string }): Promise<{ requestId: string }>;
  refuse(code: string): Promise<void>;
  /** What is down, by name. */
  down(): Promise<readonly string[]>;
  figures(): Promise<Awaited<ReturnType<typeof readStatus>> & { readonly isActive: boolean }>;
}

/** The way in: checks against the active release, durable publish, and a nudge to the loops. */
export function openDoor(parts: EngineParts, daemon: Daemon, newId: () => string): DaemonDoor {
  const { tenant, store, bus, clock } = parts;
  const release = (): Release => daemon.releases.active().compiled.release;
  const intake: IntakeParts = { tenant, store, bus, clock, release };
  return {
    events: async (events) => {
      const result = await acceptEvents(intake, events, () => 'http');
      daemon.wake();
      return result;
    },
    enroll: async (request) => {
      const requestId = request.requestId ?? newId();
      await enroll(intake, { ...request, requestId });
      daemon.wake();
      return { requestId };
    },
    refuse: (code) => store.addCounters({ [`refused/${code}`]: 1 }),
    down: async () => {
      const checks = [
        ['store', () => store.activeRelease()],
        ['bus', () => bus.depth()],
      ] as const;
      const names = await Promise.all(checks.map(async ([name, check]) => ((await answers(check)) ? null : name)));
      return names.filter((name) => name !== null);
    },
    figures: async () => ({ ...(await readStatus({ store, bus, clock })), isActive: daemon.isActive() }),
  };
}

async function answers(check: () => Promise<unknown>): Promise<boolean> {
  try {
    await check();
    return true;
  } catch {
    return false;
  }
}

/** Resolves once nothing is queued, due or on its way; what waits for a later instant does not count. */
export async function untilDone({ store, bus, clock }: EngineParts, daemon: Daemon, stop: AbortSignal): Promise<void> {
  const partitions = Array.from({ length: PARTITIONS }, (_, partition) => partition);
  while (!stop.aborted) {
    await clock.sleep(LOOK_MS, stop);
    if (!daemon.isActive()) continue;
    const nowMs = clock.now();
    const { due, mailbox, sends } = await store.status(nowMs);
    const nextSend = await store.nextSendAt(partitions);
    const isSending = (sends['dispatching'] ?? 0) > 0 || (nextSend !== null && nextSend <= nowMs);
    if (due + mailbox + (await bus.depth()) === 0 && !isSending) return;
  }
}
