import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type MailServer, startMailServer } from './mail-server.ts';
import type { Program } from './program.ts';
import { figure } from './screen.ts';
import { addCustomers, deliveredTo, SHOP, shopEvent, writeLines } from './shop.ts';
import { DemoError, type Stage } from './stage.ts';

const ORDERS = 200;
/** Every fourth order is paid in time; every fifth customer has no WeChat. */
const [PAID_EVERY, NO_WECHAT_EVERY] = [4, 5];
/** Reminders fall due one after the other from so long after the import on, over so long. */
const [LEAD_MS, SPREAD_MS] = [2_500, 4_000];
const TEN_MINUTES_MS = 600_000;
const PATIENCE_MS = 60_000;

/** Act 2: the real daemon under the real clock is killed twice while reminders go out; nothing is lost, nothing is double. */
export async function playKill(stage: Stage): Promise<void> {
  const { screen } = stage;
  screen.title('2. The daemon is killed while it sends');
  screen.say(
    `${ORDERS} orders, placed nearly ten minutes ago, so that nobody waits here; every fourth is paid already`,
  );
  screen.say('their customers live where it is noon now: elsewhere quiet hours might hold the messages');
  const server = await startMailServer();
  stage.env['MKA_SMTP_PORT'] = String(server.port);
  try {
    addCustomers(stage, customers(new Date()));
    const first = await startDaemon(stage);
    const startMs = Date.now();
    writeLines(stage, 'flood.ndjson', orders(startMs));
    await stage.mka(['events', 'import', 'flood.ndjson', '-C', SHOP, '-e', 'live']);
    // At random instants, yet while there is something to send.
    const second = await killAndRestart(stage, [first, 1], startMs + LEAD_MS + 300 + Math.random() * 1_200);
    const third = await killAndRestart(stage, [second, 2], Date.now() + 200 + Math.random() * 700);
    await settled(stage, server);
    await end(third, 'SIGTERM');
    screen.command('kill %3');
    screen.say('on SIGTERM it finishes what is in flight');
    await compare(stage, server);
  } finally {
    await server.close();
  }
}

async function startDaemon(stage: Stage): Promise<Program> {
  const daemon = stage.start(['run', '-C', SHOP, '-e', 'live']);
  const deadline = Date.now() + PATIENCE_MS;
  while (!daemon.printed().includes('listening on')) {
    if (Date.now() > deadline || daemon.hasEnded())
      throw new DemoError(`the daemon does not start:\n${daemon.printed()}`);
    await sleep(20);
  }
  const takeOver = /^.*took over.*$/m.exec(daemon.printed());
  if (takeOver) stage.screen.output(takeOver[0].trim());
  return daemon;
}

async function end(daemon: Program, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  daemon.kill(signal);
  await daemon.ended;
}

async function killAndRestart(stage: Stage, [daemon, job]: readonly [Program, number], atMs: number): Promise<Program> {
  await sleep(Math.max(0, atMs - Date.now()));
  await end(daemon, 'SIGKILL');
  const reached = deliveredTo(dataDir(stage), 'wechat').length;
  stage.screen.command(`kill -9 %${job}`);
  stage.screen.say(`dead, after ${reached} messages by WeChat`);
  return startDaemon(stage);
}

/** Waits until every reminder has arrived or is accounted for as unknown. */
async function settled(stage: Stage, server: MailServer): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline) {
    const arrived = deliveredTo(dataDir(stage), 'wechat').length + server.mails.length;
    // A mail that was under way at a kill is never repeated: SMTP could not tell a repeat.
    const mayBeLost = 2 * MAIL_CONCURRENCY;
    if (arrived >= unpaid().length) return;
    if (arrived >= unpaid().length - mayBeLost && (await isIdle(stage))) return;
    await sleep(100);
  }
}

/** Connections of the e-mail channel at once: what may be under way at a kill. */
const MAIL_CONCURRENCY = 8;

async function isIdle(stage: Stage): Promise<boolean> {
  const { due, backlog, mailbox, outbox } = await stage.status(SHOP, 'live');
  const waiting = Object.values(outbox).reduce((sum, count) => sum + count, 0);
  return due + backlog + mailbox + waiting === 0;
}

async function compare(stage: Stage, server: MailServer): Promise<void> {
  const { screen } = stage;
  const wechat = deliveredTo(dataDir(stage), 'wechat').map(({ body }) => orderIn(body));
  const mail = server.mails.map(({ text }) => orderIn(text));
  const got = [...wechat, ...mail];
  const { sends } = await stage.status(SHOP, 'live');
  const unknown = sends['unknown'] ?? 0;
  const missing = unpaid().filter((order) => !got.includes(order));
  screen.output(`${figure(wechat.length)} by WeChat, ${figure(mail.length)} by e-mail, ${unknown} unknown`);
  screen.check('nobody got it twice', new Set(got).size === got.length);
  screen.check(
    'nobody who had paid got it',
    got.every((order) => unpaid().includes(order)),
  );
  screen.check(
    'everybody else got it; what was in doubt at a kill is shown as unknown',
    missing.length <= unknown && unknown <= 2 * MAIL_CONCURRENCY,
    `${missing.length} missing, ${unknown} unknown`,
  );
  const [inDoubt] = missing;
  if (inDoubt !== undefined) await stage.mka(['explain', inDoubt.replace('k', 'c'), '-C', SHOP, '-e', 'live']);
}

function orderIn(text: string): string {
  return /order (k\d+)/.exec(text)?.[1] ?? text;
}

const numbers = Array.from({ length: ORDERS }, (_, index) => index + 1);

function unpaid(): string[] {
  return numbers.filter((number) => number % PAID_EVERY !== 0).map((number) => `k${number}`);
}

function orders(nowMs: number): string[] {
  return numbers.flatMap((number) => {
    const dueMs = nowMs + LEAD_MS + (SPREAD_MS * number) / ORDERS;
    const about = { order: `k${number}`, user: `c${number}`, atMs: Math.round(dueMs) - TEN_MINUTES_MS };
    const created = shopEvent('order.created', about);
    return number % PAID_EVERY === 0
      ? [created, shopEvent('order.paid', { ...about, atMs: about.atMs + 60_000 })]
      : [created];
  });
}

function customers(now: Date): string[][] {
  const zone = zoneOfNoon(now);
  return numbers.map((number) => {
    const openid = number % NO_WECHAT_EVERY === 0 ? '' : `o-c${number}`;
    return [`c${number}`, '何', '', `c${number}@example.com`, openid, 'Shenzhen', zone, 'true'];
  });
}

/** A zone in which it is between 12:00 and 13:00. The signs of these names are turned: Etc/GMT-8 is eight hours ahead. */
function zoneOfNoon(now: Date): string {
  const ahead = 12 - now.getUTCHours();
  return ahead === 0 ? 'Etc/GMT' : `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`;
}

function dataDir({ dir }: Stage): string {
  return join(dir, SHOP, '.mka', 'live');
}
