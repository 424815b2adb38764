import type { AcceptedEvent } from '../../model/event.ts';
import type { WatcherFactory } from '../history.ts';
import { greatestSkewMs } from '../plan.ts';

/**
 * No timer early, none lost (I4), none before an event that was durable when it fell due (R5, R15).
 * Clocks differ, so an instant of one is compared with another's only beyond their greatest difference.
 */
export const watchTimers: WatcherFactory = ({ plan, report }) => {
  const dues = new Map<string, { readonly dueMs: number; readonly partition: number }>();
  const waiting = new Map<string, Map<string, { readonly event: AcceptedEvent; readonly durableAtMs: number }>>();
  const skewMs = greatestSkewMs(plan);
  const jumps = plan.faults.some(({ kind }) => kind === 'skew');
  return {
    published: (input, atMs) => {
      if (input.kind !== 'event') return;
      const { user, source, id } = input.event;
      const queued = waiting.get(user) ?? new Map();
      waiting.set(user, queued);
      const name = `${source} ${id}`;
      if (!queued.has(name)) queued.set(name, { event: input.event, durableAtMs: atMs });
    },
    dueAnswered: ({ partitions, beforeMs, limit, users }) => {
      if (users.length >= limit) return;
      for (const [user, { dueMs, partition }] of dues) {
        if (dueMs > beforeMs || !partitions.includes(partition) || users.includes(user)) continue;
        report('timer/not-offered', `${user} is due at ${dueMs}, asked for up to ${beforeMs}`);
      }
    },
    committed: ({ request, context }) => {
      if (request.atMs > context.nodeNowMs && !jumps) report('decision/early', `decided at ${request.atMs}`);
      for (const { user, partition, dueAtMs, records, state } of request.changes) {
        const queued = waiting.get(user);
        for (const record of records) {
          if (record.kind === 'event') queued?.set(`${record.source} ${record.id}`, FOLDED);
        }
        for (const { event, durableAtMs } of queued?.values() ?? []) {
          const latestMs = Math.max(event.receivedAtMs, durableAtMs) + skewMs;
          // What becomes durable in the very millisecond of the look may miss it.
          if (latestMs + 1 >= context.watermarkMs) continue;
          const claim = `a fold that let timers before ${context.watermarkMs} go`;
          report('timer/outran', `${user}: ${claim} left out event ${event.id}, durable at ${durableAtMs}`);
        }
        if (dueAtMs === null) dues.delete(user);
        else dues.set(user, { dueMs: dueAtMs, partition });
        const earliest = Math.min(...(state?.live ?? []).map(({ position }) => position.dueAtMs ?? Infinity));
        if (dueAtMs !== null && earliest < dueAtMs && earliest > request.atMs) {
          report('timer/lost', `${user} has something due at ${earliest} and a timer at ${dueAtMs}`);
        }
      }
    },
  };
};

const FOLDED = { event: { receivedAtMs: Infinity }, durableAtMs: Infinity } as {
  readonly event: AcceptedEvent;
  readonly durableAtMs: number;
};
