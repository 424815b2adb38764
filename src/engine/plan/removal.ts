import type { CampaignDefinition, Release } from '../model/release.ts';
import { destructive, isSame, type Judgement } from './field-rules.ts';
import type { ReleaseObject, UsersByObject } from './objects.ts';

interface Releases {
  readonly before: Release | null;
  readonly after: Release;
  /** Before and after. */
  readonly users: readonly [UsersByObject, UsersByObject];
}

/** What it means that an object is gone. */
export function removal(object: ReleaseObject, releases: Releases): Judgement {
  if (object.kind === 'campaign') return campaignRemoval(object.value, releases);
  if (object.kind === 'template') {
    return { class: 'cosmetic', reason: 'no campaign sends it any more; users under way keep it (R13)' };
  }
  if (object.kind === 'list') return destructive('whom it held back gets messages again');
  const users = releases.users[0].get(`${object.kind}:${object.name}`) ?? [];
  const readers = users.length === 0 ? '' : `: ${users.slice(0, 5).join(', ')}${users.length > 5 ? ' and more' : ''}`;
  if (object.kind === 'channel') {
    return destructive(`users under way whose version sends by it lose this way${readers}`);
  }
  if (object.kind === 'eventType') return destructive(`such events are refused from now on${readers}`);
  return destructive(`what it told of users is gone${readers}`);
}

function campaignRemoval(campaign: CampaignDefinition, { before, after }: Releases): Judgement {
  const ending = 'admits nobody any more; users under way go on to their end (R13)';
  const twin = Object.values(after.campaigns).find(
    (other) => !Object.hasOwn(before?.campaigns ?? {}, other.name) && isTwin(campaign, other),
  );
  if (twin === undefined) return destructive(ending);
  return destructive(
    `looks renamed to ${twin.name}: under another name nobody has entered yet, so that users may get its messages again (R8)`,
  );
}

/** The same but for name and digest, or the same way through the same trigger. */
function isTwin(one: CampaignDefinition, other: CampaignDefinition): boolean {
  return isSame(one.trigger, other.trigger) && isSame(one.steps, other.steps);
}
