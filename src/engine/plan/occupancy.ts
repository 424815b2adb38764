import type { ObjectChange, StepOccupancy } from '../model/plan.ts';
import type { Release } from '../model/release.ts';
import { compare } from './field-rules.ts';
import { usersOf } from './objects.ts';
import { splitCode } from './plan.ts';

/** Users of one campaign, version and step. */
type Standing = Omit<StepOccupancy, 'becomes'>;

/** Users who stand in a campaign that the changes touch, and what becomes of them by R13. */
export function occupancyOf(
  standing: readonly Standing[],
  base: Release | null,
  target: Release,
  changes: readonly ObjectChange[],
): StepOccupancy[] {
  const current = currentChanges(base, target, changes);
  return standing
    .flatMap((one) => {
      const becomes = becomesOf(one, base, target, current.get(one.campaign) ?? []);
      return becomes === undefined ? [] : [{ ...one, becomes }];
    })
    .sort((a, b) => compare(a.campaign, b.campaign) || compare(a.definition, b.definition) || stepOrder(a, b, base));
}

function becomesOf(
  { campaign, definition }: Standing,
  base: Release | null,
  target: Release,
  current: readonly string[],
): string | undefined {
  const now = Object.hasOwn(target.campaigns, campaign) ? target.campaigns[campaign] : undefined;
  const was = base !== null && Object.hasOwn(base.campaigns, campaign) ? base.campaigns[campaign] : undefined;
  const notes = current.length === 0 ? '' : `; takes part in ${current.join(', ')}, which no version pins`;
  const isEnding = now === undefined || (now.state !== 'active' && was?.state === 'active');
  if (isEnding) return `stays on its version to its end; nobody enters any more${notes}`;
  if (now.digest === was?.digest) return notes === '' ? undefined : `stays on its version${notes}`;
  if (now.digest === definition) return `is on this version already${notes}`;
  return `stays on its version${notes}`;
}

/** Campaign → changed objects that hold for users under way too: channels, sources, lists, the project. */
function currentChanges(
  base: Release | null,
  target: Release,
  changes: readonly ObjectChange[],
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  const uses = [usersOf(base), usersOf(target)];
  for (const { object, class: own, action } of changes) {
    const [kind] = splitCode(object);
    if (!['channel', 'table', 'eventType'].includes(kind) || action === 'create' || own === 'cosmetic') continue;
    const users = new Set(uses.flatMap((one) => one.get(object) ?? []));
    for (const campaign of users) found.set(campaign, [...(found.get(campaign) ?? []), object]);
  }
  return found;
}

/** Steps in the order of the file, as far as the deployed release knows them. */
function stepOrder(a: Standing, b: Standing, base: Release | null): number {
  const steps = base?.campaigns[a.campaign]?.steps.map(({ id }) => id) ?? [];
  return steps.indexOf(a.step) - steps.indexOf(b.step) || compare(a.step, b.step);
}
