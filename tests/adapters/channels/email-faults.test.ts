import { afterEach, describe, expect, it } from 'vitest';
import { createEmailChannel } from '../../../src/engine/adapters/channels/email/channel.ts';
import { createSecretResolver } from '../../../src/engine/adapters/secrets/resolve.ts';
import type { AttemptOutcome } from '../../../src/engine/model/message.ts';
import type { EmailProvider } from '../../../src/engine/model/release.ts';
import { realClock } from './clock.ts';
import { emailChannel } from './definitions.ts';
import { type Point, type RawSmtp, type RawSmtpOptions, startRawSmtp } from './raw-smtp.ts';

const SHORT_MS = 150;
const MESSAGE = {
  sendKey: 'ab'.repeat(32),
  address: 'customer@example.com',
  subject: 'Hello',
  body: 'Dear\n.\ncustomer',
};
const secrets = createSecretResolver({ SMTP_USER: 'mka', SMTP_PASSWORD: 'canary-secret' }, '/');
const LOGIN = { username: { fromEnv: 'SMTP_USER' }, password: { fromEnv: 'SMTP_PASSWORD' } };
const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function attempt(
  options: RawSmtpOptions,
  { body = MESSAGE.body, deadlineMs = 5000, provider = {} as Partial<EmailProvider> } = {},
): Promise<{ outcome: AttemptOutcome; server: RawSmtp }> {
  const server = await startRawSmtp(options);
  const channel = createEmailChannel(emailChannel(server.port, provider), { clock: realClock, secrets });
  closing.push(
    () => channel.close(),
    () => server.close(),
  );
  const [outcome] = await channel.send([{ ...MESSAGE, body }], deadlineMs, new AbortController().signal);
  return { outcome: outcome as AttemptOutcome, server };
}

type Row = [point: Point, fault: string, kind: AttemptOutcome['kind'], code: string, detail?: string];

const BEFORE_THE_DOT: Row[] = [
  ['greeting', '421 4.3.2 busy', 'retry', 'email/421', '4.3.2'],
  ['greeting', '554 5.7.1 go away', 'retry', 'email/554', '5.7.1'],
  ['greeting', 'drop', 'retry', 'email/disconnected'],
  ['greeting', 'hang', 'retry', 'email/timeout'],
  ['greeting', 'drip:220-', 'retry', 'email/timeout'],
  ['EHLO', '421 4.3.2 busy', 'retry', 'email/421', '4.3.2'],
  ['EHLO', 'flood', 'retry', 'email/protocol'],
  ['EHLO', 'reset', 'retry', 'email/disconnected', 'ECONNRESET'],
  ['MAIL', '421 4.7.0 too fast', 'retry', 'email/421', '4.7.0'],
  ['MAIL', '451 4.7.1 greylisted', 'retry', 'email/451', '4.7.1'],
  ['MAIL', '550 5.7.1 sender refused', 'rejected', 'email/550', '5.7.1'],
  ['MAIL', '530 5.7.0 authentication required', 'retry', 'email/auth', '5.7.0'],
  ['MAIL', '503 5.5.1 bad sequence', 'retry', 'email/503', '5.5.1'],
  ['MAIL', 'drop', 'retry', 'email/disconnected'],
  ['RCPT', '450 4.2.0 <customer@example.com> greylisted', 'retry', 'email/450', '4.2.0'],
  ['RCPT', '421 4.7.0 throttled', 'retry', 'email/421', '4.7.0'],
  ['RCPT', '550 5.1.1 <customer@example.com> unknown', 'rejected', 'email/550', '5.1.1'],
  ['RCPT', '550-5.1.1 two\r\n550 5.1.1 lines', 'rejected', 'email/550', '5.1.1'],
  ['RCPT', 'hang', 'retry', 'email/timeout'],
  ['RCPT', 'reset', 'retry', 'email/disconnected', 'ECONNRESET'],
  ['DATA', '451 4.3.0 not now', 'retry', 'email/451', '4.3.0'],
  ['DATA', '554 5.5.1 no valid recipients', 'rejected', 'email/554', '5.5.1'],
  ['DATA', 'drop', 'retry', 'email/disconnected'],
  ['DATA', 'hang', 'retry', 'email/timeout'],
];

