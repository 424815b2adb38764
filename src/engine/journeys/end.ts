import type { EndReason } from '../model/reason.ts';
import type { Enrollment } from '../model/state.ts';
import { count, type Fold, record } from './fold.ts';

/** Ends an enrollment at once, whatever it waits for; a message still in the outbox is cancelled with it (R5). */
export function end(fold: Fold, enrollment: Enrollment, reason: EndReason, cause: { eventId?: string } = {}): void {
  fold.live = fold.live.filter((one) => one.id !== enrollment.id);
  const { position } = enrollment;
  const planned = position.kind === 'send' && position.phase === 'planned' ? position.sendKey : undefined;
  if (planned !== undefined) fold.cancels.push({ sendKey: planned, reason });
  // A key that waited for its next attempt gets none any more.
  if (position.kind === 'send' && position.phase === 'pending' && position.plans > 0 && !position.inDoubt) {
    const state = position.lastReason === 'rejected' ? 'rejected' : 'cancelled';
    fold.settles.push({ sendKey: position.sendKey, state, reason });
  }
  count(fold, `ended/${reason}`);
  record(fold, {
    kind: 'ended',
    rule: RULES[reason] ?? 'R5',
    campaign: enrollment.campaign,
    enrollment: enrollment.id,
    reason,
    step: position.step,
    ...(cause.eventId === undefined ? {} : { eventId: cause.eventId }),
    ...(planned === undefined ? {} : { cancelled: planned }),
  });
}

/** Rule behind an end; a journey that has run its course is only recorded. */
const RULES: Readonly<Partial<Record<EndReason, string>>> = { restarted: 'R4', completed: 'R17', rule_error: 'R0' };
