import { type AcceptedEvent, compareEvents } from '../model/event.ts';
import { count, definitionOf, type Fold, record } from './fold.ts';

/** Events kept for one user at most; beyond it the oldest go, noted (architecture rule 10). */
const MAX_RECENT = 256;

/** Keeps an event that an exit or a wait may match later, also for enrollments still to come (R5, R6). */
export function retain(fold: Fold, event: AcceptedEvent): void {
  const isAwaited =
    fold.release.awaits.has(event.type) || fold.live.some((one) => definitionOf(fold, one).awaits.has(event.type));
  if (isAwaited) fold.recent.push(event);
}

/**
 * Forgets what nothing can match any more: events older than the longest `maxLateness` which no live enrollment with a
 * `wait for` on their type has had since its entry. Age counts to the watermark, not to the decision: a trigger that still
 * stands in the queue was received then, however late it is folded (R5).
 */
export function prune(fold: Fold): void {
  if (fold.recent.length === 0) return;
  const horizonMs = Math.min(fold.t, fold.watermarkMs) - fold.release.retentionMs;
  fold.recent = fold.recent
    .filter((event) => event.occurredAtMs >= horizonMs || isAwaitedByLive(fold, event))
    .sort(compareEvents);
  const excess = fold.recent.length - MAX_RECENT;
  if (excess <= 0) return;
  fold.recent = fold.recent.slice(excess);
  count(fold, 'note/retention_bound');
  record(fold, {
    kind: 'note',
    rule: 'R6',
    reason: 'retention_bound',
    detail: `${excess} oldest awaited events were forgotten`,
  });
}

function isAwaitedByLive(fold: Fold, event: AcceptedEvent): boolean {
  return fold.live.some(
    (one) => one.entryAtMs <= event.occurredAtMs && definitionOf(fold, one).waitsFor.has(event.type),
  );
}