const AFTER_THE_DOT: Row[] = [
  ['dot', '421 4.3.2 shutting down', 'retry', 'email/421', '4.3.2'],
  ['dot', '451 4.3.0 try later', 'retry', 'email/451', '4.3.0'],
  ['dot', '552 5.2.2 mailbox full', 'rejected', 'email/552', '5.2.2'],
  ['dot', '554 5.7.1 spam', 'rejected', 'email/554', '5.7.1'],
  ['dot', '503 5.5.1 bad sequence', 'unknown', 'email/503', '5.5.1'],
  ['dot', '354 again', 'unknown', 'email/354'],
  ['dot', 'drop', 'unknown', 'email/disconnected'],
  ['dot', 'reset', 'unknown', 'email/disconnected', 'ECONNRESET'],
  ['dot', 'half:250 2.0', 'unknown', 'email/disconnected'],
  ['dot', 'half:550 5.1.1 no', 'unknown', 'email/550', '5.1.1'],
  ['dot', 'hang', 'unknown', 'email/timeout'],
  ['dot', 'drip:250-', 'unknown', 'email/timeout'],
  ['dot', 'flood', 'unknown', 'email/protocol'],
];

describe.each([
  ['one command at a time', []],
  ['pipelined', ['PIPELINING', '8BITMIME', 'SIZE 1000000']],
])('R11, G2: an SMTP fault, %s', (_, extensions) => {
  it.each([...BEFORE_THE_DOT, ...AFTER_THE_DOT])('at %s, %s, is %s', async (point, fault, kind, code, detail) => {
    const slow = code === 'email/timeout';
    const { outcome, server } = await attempt(
      { faults: { [point]: fault }, extensions },
      slow ? { deadlineMs: SHORT_MS } : {},
    );
    expect(outcome).toEqual(detail === undefined ? { kind, code } : { kind, code, detail });
    expect(server.dots()).toBe(point === 'dot' ? 1 : 0);
  });

  it('in the middle of a long message is never more than unknown', async () => {
    const body = 'line of the message\n'.repeat(20_000);
    for (const fault of ['drop', 'reset']) {
      const { outcome, server } = await attempt(
        { faults: { body: fault }, extensions: extensions.slice(0, 2) },
        { body },
      );
      expect(outcome).toMatchObject({ kind: expect.stringMatching(/^(retry|unknown)$/), code: 'email/disconnected' });
      expect(server.dots()).toBe(0);
    }
  });

  it('at any byte: whatever the server may hold is never called retry', async () => {
    const whole = await attempt({ extensions });
    expect(whole.outcome.kind).toBe('accepted');
    const length = whole.server.received[0]?.length ?? 0;
    const kinds = new Set<string>();
    for (let dropAfterBytes = 1; dropAfterBytes <= length; dropAfterBytes += dropAfterBytes > length - 60 ? 1 : 17) {
      const { outcome, server } = await attempt({ dropAfterBytes, extensions });
      kinds.add(outcome.kind);
      if (server.dots() > 0) expect(outcome.kind, `${dropAfterBytes} of ${length}`).toMatch(/^(unknown|accepted)$/);
      else expect(outcome.kind, `${dropAfterBytes} of ${length}`).toMatch(/^(retry|unknown)$/);
    }
    expect([...kinds]).toContain('retry');
  });
});

