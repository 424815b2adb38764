import { canonicalJson } from '../kernel/hash.ts';
import type { ChannelDefinition } from '../model/release.ts';
import type { StateStore } from '../ports/state-store.ts';
import { createOutboxRelay, type OutboxRelay, type RelayParts } from './outbox-relay.ts';

/** The relay of one channel, from the release that declares it to the one that no longer does. */
export interface SessionRelay {
  readonly channel: string;
  readonly relay: OutboxRelay;
  /** True once it claims nothing more: after a turn that found nothing to finish it can be closed. */
  isRetiring(): boolean;
  close(): Promise<void>;
}

/** What the relays of a session share; the channel and its definition are each one's own. */
export interface SessionRelayParts extends Omit<RelayParts, 'channel' | 'definition'> {
  readonly store: StateStore;
  /** Channels of the active release. */
  readonly channels: () => Readonly<Record<string, ChannelDefinition>>;
  readonly openChannel: (definition: ChannelDefinition) => Promise<RelayParts['channel']>;
}

/** Relays of the channels that the active release declares, opened and retired as it changes. */
export interface SessionRelays {
  /**
   * Opens relays of new channels; the ones opened. A channel with another provider retires first and is opened anew by a
   * later call, so that two relays never work on one channel. One that is declared no longer goes on until what was
   * planned for it has gone out: a message decided is never dropped.
   */
  follow(): Promise<readonly SessionRelay[]>;
  close(): Promise<void>;
}

interface Open extends SessionRelay {
  readonly provider: string;
  retire(): void;
}

export function createSessionRelays(parts: SessionRelayParts): SessionRelays {
  const open = new Map<string, Open>();
  let followed: unknown;
  return {
    follow: async () => {
      const channels = parts.channels();
      if (channels === followed) return [];
      let isSettled = await retire(parts.store, channels, open);
      const opened: Open[] = [];
      for (const definition of Object.values(channels)) {
        if (open.get(definition.name)?.isRetiring() === true) isSettled = false;
        if (open.has(definition.name)) continue;
        const one = await openRelay(parts, definition, () => open.delete(definition.name));
        open.set(definition.name, one);
        opened.push(one);
      }
      if (isSettled) followed = channels;
      return opened;
    },
    close: async () => {
      await Promise.all([...open.values()].map((one) => one.close()));
    },
  };
}

/** Retires what is declared otherwise, and what is declared no longer once it is empty; false while any waits for that. */
async function retire(
  store: StateStore,
  channels: Readonly<Record<string, ChannelDefinition>>,
  open: ReadonlyMap<string, Open>,
): Promise<boolean> {
  let isSettled = true;
  let backlog: Readonly<Record<string, number>> | undefined;
  for (const one of open.values()) {
    const declared = channels[one.channel];
    if (declared !== undefined) {
      if (canonicalJson(declared.provider) !== one.provider) one.retire();
      continue;
    }
    backlog ??= await store.backlog();
    if ((backlog[one.channel] ?? 0) === 0) one.retire();
    else isSettled = false;
  }
  return isSettled;
}

async function openRelay(parts: SessionRelayParts, opened: ChannelDefinition, onClosed: () => void): Promise<Open> {
  const channel = await parts.openChannel(opened);
  const provider = canonicalJson(opened.provider);
  let isRetiring = false;
  let seen = opened;
  const definition = () => {
    const current = parts.channels()[opened.name] ?? opened;
    // Not one message more by a provider that the active release no longer names.
    if (current !== seen && canonicalJson(current.provider) !== provider) isRetiring = true;
    seen = current;
    // Claims of nothing: what is in flight is finished, the rest is for the next relay of this channel.
    return isRetiring ? { ...current, concurrency: 0 } : current;
  };
  return {
    channel: opened.name,
    relay: createOutboxRelay({ ...parts, channel, definition }),
    provider,
    isRetiring: () => isRetiring,
    retire: () => {
      isRetiring = true;
    },
    close: async () => {
      onClosed();
      await channel.close();
    },
  };
}
