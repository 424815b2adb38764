import { EXIT, MkaError } from '../../../kernel/mka-error.ts';
import type { AttemptOutcome } from '../../../model/message.ts';
import type { ChannelDefinition, EmailProvider } from '../../../model/release.ts';
import type { ChannelPort, OutboundMessage } from '../../../ports/channel.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { SecretResolver } from '../../secrets/resolve.ts';
import { type Mailbox, parseSender } from './address.ts';
import { classify, type SmtpFailure } from './classify.ts';
import { type ComposedMail, composeMail, Uncomposable } from './compose.ts';
import { Limits } from './limits.ts';
import { SmtpPool } from './pool.ts';
import type { SmtpSession } from './session.ts';
import { smtpSettings } from './settings.ts';

/** What an e-mail channel needs of its surroundings. `ca`: PEM of an authority to trust instead of the system's. */
export interface EmailChannelEnvironment {
  readonly clock: Clock;
  readonly secrets: SecretResolver;
  readonly ca?: string;
}

/**
 * Mail over SMTP. Class III: Message-ID `<key@domain of from>` and X-Mka-Key name the message, but no server drops a
 * repeat. The deadline counts real milliseconds from the call, the wait for one of the channel's connections included,
 * for no virtual clock moves a network. Throws MkaError `channel/bad-sender` for a `from` that is not one mailbox.
 */
export function createEmailChannel(
  definition: ChannelDefinition & { readonly provider: EmailProvider },
  { clock, secrets, ca }: EmailChannelEnvironment,
): ChannelPort {
  const { provider, timeoutMs, name } = definition;
  const sender = senderOf(name, provider.from);
  const pool = new SmtpPool(definition.concurrency, () => smtpSettings(provider, secrets, timeoutMs, ca));
  const closing = new AbortController();

  return {
    name,
    deliveryClass: 'III',
    check: () => check(name, pool, timeoutMs, closing.signal),

    async send(messages, deadlineMs, signal) {
      using limits = new Limits(deadlineMs, [signal, closing.signal]);
      return await Promise.all(messages.map((message) => attempt(message, sender, clock.now(), pool, limits.signal)));
    },

    async close() {
      closing.abort();
      await pool.close();
    },
  };
}

async function attempt(
  message: OutboundMessage,
  sender: Mailbox,
  atMs: number,
  pool: SmtpPool,
  signal: AbortSignal,
): Promise<AttemptOutcome> {
  if (!(await pool.enter(signal))) return { kind: 'retry', code: 'email/not-started' };
  try {
    const mail = await composeMail(message, sender, atMs);
    return await transmit(mail, pool, signal);
  } catch (error) {
    if (error instanceof Uncomposable) return { kind: 'rejected', code: error.code };
    // Settings and secrets: the operator's, and before any byte.
    if (error instanceof MkaError) return { kind: 'retry', code: error.code };
    return { kind: 'unknown', code: 'email/failed' };
  } finally {
    pool.leave();
  }
}

/** Sends on an idle session, and once more on a fresh one when the idle one proved dead before anything was answered. */
async function transmit(mail: ComposedMail, pool: SmtpPool, signal: AbortSignal): Promise<AttemptOutcome> {
  const idle = pool.takeIdle();
  if (idle !== undefined) {
    const { outcome, lost } = await idle.transmit(mail, signal);
    pool.giveBack(idle);
    if (!lost) return outcome;
  }
  let session: SmtpSession;
  try {
    session = await pool.open(signal);
  } catch (error) {
    if (error instanceof MkaError) throw error;
    return classify(error as SmtpFailure, false);
  }
  const { outcome } = await session.transmit(mail, signal);
  pool.giveBack(session);
  return outcome;
}

async function check(name: string, pool: SmtpPool, timeoutMs: number, closing: AbortSignal): Promise<void> {
  using limits = new Limits(timeoutMs, [closing]);
  try {
    const session = await pool.open(limits.signal);
    await session.quit();
  } catch (error) {
    if (error instanceof MkaError) throw error;
    const { code } = classify(error as SmtpFailure, false) as { code: string };
    throw new MkaError('channel/unreachable', `Channel ${name}: the mail server could not be used (${code}).`, {
      hint: 'Check host, port, TLS mode and credentials of the channel in this environment.',
      exitCode: EXIT.unavailable,
    });
  }
}

function senderOf(name: string, from: string): Mailbox {
  const sender = parseSender(from);
  if (sender !== undefined) return sender;
  throw new MkaError('channel/bad-sender', `Channel ${name}: from is not one mail address.`, {
    hint: 'Write it as name@example.com or "Name <name@example.com>".',
  });
}
