import { EXIT, MkaError } from '../../../kernel/mka-error.ts';
import type { AttemptOutcome } from '../../../model/message.ts';
import type { ChannelDefinition, FileProvider } from '../../../model/release.ts';
import type { ChannelPort } from '../../../ports/channel.ts';
import type { Clock } from '../../../ports/clock.ts';
import { pathInside } from '../../tables/path-inside.ts';
import { ControlFile } from './control.ts';
import { FileWriter } from './writer.ts';

/** What a file channel needs of its surroundings. `dataDir` is the environment's data directory. */
export interface FileChannelEnvironment {
  readonly dataDir: string;
  readonly clock: Clock;
}

/**
 * A provider played by an NDJSON file: one line `{key, at, to, subject?, body}` a message, on the disk before
 * `accepted`. Class I: a key that stands in the file is answered `accepted` and not written again, also after a crash
 * and when another process wrote it. `delayMs` passes on the clock after the line is written and before the answer; a
 * `silent` provider writes nothing and is `unknown` (`file/silent`) once `deadlineMs` has passed.
 */
export function createFileChannel(
  definition: ChannelDefinition & { readonly provider: FileProvider },
  { dataDir, clock }: FileChannelEnvironment,
): ChannelPort {
  const path = pathInside(dataDir, definition.provider.path, 'channel/path-outside');
  const writer = new FileWriter(path, clock);
  const control = new ControlFile(`${path}.control.json`, definition.provider);

  return {
    name: definition.name,
    deliveryClass: 'I',

    async check() {
      const problem = await writer.check();
      control.read();
      if (problem === undefined && control.problem === undefined) return;
      throw new MkaError('channel/unreachable', `Channel ${definition.name}: ${problem ?? control.problem}.`, {
        hint: `Look at ${definition.provider.path} in the data directory and at the control file beside it.`,
        exitCode: EXIT.unavailable,
      });
    },

    async send(messages, deadlineMs, signal) {
      if (signal.aborted) return messages.map(() => ({ kind: 'retry', code: 'file/aborted' }));
      const conduct = control.read();
      const behaviours = messages.map(({ address }) =>
        Object.hasOwn(conduct.addresses, address)
          ? (conduct.addresses[address] ?? conduct.behaviour)
          : conduct.behaviour,
      );
      const outcomes = await writer.write(messages, behaviours, deadlineMs);
      return answer(outcomes, conduct.delayMs, deadlineMs, signal, clock);
    },

    close: () => writer.close(),
  };
}

/** Lets the provider's time pass; an answer that does not come in time is no answer. */
async function answer(
  outcomes: readonly AttemptOutcome[],
  delayMs: number,
  deadlineMs: number,
  signal: AbortSignal,
  clock: Clock,
): Promise<readonly AttemptOutcome[]> {
  if (delayMs > 0) {
    await clock.sleep(Math.min(delayMs, deadlineMs), signal);
    if (signal.aborted) return outcomes.map(() => ({ kind: 'unknown', code: 'file/aborted' }));
    if (delayMs > deadlineMs) return outcomes.map(() => ({ kind: 'unknown', code: 'file/timeout' }));
  }
  const silent = outcomes.some((outcome) => outcome.kind === 'unknown' && outcome.code === 'file/silent');
  if (silent && deadlineMs > delayMs) await clock.sleep(deadlineMs - delayMs, signal);
  return outcomes;
}
