import type { ChannelDefinition } from '../../model/release.ts';
import type { ChannelPort } from '../../ports/channel.ts';
import type { Clock } from '../../ports/clock.ts';
import type { SecretResolver } from '../secrets/resolve.ts';

/** What channels need of the environment they run in. */
export interface ChannelEnvironment {
  /** Folder that file channels write below. */
  readonly dataDir: string;
  readonly clock: Clock;
  readonly secrets: SecretResolver;
  /** PEM of an authority that mail servers are checked against instead of the system's. */
  readonly ca?: string;
}

/** Makes the channel of a definition; its driver is loaded only when it is used. Nothing is connected yet. */
export async function openChannel(
  definition: ChannelDefinition,
  environment: ChannelEnvironment,
): Promise<ChannelPort> {
  const { provider } = definition;
  switch (provider.type) {
    case 'file': {
      const { createFileChannel } = await import('./file/channel.ts');
      return createFileChannel({ ...definition, provider }, environment);
    }
    case 'email': {
      const { createEmailChannel } = await import('./email/channel.ts');
      return createEmailChannel({ ...definition, provider }, environment);
    }
  }
}
