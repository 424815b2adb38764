import type { AttemptOutcome } from '../../model/message.ts';
import type { ChannelPort, OutboundMessage } from '../../ports/channel.ts';
import type { AttemptEvent, Watcher } from '../history.ts';
import type { Random } from '../random.ts';
import type { Scheduler } from '../scheduler.ts';
import type { Process } from './process.ts';
import type { Provider } from './provider.ts';

export interface SimChannelParts {
  readonly name: string;
  readonly provider: Provider;
  readonly deliveryClass: ChannelPort['deliveryClass'];
  readonly process: Process;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly tell: Watcher;
  readonly nextAttempt: () => number;
  /** A fault that strikes as bytes leave: the process dies or freezes. */
  readonly strike: () => { readonly when: 'before' | 'after'; readonly take: () => void } | null;
}

/**
 * A channel as a daemon holds it. A daemon that freezes before the bytes leave writes them when it thaws; one that dies
 * never does; what has left reaches the provider whatever becomes of the daemon.
 */
export function openSimChannel(parts: SimChannelParts): ChannelPort {
  const { name, deliveryClass } = parts;
  return {
    name,
    deliveryClass,
    check: async () => {},
    send: (messages, deadlineMs, signal) =>
      Promise.all(messages.map((message) => attempt(parts, message, deadlineMs, signal))),
    close: async () => {},
  };
}

function attempt(
  parts: SimChannelParts,
  { sendKey }: OutboundMessage,
  deadlineMs: number,
  signal: AbortSignal,
): Promise<AttemptOutcome> {
  const { process, provider, scheduler, random, tell } = parts;
  const { generation } = process;
  const event: AttemptEvent = {
    ...{ node: process.name, generation, channel: parts.name, sendKey },
    attempt: parts.nextAttempt(),
  };
  let hasWritten = false;
  let isOver = false;
  return new Promise((resolve) => {
    const settle = (outcome: AttemptOutcome) => {
      isOver = true;
      signal.removeEventListener('abort', abort);
      resolve(outcome);
    };
    const abort = () =>
      settle(hasWritten ? { kind: 'unknown', code: 'sim/aborted' } : { kind: 'retry', code: 'sim/not-begun' });
    const deliver = (outcome: AttemptOutcome) => process.deliver(generation, () => settle(outcome));
    const write = () => {
      // What was reported as not sent is never sent.
      if (isOver) return;
      const blow = parts.strike();
      if (blow?.when === 'before') {
        blow.take();
        return process.deliver(generation, write);
      }
      const mood = provider.moodNow();
      if (mood === 'gone') return settle({ kind: 'retry', code: 'sim/unreachable' });
      hasWritten = true;
      tell.written?.(event, scheduler.nowMs);
      provider.receive(event, mood, deliver);
      blow?.take();
    };
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    process.onDeath(() => signal.removeEventListener('abort', abort));
    scheduler.at(scheduler.nowMs + random.int(0, 3), () => process.deliver(generation, write));
    const giveUp = () =>
      settle(hasWritten ? { kind: 'unknown', code: 'sim/timeout' } : { kind: 'retry', code: 'sim/not-begun' });
    scheduler.at(scheduler.nowMs + deadlineMs, () => process.deliver(generation, giveUp));
  });
}