describe('an operator’s mistake sends nothing and is retry', () => {
  it('wrong credentials', async () => {
    const faults = { AUTH: '535 5.7.8 wrong' };
    const { outcome, server } = await attempt({ faults, extensions: ['AUTH PLAIN LOGIN'] }, { provider: LOGIN });
    expect(outcome).toEqual({ kind: 'retry', code: 'email/auth', detail: '5.7.8' });
    expect(String(server.received[0])).not.toContain('MAIL FROM');
  });

  it('a server that offers no login is not shown the password', async () => {
    const { outcome, server } = await attempt({}, { provider: LOGIN });
    expect(outcome).toEqual({ kind: 'retry', code: 'email/auth' });
    expect(String(server.received[0])).not.toContain('AUTH');
  });

  it('a refused STARTTLS, offered or not', async () => {
    for (const extensions of [[], ['STARTTLS']]) {
      const { outcome, server } = await attempt({ extensions }, { provider: { tls: 'starttls', ...LOGIN } });
      expect(outcome).toEqual({ kind: 'retry', code: 'email/tls', detail: '4.7.0' });
      expect(String(server.received[0])).not.toMatch(/AUTH|MAIL/);
    }
  });

  it('TLS spoken to a server without it', async () => {
    const { outcome } = await attempt({}, { provider: { tls: 'tls' } });
    expect(outcome).toMatchObject({ kind: 'retry', code: 'email/tls' });
  });

  it('a name that does not resolve', async () => {
    const { outcome } = await attempt({}, { provider: { host: 'no-such-host.invalid', tls: 'tls' } });
    expect(outcome).toMatchObject({ kind: 'retry', code: 'email/dns' });
  });

  it('no TLS beyond the loopback', async () => {
    const { outcome } = await attempt({}, { provider: { host: '192.0.2.1' } });
    expect(outcome).toEqual({ kind: 'retry', code: 'channel/plaintext' });
  });

  it('a secret that is not there', async () => {
    const password = { fromEnv: 'SMTP_NONE' };
    const { outcome, server } = await attempt({}, { provider: { ...LOGIN, password } });
    expect(outcome).toEqual({ kind: 'retry', code: 'secret/missing' });
    expect(server.received).toEqual([]);
  });
});

it('a server that stops reading before the end of a message is retry: the dot never left', async () => {
  const body = 'line of the message\n'.repeat(800_000);
  const { outcome, server } = await attempt({ faults: { body: 'stall' } }, { body, deadlineMs: 2000 });
  expect(outcome).toEqual({ kind: 'retry', code: 'email/timeout' });
  expect(server.dots()).toBe(0);
});

it('a message larger than the server takes is rejected', async () => {
  const { outcome } = await attempt({ extensions: ['SIZE 2000'] }, { body: 'x'.repeat(3000) });
  expect(outcome).toEqual({ kind: 'rejected', code: 'email/too-large' });
});

it('an idle session that the server has ended costs no attempt', async () => {
  const server = await startRawSmtp({ faults: {} });
  const channel = createEmailChannel(emailChannel(server.port, {}, { concurrency: 1 }), { clock: realClock, secrets });
  closing.push(
    () => channel.close(),
    () => server.close(),
  );
  const never = new AbortController().signal;
  expect(await channel.send([MESSAGE, MESSAGE], 5000, never)).toMatchObject([
    { kind: 'accepted' },
    { kind: 'accepted' },
  ]);
  expect(server.received.length).toBe(1);
  server.endIdle();
  expect(await channel.send([MESSAGE], 5000, never)).toMatchObject([{ kind: 'accepted' }]);
  expect(server.received.length).toBe(2);
  expect(server.dots()).toBe(3);
});

it('an attempt given up before it could start is retry', async () => {
  const server = await startRawSmtp({ faults: { dot: 'hang' } });
  const channel = createEmailChannel(emailChannel(server.port, {}, { concurrency: 1 }), { clock: realClock, secrets });
  closing.push(
    () => channel.close(),
    () => server.close(),
  );
  const outcomes = await channel.send([MESSAGE, MESSAGE], SHORT_MS, new AbortController().signal);
  expect(outcomes).toEqual([
    { kind: 'unknown', code: 'email/timeout' },
    { kind: 'retry', code: 'email/not-started' },
  ]);
});
