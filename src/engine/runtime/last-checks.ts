import type { CompiledRelease } from '../journeys/compiled-release.ts';
import type { MessageReason } from '../model/reason.ts';
import type { ValueMap } from '../model/value.ts';
import type { Clock } from '../ports/clock.ts';
import type { ClaimedSend, StateStore } from '../ports/state-store.ts';
import type { TableSourcePort } from '../ports/table-source.ts';
import type { ReleaseCache } from './releases.ts';
import type { Switches } from './switches.ts';

/**
 * What is never pinned is read again for every claimed batch, just before the first byte: pause, lists, consent
 * (architecture rule 4). Gives a reason for each message that must go back to its user.
 */
export function createLastChecks(parts: {
  readonly store: StateStore;
  readonly releases: ReleaseCache;
  readonly switches: Switches;
  readonly tables: TableSourcePort;
  readonly clock: Clock;
}): (sends: readonly ClaimedSend[]) => Promise<readonly (MessageReason | null)[]> {
  const { store, releases, switches, tables, clock } = parts;
  return async (sends) => {
    // Lists come with a release: one that was activated before the claim holds for it.
    await releases.refresh();
    const { compiled } = releases.active();
    await switches.refresh();
    const nowMs = clock.now();
    const paused = switches.pausedCampaigns(nowMs);
    const asksConsent = sends.some((send) => compiled.channels.get(send.channel)?.consent);
    const values = asksConsent ? await usersOf(store, tables, compiled, sends) : null;
    return sends.map((send) => {
      if (paused.has(send.campaign)) return 'campaign_paused';
      const consent = send.class === 'marketing' ? compiled.channels.get(send.channel)?.consent : null;
      if (consent && values && consent({ user: values(send.user), now: nowMs }) !== true) return 'no_consent';
      const { channel, user, content } = send;
      const message = { channel, user, address: content.address, class: send.class };
      return compiled.isBlackListed(message, nowMs) ? 'blacklist' : null;
    });
  };
}

/** `user.*` of the users of a batch as they stand now: profile rows and attributes. */
async function usersOf(
  store: StateStore,
  tables: TableSourcePort,
  { release }: CompiledRelease,
  sends: readonly ClaimedSend[],
): Promise<(user: string) => ValueMap> {
  const users = [...new Set(sends.map((send) => send.user))];
  const { table } = release.project.users;
  const rows = table === undefined ? null : await tables.fetch(table, users);
  const { users: states } = await store.load({ users, fingerprints: [], entries: [] });
  return (user) => ({ ...rows?.get(user), ...states.get(user)?.attributes, id: user });
}
