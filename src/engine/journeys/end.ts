import type { SendState } from '../model/message.ts';
import type { EndReason } from '../model/reason.ts';
import type { Enrollment, SendPosition } from '../model/state.ts';
import { count, type Fold, record } from './fold.ts';

/** Ends an enrollment at once, whatever it waits for; a message still in the outbox is cancelled with it (R5). */
export function end(fold: Fold, enrollment: Enrollment, reason: EndReason, cause: { eventId?: string } = {}): void {
  fold.live = fold.live.filter((one) => one.id !== enrollment.id);
  const { position } = enrollment;
  const planned = position.kind === 'send' && position.phase === 'planned' ? position.sendKey : undefined;
  if (planned !== undefined) fold.cancels.push({ sendKey: planned, reason });
  const closed = position.kind === 'send' ? closedState(position) : null;
  if (closed !== null) fold.settles.push({ sendKey: closed.sendKey, state: closed.state, reason });
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

/** A key that waits for its next attempt gets none any more; one that an earlier attempt left in doubt is unknown. */
function closedState(position: SendPosition): { readonly sendKey: string; readonly state: SendState } | null {
  const { sendKey, phase, plans, inDoubt, lastReason } = position;
  if (plans === 0 || phase === 'receipt') return null;
  if (inDoubt) return { sendKey, state: 'unknown' };
  if (phase === 'planned') return null;
  return { sendKey, state: lastReason === 'rejected' ? 'rejected' : 'cancelled' };
}

/** Rule behind an end; a journey that has run its course is only recorded. */
const RULES: Readonly<Partial<Record<EndReason, string>>> = { restarted: 'R4', completed: 'R17', rule_error: 'R0' };
