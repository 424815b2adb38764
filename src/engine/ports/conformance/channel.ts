import type { AttemptOutcome } from '../../model/message.ts';
import type { ChannelPort, OutboundMessage } from '../channel.ts';
import type { Clock } from '../clock.ts';
import { codeOf, same, truth } from './claims.ts';

/** A message as the provider's own log has it. */
export interface DeliveredMessage {
  readonly sendKey: string;
  readonly address: string;
  readonly subject: string | undefined;
  readonly body: string;
}

/** How the provider behaves to every message from now on; `gone`: it cannot be reached. */
export type ProviderPart = 'accept' | 'refuse' | 'throttle' | 'silent' | 'gone';

/** What a provider under test can be made to do; a case that needs more is reported as skipped. */
export type ChannelNeed = 'keys' | 'subject' | Exclude<ProviderPart, 'accept'>;

/** A channel with the provider behind it, which is the truth about what was delivered. */
export interface ChannelFixture {
  readonly port: ChannelPort;
  readonly clock: Clock;
  /** Addresses that the provider takes mail for. */
  readonly addresses: readonly [string, string, string];
  delivered(): Promise<readonly DeliveredMessage[]>;
  play(part: ProviderPart): Promise<void>;
  /** Closes the port and opens another on the same provider, as a restarted daemon does. */
  reopen(): Promise<ChannelPort>;
}

/** One promise of ChannelPort. `run` throws when it is broken. */
export interface ChannelCase {
  readonly name: string;
  readonly needs?: readonly ChannelNeed[];
  run(make: () => Promise<ChannelFixture>): Promise<void>;
}

const LONG_MS = 20_000;
const SHORT_MS = 150;

