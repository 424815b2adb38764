import type { AttemptOutcome } from '../../model/message.ts';
import type { ChannelDefinition, FileBehaviour } from '../../model/release.ts';
import type { ChannelPort, OutboundMessage } from '../../ports/channel.ts';
import type { Clock } from '../../ports/clock.ts';

/** The providers of one world: they outlive a restart of the daemon, as real ones do. */
export interface PlayedChannels {
  /** The channel of a definition. What is set in the repository for a real provider has no part in it. */
  open(definition: ChannelDefinition): Promise<ChannelPort>;
  /** From now on a channel does this. */
  behave(channel: string, behaviour: FileBehaviour): void;
  /** What was delivered under a send key. */
  delivered(sendKey: string): OutboundMessage | undefined;
}

/** Plays every channel of a world in memory; a channel that is not named takes everything. */
export function playChannels(clock: Clock, behaviours: Readonly<Record<string, FileBehaviour>>): PlayedChannels {
  const current = new Map(Object.entries(behaviours));
  const delivered = new Map<string, OutboundMessage>();
  return {
    open: (definition) => Promise.resolve(played(definition, clock, current, delivered)),
    behave: (channel, behaviour) => current.set(channel, behaviour),
    delivered: (sendKey) => delivered.get(sendKey),
  };
}

/** Classes are those of the real providers, so that a silence has the consequences it has there. */
function played(
  { name, provider }: ChannelDefinition,
  clock: Clock,
  behaviours: ReadonlyMap<string, FileBehaviour>,
  delivered: Map<string, OutboundMessage>,
): ChannelPort {
  return {
    name,
    deliveryClass: provider.type === 'file' ? 'I' : 'III',
    check: () => Promise.resolve(),
    send: async (messages, deadlineMs, signal) => {
      const behaviour = behaviours.get(name) ?? 'accept';
      if (behaviour === 'silent') await clock.sleep(deadlineMs, signal);
      return messages.map((message) => {
        if (delivered.has(message.sendKey)) return { kind: 'accepted' };
        if (behaviour === 'accept') delivered.set(message.sendKey, message);
        return ANSWERS[behaviour];
      });
    },
    close: () => Promise.resolve(),
  };
}

const ANSWERS: Readonly<Record<FileBehaviour, AttemptOutcome>> = {
  accept: { kind: 'accepted' },
  refuse: { kind: 'rejected', code: 'test/refused' },
  throttle: { kind: 'retry', code: 'test/throttled' },
  silent: { kind: 'unknown', code: 'test/silent' },
};
