import { isZone } from '../../kernel/local-time.ts';
import type { DecisionRecord } from '../../model/record.ts';
import type { Release, ReleaseBundle } from '../../model/release.ts';
import type { ValueMap } from '../../model/value.ts';
import type { LedgerRow, StateStore } from '../../ports/state-store.ts';
import { type NotEntered, whyNotEntered } from './not-entered.ts';
import { findPlaces, type Places } from './places.ts';
import { createShown, type Shown } from './shown.ts';
import { type StoryLine, storyLine } from './story-line.ts';

/** What `explain` reads; the profile is the user's row as it stands now, null without one. */
export interface ExplainParts {
  readonly store: StateStore;
  readonly bundle: ReleaseBundle;
  readonly profile: ValueMap | null;
}

export interface ExplainRequest {
  readonly user: string;
  readonly campaign?: string | undefined;
  readonly showPersonalData: boolean;
}

/** Where a live enrollment stands. */
export interface LivePosition {
  readonly campaign: string;
  readonly step: string;
  /** What it waits for: `wait`, `waitFor`, `pending`, `paused`, `planned`, `receipt`. */
  readonly phase: string;
  readonly dueAtMs: number | null;
}

/** Why a user got, or did not get, what (R17). */
export interface Explanation {
  readonly user: string;
  /** Zone its instants are best read in. */
  readonly zone: string;
  readonly story: readonly StoryLine[];
  readonly live: readonly LivePosition[];
  /** The ledger's rows: which messages there are and what became of them. */
  readonly messages: readonly LedgerRow[];
  /** Campaigns without any record about this user. */
  readonly notEntered: readonly NotEntered[];
}

/**
 * Tells a user's story from the decision records and the ledger. That a trigger did not match at all is no record: it is
 * recomputed from the stored events, under the release that holds now.
 */
export async function explain(parts: ExplainParts, request: ExplainRequest): Promise<Explanation> {
  const { store, bundle, profile } = parts;
  const { user, campaign } = request;
  const [records, state, messages] = await Promise.all([
    store.records(user),
    store.userState(user),
    store.ledger({ user, ...(campaign === undefined ? {} : { campaign }) }),
  ]);
  const shown = createShown(bundle.release, request);
  const places = await findPlaces(store, bundle, records);
  return {
    user,
    zone: zoneOf(bundle.release, profile),
    story: storyOf(records, campaign, bundle.release, places, shown),
    live: (state?.live ?? [])
      .filter((one) => campaign === undefined || one.campaign === campaign)
      .map(({ campaign: name, position }) => ({
        campaign: name,
        step: position.step,
        phase: position.kind === 'send' ? position.phase : position.kind,
        dueAtMs: position.dueAtMs,
      })),
    messages,
    notEntered: whyNotEntered({ ...parts, records, places, shown, ...(campaign === undefined ? {} : { campaign }) }),
  };
}

/** With a campaign named, its own records and the events it listens to. */
function storyOf(
  records: readonly DecisionRecord[],
  campaign: string | undefined,
  release: Release,
  places: Places,
  shown: Shown,
): readonly StoryLine[] {
  const heard = campaign === undefined ? null : eventsHeardBy(release, campaign);
  return records
    .filter((one) => {
      if (heard === null) return true;
      if (one.kind === 'event') return heard.has(one.type);
      return 'campaign' in one && one.campaign === campaign;
    })
    .map((one) => storyLine(one, release, places, shown));
}

function eventsHeardBy({ campaigns }: Release, name: string): ReadonlySet<string> {
  const campaign = Object.hasOwn(campaigns, name) ? campaigns[name] : undefined;
  if (!campaign) return new Set();
  const awaited = campaign.steps.flatMap((step) => (step.kind === 'waitFor' ? [step.event] : []));
  const exits = campaign.exits.flatMap((exit) => (exit.kind === 'event' ? [exit.event] : []));
  return new Set([...awaited, ...exits, ...(campaign.trigger.kind === 'event' ? [campaign.trigger.event] : [])]);
}

function zoneOf({ project }: Release, profile: ValueMap | null): string {
  const own = project.users.zoneField === undefined ? undefined : profile?.[project.users.zoneField];
  return typeof own === 'string' && isZone(own) ? own : project.zone;
}