export const CHANNEL_CASES: readonly ChannelCase[] = [
  {
    name: 'an accepted message is with the provider once, as it was given',
    needs: ['subject'],
    async run(make) {
      const fixture = await make();
      const message = { ...messageOf(1, fixture), subject: '订单 “42” — Größe', body: 'Zeile 1\n.\n..zwei 张\n' };
      same(kinds(await send(fixture.port, [message])), ['accepted']);
      same(await fixture.delivered(), [logged(message)]);
    },
  },
  {
    name: 'a batch is answered with one outcome a message, in the order given',
    async run(make) {
      const fixture = await make();
      const messages = Array.from({ length: 20 }, (_, at) => messageOf(at, fixture));
      same(kinds(await send(fixture.port, messages)), Array(20).fill('accepted'));
      const delivered = await fixture.delivered();
      same(delivered.map(({ sendKey }) => sendKey).sort(), messages.map(({ sendKey }) => sendKey).sort());
    },
  },
  {
    name: 'an empty batch is answered with nothing',
    async run(make) {
      const { port } = await make();
      same(await send(port, []), []);
    },
  },
  {
    name: 'a key that was accepted is accepted again and not delivered again, also after a restart',
    needs: ['keys'],
    async run(make) {
      const fixture = await make();
      const message = messageOf(1, fixture);
      same(kinds(await send(fixture.port, [message, message])), ['accepted', 'accepted']);
      same(kinds(await send(fixture.port, [message])), ['accepted']);
      const port = await fixture.reopen();
      same(kinds(await send(port, [messageOf(2, fixture), message])), ['accepted', 'accepted']);
      same((await fixture.delivered()).length, 2);
    },
  },
  {
    name: 'a key that was accepted is accepted again even when the provider now refuses',
    needs: ['keys', 'refuse'],
    async run(make) {
      const fixture = await make();
      await send(fixture.port, [messageOf(1, fixture)]);
      await fixture.play('refuse');
      same(kinds(await send(fixture.port, [messageOf(1, fixture), messageOf(2, fixture)])), ['accepted', 'rejected']);
    },
  },
  {
    name: 'a refused message is rejected and not delivered',
    needs: ['refuse'],
    async run(make) {
      await notDelivered(make, 'refuse', 'rejected');
    },
  },
  {
    name: 'a throttled message is retry and not delivered; the same message is accepted later',
    needs: ['throttle'],
    async run(make) {
      const fixture = await notDelivered(make, 'throttle', 'retry');
      await fixture.play('accept');
      same(kinds(await send(fixture.port, [messageOf(1, fixture)])), ['accepted']);
    },
  },
  {
    name: 'a provider that cannot be reached is retry, and check throws channel/unreachable',
    needs: ['gone'],
    async run(make) {
      const fixture = await notDelivered(make, 'gone', 'retry');
      same(await codeOf(fixture.port.check()), 'channel/unreachable');
    },
  },
  {
    name: 'check passes while the provider is there',
    async run(make) {
      await (await make()).port.check();
    },
  },
  {
    name: 'silence is unknown once the deadline has passed, and not before',
    needs: ['silent'],
    async run(make) {
      const fixture = await make();
      await fixture.play('silent');
      const startedAt = fixture.clock.now();
      same(kinds(await send(fixture.port, [messageOf(1, fixture)], SHORT_MS)), ['unknown']);
      // Timers of the operating system may be a millisecond early by another clock's reckoning.
      truth(fixture.clock.now() - startedAt >= SHORT_MS - 2, 'it was answered before the deadline');
    },
  },
  {
    name: 'an aborted send is answered, and nothing that may be with the provider is called retry',
    needs: ['silent'],
    async run(make) {
      const fixture = await make();
      await fixture.play('silent');
      const stop = new AbortController();
      const sending = fixture.port.send([messageOf(1, fixture)], LONG_MS, stop.signal);
      stop.abort();
      const [outcome] = await sending;
      truth(
        outcome?.kind === 'unknown' || (outcome?.kind === 'retry' && (await fixture.delivered()).length === 0),
        'lost',
      );
    },
  },
  {
    name: 'a send whose signal is aborted already sends nothing',
    async run(make) {
      const fixture = await make();
      same(kinds(await fixture.port.send([messageOf(1, fixture)], LONG_MS, AbortSignal.abort())), ['retry']);
      same(await fixture.delivered(), []);
    },
  },
  {
    name: 'codes and details hold neither address nor content',
    needs: ['refuse', 'throttle', 'silent'],
    async run(make) {
      const fixture = await make();
      const message = { ...messageOf(1, fixture), body: 'canary-body' };
      for (const part of ['refuse', 'throttle', 'silent'] as const) {
        await fixture.play(part);
        const text = JSON.stringify(await send(fixture.port, [message], SHORT_MS));
        truth(/"code":"[a-z]+\/[a-z0-9-]+"/.test(text), `no stable code in ${text}`);
        truth(!text.includes(message.address) && !text.includes('canary'), 'personal data in an outcome');
      }
    },
  },
  {
    name: 'a closed channel answers retry and does not reject',
    async run(make) {
      const fixture = await make();
      await send(fixture.port, [messageOf(1, fixture)]);
      await fixture.port.close();
      same(kinds(await send(fixture.port, [messageOf(2, fixture)])), ['retry']);
      same((await fixture.delivered()).length, 1);
    },
  },
];

async function notDelivered(
  make: () => Promise<ChannelFixture>,
  part: ProviderPart,
  kind: AttemptOutcome['kind'],
): Promise<ChannelFixture> {
  const fixture = await make();
  await fixture.play(part);
  same(kinds(await send(fixture.port, [messageOf(1, fixture), messageOf(2, fixture)])), [kind, kind]);
  same(await fixture.delivered(), []);
  return fixture;
}

function send(port: ChannelPort, messages: readonly OutboundMessage[], deadlineMs = LONG_MS) {
  return port.send(messages, deadlineMs, new AbortController().signal);
}

function messageOf(number: number, { addresses }: ChannelFixture): OutboundMessage {
  const sendKey = number.toString(16).padStart(64, '0');
  return { sendKey, address: addresses[number % 3] as string, body: `message ${number}` };
}

function logged({ sendKey, address, subject, body }: OutboundMessage): DeliveredMessage {
  return { sendKey, address, subject, body };
}

function kinds(outcomes: readonly AttemptOutcome[]): string[] {
  return outcomes.map(({ kind }) => kind);
}
