import type { ListDefinition, ListEntry, MessageClass } from '../model/release.ts';

/** True when a black list stops this message on this channel at this instant (R23). */
export type BlackListCheck = (
  message: { readonly channel: string; readonly user: string; readonly address: string; readonly class: MessageClass },
  atMs: number,
) => boolean;

/** Index of all black lists by user and by address. A transactional message is stopped by legal lists only. */
export function createBlackLists(lists: readonly ListDefinition[]): BlackListCheck {
  const byUser = new Map<string, Hit[]>();
  const byAddress = new Map<string, Hit[]>();
  for (const list of lists) {
    for (const entry of list.entries) {
      const hit = { list, entry };
      if (entry.user !== undefined) append(byUser, entry.user, hit);
      if (entry.address !== undefined) append(byAddress, entry.address, hit);
    }
  }
  return (message, atMs) =>
    [...(byUser.get(message.user) ?? []), ...(byAddress.get(message.address) ?? [])].some(
      ({ list, entry }) =>
        (message.class === 'marketing' || list.legal) &&
        (list.channels.length === 0 || list.channels.includes(message.channel)) &&
        (entry.untilMs === undefined || atMs < entry.untilMs),
    );
}

interface Hit {
  readonly list: ListDefinition;
  readonly entry: ListEntry;
}

function append(index: Map<string, Hit[]>, key: string, hit: Hit): void {
  const hits = index.get(key);
  if (hits) hits.push(hit);
  else index.set(key, [hit]);
}
