import { joinKey, sha256Hex } from '../kernel/hash.ts';
import type { Enrollment } from '../model/state.ts';
import type { Value } from '../model/value.ts';
import type { CompiledStep } from './compiled-campaign.ts';
import { type Fold, noteRuleError, record, replace } from './fold.ts';
import { journeyScope } from './scope.ts';

/** First case whose condition is true; the case without one is the default; none: the following step. */
export function pickBranch(
  fold: Fold,
  enrollment: Enrollment,
  step: Extract<CompiledStep, { kind: 'branch' }>,
): string | undefined {
  const scope = journeyScope(fold, enrollment);
  const taken = step.cases.find((one, index) => {
    if (one.when === null) return true;
    const result = one.when(scope);
    if (result === undefined) {
      noteRuleError(fold, enrollment.campaign, `case ${index + 1} of ${step.id} has no value for this user`);
    }
    return result === true;
  });
  const next = taken?.next ?? step.next;
  record(fold, {
    kind: 'branched',
    rule: 'R6',
    campaign: enrollment.campaign,
    enrollment: enrollment.id,
    step: step.id,
    next: next ?? 'exit',
  });
  return next;
}

/** Writes user attributes; one without a value is removed, for absent and null are one (R0). */
export function setAttributes(fold: Fold, enrollment: Enrollment, step: Extract<CompiledStep, { kind: 'set' }>): void {
  const scope = journeyScope(fold, enrollment);
  const attributes: Record<string, Value | undefined> = { ...fold.attributes };
  for (const [name, compute] of step.values) {
    const value = compute(scope);
    if (value === undefined)
      noteRuleError(fold, enrollment.campaign, `${name} of ${step.id} has no value for this user`);
    if (value === undefined || value === null) delete attributes[name];
    else attributes[name] = value;
  }
  fold.attributes = attributes;
  fold.userValues = null;
  record(fold, {
    kind: 'set',
    rule: 'R17',
    campaign: enrollment.campaign,
    enrollment: enrollment.id,
    step: step.id,
    attributes: step.values.map(([name]) => name),
  });
}

/** Emits an event of this user into the stream; its id follows from the enrollment, the step and the visit, so once. */
export function emit(fold: Fold, enrollment: Enrollment, step: Extract<CompiledStep, { kind: 'emit' }>): Enrollment {
  const visit = (enrollment.visits[step.id] ?? 0) + 1;
  const scope = journeyScope(fold, enrollment);
  const data: Record<string, Value> = {};
  for (const [name, compute] of step.data) {
    const value = compute(scope);
    if (value === undefined)
      noteRuleError(fold, enrollment.campaign, `${name} of ${step.id} has no value for this user`);
    else if (value !== null) data[name] = value;
  }
  const identity = joinKey([enrollment.campaign, fold.user, enrollment.occurrence, step.id, String(visit)]);
  fold.mail.push({
    kind: 'event',
    event: {
      source: `mka:campaign/${enrollment.campaign}`,
      id: sha256Hex(identity).slice(0, 32),
      type: step.event,
      user: fold.user,
      occurredAtMs: fold.t,
      receivedAtMs: fold.t,
      data,
    },
  });
  const moved = { ...enrollment, visits: { ...enrollment.visits, [step.id]: visit } };
  replace(fold, moved);
  const { campaign, id } = enrollment;
  record(fold, { kind: 'emitted', rule: 'R8', campaign, enrollment: id, step: step.id, event: step.event });
  return moved;
}
