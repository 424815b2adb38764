import { afterEach, describe } from 'vitest';
import { createEmailChannel } from '../../../src/engine/adapters/channels/email/channel.ts';
import { createSecretResolver } from '../../../src/engine/adapters/secrets/resolve.ts';
import {
  CHANNEL_CASES,
  type ChannelFixture,
  type ProviderPart,
} from '../../../src/engine/ports/conformance/channel.ts';
import { keepsPromises } from '../keeps-promises.ts';
import { realClock } from './clock.ts';
import { emailChannel } from './definitions.ts';
import { startMailServer, type Verdict } from './mail-server.ts';

const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const VERDICTS: Record<ProviderPart, Verdict> = {
  accept: {},
  refuse: { rcpt: 550 },
  throttle: { rcpt: 451 },
  silent: { dot: 'silent' },
  gone: {},
};

async function make(): Promise<ChannelFixture> {
  let verdict: Verdict = {};
  const server = await startMailServer(() => verdict);
  const secrets = createSecretResolver({}, '/');
  const open = () => {
    const port = createEmailChannel(emailChannel(server.port), { clock: realClock, secrets });
    closing.unshift(() => port.close());
    return port;
  };
  closing.push(() => server.close());
  const port = open();
  return {
    port,
    clock: realClock,
    addresses: ['customer@example.com', 'kunde@bücher.example', 'x+tag@sub.example.org'],
    async delivered() {
      return server.mails.map((mail) => ({
        sendKey: mail.headers.get('x-mka-key') as string,
        address: [mail.to].flat()[0]?.value[0]?.address ?? '',
        subject: mail.subject,
        body: mail.text ?? '',
      }));
    },
    async play(part) {
      verdict = VERDICTS[part];
      if (part === 'gone') await server.close();
    },
    async reopen() {
      await port.close();
      return open();
    },
  };
}

/** Class III: no mail server knows our keys. */
const CANNOT: ReadonlySet<string> = new Set(['keys']);

describe('the e-mail channel keeps the promises of ChannelPort', () => {
  keepsPromises('the e-mail channel', CHANNEL_CASES, make, (need) => !CANNOT.has(need));
});
