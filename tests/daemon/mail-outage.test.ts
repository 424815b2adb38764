import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { expect, it, onTestFinished } from 'vitest';
import { eventually, startDaemon, status } from './running.ts';
import { createShop, orderEvent } from './shop.ts';

it('SMTP down, then up: messages wait, are tried again, and arrive once', async () => {
  const shop = createShop({ wait: '0s', via: '[email]', quiet: false });
  const port = await freePort();
  const daemon = await startDaemon(shop.dir, { env: { TEST_SMTP_PORT: String(port) } });
  onTestFinished(async () => {
    await daemon.end('SIGTERM');
    shop.remove();
  });
  await daemon.post(
    '/v1/events',
    [1, 2, 3, 4, 5].map((n) => orderEvent('created', `o${n}`, `w${n}`)),
  );
  await eventually(async () => ((await status(shop.dir)).counters['held/retry'] ?? 0) >= 5, daemon.stderr);
  expect((await status(shop.dir)).sends['accepted'] ?? 0).toBe(0);

  const mails: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    closeTimeout: 100,
    logger: false,
    onData: (stream, session, done) => {
      stream.on('end', () => {
        mails.push(session.envelope.rcptTo.map(({ address }) => address).join());
        done();
      });
      stream.resume();
    },
  });
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  server.listen(port, '127.0.0.1');
  await eventually(async () => (await status(shop.dir)).sends['accepted'] === 5, daemon.stderr);
  expect(mails.sort()).toEqual([1, 2, 3, 4, 5].map((n) => `w${n}@example.com`));
  expect((await status(shop.dir)).sends).toEqual({ accepted: 5 });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
