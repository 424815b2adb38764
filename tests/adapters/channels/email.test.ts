import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { createEmailChannel } from '../../../src/engine/adapters/channels/email/channel.ts';
import { createSecretResolver } from '../../../src/engine/adapters/secrets/resolve.ts';
import type { EmailProvider } from '../../../src/engine/model/release.ts';
import type { ChannelPort, OutboundMessage } from '../../../src/engine/ports/channel.ts';
import { localhostCertificate } from './certificate.ts';
import { realClock } from './clock.ts';
import { emailChannel } from './definitions.ts';
import { type MailServer, startMailServer } from './mail-server.ts';

const KEY = 'cd'.repeat(32);
const MESSAGE: OutboundMessage = {
  sendKey: KEY,
  address: 'customer@example.com',
  subject: 'Hello',
  body: 'Dear customer',
};
const never = new AbortController().signal;
const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function serve(...options: Parameters<typeof startMailServer>): Promise<MailServer> {
  const server = await startMailServer(...options);
  closing.push(() => server.close());
  return server;
}

function open(
  server: MailServer,
  provider: Partial<EmailProvider> = {},
  {
    variables = {},
    ca,
    concurrency = 4,
  }: { variables?: Record<string, string>; ca?: string; concurrency?: number } = {},
): ChannelPort {
  const secrets = createSecretResolver(variables, '/');
  const environment = { clock: realClock, secrets, ...(ca === undefined ? {} : { ca }) };
  const channel = createEmailChannel(emailChannel(server.port, provider, { concurrency }), environment);
  closing.push(() => channel.close());
  return channel;
}

async function sendOne(channel: ChannelPort, message: Partial<OutboundMessage> = {}) {
  const [outcome] = await channel.send([{ ...MESSAGE, ...message }], 10_000, never);
  return outcome;
}

