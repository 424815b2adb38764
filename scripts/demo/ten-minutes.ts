import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startMailServer } from './mail-server.ts';
import { deliveredTo, prepareShop, SHOP, shopEvent, writeLines } from './shop.ts';
import type { Stage } from './stage.ts';

const TEN = Date.parse('2026-11-22T10:00:00+08:00');
const MINUTE_MS = 60_000;

/** Act 1: two orders, one is paid; ten minutes pass on a virtual clock; WeChat refuses, e-mail takes over. */
export async function playTenMinutes(stage: Stage): Promise<void> {
  const { screen } = stage;
  screen.title('1. An order is not paid for ten minutes');
  prepareShop(stage);
  screen.say(`${SHOP}/ is a copy of the repository's campaigns/`);
  await stage.mka(['validate', '-C', SHOP]);
  await stage.mka(['test', '-C', SHOP]);

  screen.say('a mail server of its own; it prints what it is given');
  const server = await startMailServer(({ to, subject, text }) => {
    screen.output(`mail to ${to}\n  Subject: ${subject}\n  ${text}`);
  });
  stage.env['MKA_SMTP_PORT'] = String(server.port);
  try {
    await tenMinutes(stage);
    const mails = server.mails;
    const [mail] = mails;
    screen.check('one message went out', mails.length === 1, `${mails.length} did`);
    screen.check(
      'to who has not paid, by e-mail, with the surname',
      mail?.to === 'u1@example.com' && /李/.test(mail.text),
    );
    screen.check('WeChat refused and took nothing', deliveredTo(dataDir(stage), 'wechat').length === 0);
  } finally {
    await server.close();
  }
  screen.say('why did u1 get it? why did u2 not?');
  const paid = [
    await stage.mka(['explain', 'u1', '-C', SHOP, '-e', 'story']),
    await stage.mka(['explain', 'u2', '-C', SHOP, '-e', 'story']),
  ];
  screen.check('explain names the exit of the paid order', /exit_event/.test(paid[1]?.stdout ?? ''));
  const said = paid.map(({ stdout }) => stdout).join('');
  screen.check('personal data is masked', !/u1@example\.com|李|王|\+86138/.test(said));
}

async function tenMinutes(stage: Stage): Promise<void> {
  const { screen } = stage;
  screen.say('10:00 in Shenzhen: u1 orders o1, u2 orders o2; at 10:05 o2 is paid; WeChat is out of order all day');
  const orders = [
    shopEvent('order.created', { order: 'o1', user: 'u1', atMs: TEN }),
    shopEvent('order.created', { order: 'o2', user: 'u2', atMs: TEN }),
    shopEvent('order.paid', { order: 'o2', user: 'u2', atMs: TEN + 5 * MINUTE_MS }),
  ];
  writeLines(stage, 'orders.ndjson', orders);
  screen.command('cat orders.ndjson');
  screen.output(orders.join('\n'));
  const refusal = '{"behaviour":"refuse"}';
  mkdirSync(dataDir(stage), { recursive: true });
  writeFileSync(join(dataDir(stage), 'wechat.ndjson.control.json'), refusal);
  screen.command(`echo '${refusal}' > ${SHOP}/.mka/story/wechat.ndjson.control.json`);
  const until = new Date(TEN + 10 * MINUTE_MS).toISOString().replace('.000', '');
  const replay = ['--clock', 'virtual', '--events', 'orders.ndjson', '--until', until];
  await stage.mka(['run', '-C', SHOP, '-e', 'story', ...replay]);
}

function dataDir({ dir }: Stage): string {
  return join(dir, SHOP, '.mka', 'story');
}
