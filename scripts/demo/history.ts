import { join, resolve } from 'node:path';
import { lastPurchaseMs, type Recount, recount } from '../../tests/cdnow/recount.ts';
import { type MailServer, startMailServer } from './mail-server.ts';
import { figure, table } from './screen.ts';
import { addEnvironment, copyRepository, deliveredTo } from './shop.ts';
import type { Stage } from './stage.ts';

const REPOSITORY = resolve(import.meta.dirname, '..', '..', 'campaigns', 'cdnow');
const HISTORY = join('cdnow', 'data', 'CDNOW_master.txt');
/** Has asked for e-mail; bought again after 27 days, and once more after 67. */
const SOMEBODY = '01056';
/** What the demo may send over SMTP at most. */
const MAX_MAILS = 2_000;

/** Act 3: eighteen months of a real shop go through the daemon, and every figure is counted a second way. */
export async function playHistory(stage: Stage): Promise<void> {
  const { screen, dir } = stage;
  screen.title('3. Eighteen months of a real shop');
  copyRepository(REPOSITORY, join(dir, 'cdnow'));
  addEnvironment(join(dir, 'cdnow'), 'replay');
  screen.say('cdnow/ is a copy of campaigns/cdnow: win-back after 30 days, thank-you after the first purchase');
  const files = ['cdnow/data/CDNOW_master.txt', 'purchases.ndjson', 'cdnow/data/customers.csv'];
  const converter = resolve(import.meta.dirname, 'cdnow-events.ts');
  await stage.node(`node scripts/demo/cdnow-events.ts ${files.join(' ')}`, [converter, ...files]);
  const server = await startMailServer();
  Object.assign(stage.env, { SMTP_HOST: '127.0.0.1', SMTP_PORT: String(server.port) });
  try {
    const untilMs = lastPurchaseMs(join(dir, HISTORY));
    await replay(stage, untilMs);
    await report(stage, server, recount(join(dir, HISTORY), untilMs));
  } finally {
    await server.close();
  }
  screen.say(`why was customer ${SOMEBODY} written to?`);
  await stage.mka(['explain', SOMEBODY, '-C', 'cdnow', '-e', 'replay']);
}

/** The replay ends at the last purchase: what a customer did after it is not known, so nobody is missed after it. */
async function replay(stage: Stage, untilMs: number): Promise<void> {
  const until = new Date(untilMs).toISOString().replace('.000', '');
  const history = ['--clock', 'virtual', '--events', 'purchases.ndjson', '--until', until];
  await stage.mka(['run', '-C', 'cdnow', '-e', 'replay', ...history]);
}

async function report(stage: Stage, server: MailServer, expected: Recount): Promise<void> {
  const { screen } = stage;
  const { thankYou, winBack } = expected;
  const { counters, sends, users } = await stage.status('cdnow', 'replay');
  const inbox = deliveredTo(dataDir(stage), 'inbox');
  const missed = inbox.filter(({ body }) => body.includes('thirty days ago'));
  const count = (name: string) => counters[name] ?? 0;
  const customers = new Set([...inbox.map(({ to }) => to), ...server.mails.map(({ to }) => to.slice(1, 6))]);
  const refused = count('refused/already_entered') + count('refused/live');
  compare(stage, [
    ['users', customers.size, expected.users],
    ['purchases: a first one or a later one', customers.size + refused, expected.purchases],
    ['entries: win-back', count('entered') - customers.size, winBack.entries],
    ['refused: not the first purchase', refused, thankYou.refused],
    ['ended: restarted by a purchase', count('ended/restarted'), winBack.restarted],
    ['ended: completed', count('ended/completed'), winBack.completed + thankYou.completed],
    ['still waiting at the last purchase', users, winBack.waiting],
    ['thank-you by e-mail (SMTP)', server.mails.length, thankYou.sent.email],
    ['thank-you in the inbox', inbox.length - missed.length, thankYou.sent.inbox],
    ['win-back in the inbox', missed.length, winBack.sent],
    ['accepted by their channels', sends['accepted'] ?? 0, winBack.sent + thankYou.entries],
  ]);
  const months = Map.groupBy(missed, ({ at }) => at.slice(0, 7));
  screen.say('win-back by month');
  compare(
    stage,
    Object.entries(winBack.sentByMonth).map(([month, wanted]) => [month, months.get(month)?.length ?? 0, wanted]),
  );
  const keys = new Set(inbox.map(({ key }) => key)).size + new Set(server.mails.map(({ to }) => to)).size;
  screen.check('no message came twice', keys === inbox.length + server.mails.length);
  screen.check(`at most ${figure(MAX_MAILS)} over SMTP`, server.mails.length <= MAX_MAILS);
}

/** Shows what was replayed beside what an independent recount says (tests/cdnow/recount.ts); they must be equal. */
function compare({ screen }: Stage, rows: readonly (readonly [string, number, number])[]): void {
  const cells = rows.map(([name, replayed, recounted]) => [name, figure(replayed), figure(recounted)]);
  screen.output(table([['', 'replayed', 'recounted'], ...cells]));
  const off = rows.filter(([, replayed, recounted]) => replayed !== recounted).map(([name]) => name);
  screen.check('both say the same', off.length === 0, off.join(', '));
}

function dataDir({ dir }: Stage): string {
  return join(dir, 'cdnow', '.mka', 'replay');
}