describe('what arrives', () => {
  it('carries the send key as Message-ID and X-Mka-Key', async () => {
    const server = await serve();
    expect(await sendOne(open(server))).toEqual({ kind: 'accepted', providerId: `${KEY}@example.com` });
    const [mail] = server.mails;
    expect(mail?.messageId).toBe(`<${KEY}@example.com>`);
    expect(mail?.headers.get('x-mka-key')).toBe(KEY);
    expect(mail?.from?.text).toBe('"Shop" <shop@example.com>');
  });

  it('is the text that was sent, whatever its script, dots, line lengths and spaces', async () => {
    const server = await serve();
    const channel = open(server);
    const plain = fc.oneof(
      fc.constantFrom(
        '.',
        '\n',
        '..\n',
        '\n.\n',
        ' \n',
        '\t',
        '=',
        '=20',
        'From ',
        '订单',
        'ä',
        '🙂',
        'x'.repeat(1200),
      ),
      fc.string(),
      fc.string({ unit: 'grapheme' }),
    );
    // A mail's line ends are CRLF, so a CR alone and the like cannot come back as they were.
    const bodies = fc.array(plain, { minLength: 1 }).map((parts) => parts.join('').replace(/[\r\0]/g, ''));
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        expect(await sendOne(channel, { body })).toMatchObject({ kind: 'accepted' });
        // A mail's last line has its line end (RFC 5321 §4.1.1.4), unless the text travels as base64.
        expect((server.mails.pop()?.text ?? '').replace(/\n$/, '')).toBe(body.replace(/\n$/, ''));
        const lines = (server.raw.pop() as Buffer).toString('latin1').split('\r\n');
        expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(998);
        expect(lines.every((line) => !/[\x80-\xff\r\n]/.test(line))).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  it('has the subject that was sent, however long', async () => {
    const server = await serve();
    const channel = open(server);
    for (const subject of [
      'Größe',
      '订单'.repeat(60),
      'a'.repeat(300),
      '=?utf-8?Q?not=20decoded?= "x"',
      '🙂',
      undefined,
    ]) {
      await sendOne(channel, subject === undefined ? { sendKey: KEY } : { subject });
      expect(server.mails.pop()?.subject).toBe(subject ?? 'Hello');
    }
  });
});

describe('a header or a recipient cannot be added through user data', () => {
  const ADDRESSES = [
    'a@example.com\r\nBcc: b@example.com',
    'a@example.com\nRCPT TO:<b@example.com>',
    'a@example.com>\r\nDATA\r\n.',
    'a@example.com, b@example.com',
    'a@example.com;b@example.com',
    'Name <a@example.com>',
    '<a@example.com>',
    'group: a@example.com;',
    '"a b"@example.com',
    'a@b@example.com',
    'a b@example.com',
    'a@exam ple.com',
    'a\0@example.com',
    'a\u2028@example.com',
    'a\u0085@example.com',
    'a@example.com\u200b',
    '\ud800@example.com',
    'a@',
    '@example.com',
    'a',
    '',
    'a@[127.0.0.1]',
    'a@-example.com',
    `${'a'.repeat(65)}@example.com`,
    `a@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(63)}.${'e'.repeat(63)}.com`,
  ];

  it.each(ADDRESSES)('address %j is rejected', async (address) => {
    const server = await serve();
    expect(await sendOne(open(server), { address })).toEqual({ kind: 'rejected', code: 'email/bad-address' });
    expect(server.connections()).toBe(0);
  });

  it.each(['x\r\nBcc: b@example.com', 'x\n', '\r', 'a\0b', 'a\u2028b', '\ud800'])(
    'subject %j is rejected',
    async (subject) => {
      const server = await serve();
      expect(await sendOne(open(server), { subject })).toEqual({ kind: 'rejected', code: 'email/bad-subject' });
      expect(server.connections()).toBe(0);
    },
  );

  it('a key that is not a word is rejected', async () => {
    const server = await serve();
    expect(await sendOne(open(server), { sendKey: 'a>\r\nX: y' })).toEqual({ kind: 'rejected', code: 'email/bad-key' });
  });

  it('no text makes a second recipient or a header of ours', async () => {
    const server = await serve();
    const channel = open(server);
    const text = fc.string({
      unit: fc.constantFrom('a', '@', '.', '\r', '\n', ' ', ',', '<', '>', '"', ':', ';', '(', ')', 'ü', '\0'),
    });
    await fc.assert(
      fc.asyncProperty(text, text, async (local, subject) => {
        const outcome = await sendOne(channel, { address: `${local}@example.com`, subject });
        if (outcome?.kind !== 'accepted') return;
        const mail = server.mails.pop();
        expect([mail?.to].flat()[0]?.value).toEqual([{ address: `${local}@example.com`, name: '' }]);
        expect([...(mail?.headers.keys() ?? [])].sort()).toEqual(
          [
            'content-transfer-encoding',
            'content-type',
            'date',
            'from',
            'message-id',
            'mime-version',
            'subject',
            'to',
            'x-mka-key',
          ].filter((name) => name !== 'subject' || mail?.subject !== undefined),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('a sender that is not one mailbox is refused when the channel is made', async () => {
    const server = await serve();
    for (const from of ['shop', 'a@example.com, b@example.com', 'Shop\r\nBcc: x <a@example.com>']) {
      expect(() => open(server, { from })).toThrow(expect.objectContaining({ code: 'channel/bad-sender' }));
    }
  });
});

describe('TLS and login', () => {
  const { key, cert } = localhostCertificate();
  const LOGIN = { username: { fromEnv: 'MAIL_USER' }, password: { fromEnv: 'MAIL_PASSWORD' } };
  const CAN_LOGIN: Parameters<typeof startMailServer>[1] = {
    authOptional: false,
    onAuth: ({ username, password }, session, done) => {
      if (session.secure && username === 'mka' && password === 'right') done(null, { user: 'mka' });
      else done(new Error('Invalid username or password'));
    },
  };

  it.each([
    ['starttls', { key, cert, ...CAN_LOGIN, disabledCommands: [] }],
    ['tls', { key, cert, ...CAN_LOGIN, secure: true }],
  ] as const)('%s sends over a checked connection, logged in', async (tls, options) => {
    const server = await serve(undefined, options as Parameters<typeof startMailServer>[1]);
    const channel = open(
      server,
      { host: 'localhost', tls, ...LOGIN },
      { ca: cert, variables: { MAIL_USER: 'mka', MAIL_PASSWORD: 'right' } },
    );
    await channel.check();
    expect(await sendOne(channel)).toMatchObject({ kind: 'accepted' });
    expect(server.mails).toHaveLength(1);
  });

  it.each(['starttls', 'tls'] as const)('%s to a certificate that nobody signed sends nothing', async (tls) => {
    const server = await serve(undefined, { key, cert, secure: tls === 'tls', disabledCommands: [] });
    expect(await sendOne(open(server, { tls }))).toMatchObject({ kind: 'retry', code: 'email/tls' });
    expect(server.mails).toHaveLength(0);
  });

  it('a corrected password is used by the next attempt', async () => {
    const server = await serve(undefined, { key, cert, ...CAN_LOGIN, disabledCommands: [] });
    const variables = { MAIL_USER: 'mka', MAIL_PASSWORD: 'wrong' };
    const channel = open(server, { host: 'localhost', tls: 'starttls', ...LOGIN }, { ca: cert, variables });
    expect(await sendOne(channel)).toMatchObject({ kind: 'retry', code: 'email/auth' });
    await expect(channel.check()).rejects.toMatchObject({ code: 'channel/unreachable' });
    variables.MAIL_PASSWORD = 'right';
    expect(await sendOne(channel)).toMatchObject({ kind: 'accepted' });
  });
});

describe('connections', () => {
  it('are no more than the channel’s concurrency, and are used again', async () => {
    const server = await serve();
    const messages = Array.from({ length: 60 }, (_, at) => ({
      ...MESSAGE,
      sendKey: at.toString(16).padStart(64, '0'),
    }));
    const outcomes = await open(server, {}, { concurrency: 3 }).send(messages, 10_000, never);
    expect(outcomes.map(({ kind }) => kind)).toEqual(Array(60).fill('accepted'));
    expect(server.connections()).toBe(3);
    expect(server.mails).toHaveLength(60);
  });

  it('survive a refused recipient', async () => {
    let rcpt: number | undefined = 550;
    const server = await serve(() => (rcpt === undefined ? {} : { rcpt }));
    const channel = open(server, {}, { concurrency: 1 });
    expect(await sendOne(channel)).toEqual({ kind: 'rejected', code: 'email/550', detail: '5.1.1' });
    rcpt = undefined;
    expect(await sendOne(channel)).toMatchObject({ kind: 'accepted' });
    expect(server.connections()).toBe(1);
  });

  it('a message that is with the server when the channel is closed is unknown', async () => {
    const server = await serve(() => ({ dot: 'silent' }));
    const channel = open(server);
    const sending = sendOne(channel);
    await server.arrival();
    await channel.close();
    expect(await sending).toEqual({ kind: 'unknown', code: 'email/aborted' });
  });

  it('an international local part needs a server that takes it', async () => {
    const with8 = await serve();
    expect(await sendOne(open(with8), { address: 'jürgen@bücher.example' })).toMatchObject({ kind: 'accepted' });
    const without = await serve(undefined, { hideSMTPUTF8: true });
    expect(await sendOne(open(without), { address: 'jürgen@bücher.example' })).toEqual({
      kind: 'rejected',
      code: 'email/smtputf8',
    });
  });
});
