/** Kill test at full size: `npm run proof -- kill [--orders N] [--kills N] [--seed N]`; writes docs/proofs/kill.md. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { judge } from '../kill/judge.ts';
import { killRun } from '../kill/kill-run.ts';
import { writeProof } from './write-proof.ts';

const { values } = parseArgs({
  options: {
    orders: { type: 'string', default: '20000' },
    kills: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
  },
});
const orders = Number(values.orders);
const kills = Number(values.kills);
const folder = await mkdtemp(join(tmpdir(), 'mka-kill-'));
const say = (line: string) => console.log(line);
try {
  const seed = Number(values.seed);
  say(`undisturbed: ${orders} orders`);
  const undisturbed = await killRun({
    root: join(folder, 'undisturbed'),
    orders,
    kills: 0,
    seed,
    ordersPerSecond: 2_000,
  });
  say(`killed: ${orders} orders, ${kills} kills`);
  const perSecond = Math.max(50, orders / (kills * 1.3));
  const killed = await killRun({ root: join(folder, 'killed'), orders, kills, seed, ordersPerSecond: perSecond, say });
  const verdict = judge(undisturbed, killed);
  const isGood =
    verdict.twiceInFile + verdict.twiceInMail + verdict.lost + verdict.surplus + verdict.unexplained === 0 &&
    verdict.unknown <= verdict.inFlightAtKills &&
    killed.entered === orders;
  await writeProof('kill', 'Kill test', [
    `${orders} orders over HTTP, ${kills} times kill -9 at random instants (seed ${seed}); file channel (class I) and SMTP (class III).`,
    {
      orders,
      kills,
      'seconds, undisturbed': undisturbed.seconds.toFixed(1),
      'seconds, killed': killed.seconds.toFixed(1),
      entered: killed.entered,
      ...killed.ended,
      'send keys, undisturbed run': verdict.expectedKeys,
      'keys in the file channel': verdict.inFile,
      'keys at the mail server': verdict.inMail,
      'keys twice in the file channel': verdict.twiceInFile,
      'keys twice at the mail server': verdict.twiceInMail,
      lost: verdict.lost,
      surplus: verdict.surplus,
      unknown: verdict.unknown,
      'in flight at the kills (class III)': verdict.inFlightAtKills,
      'without a decision record': verdict.unexplained,
    },
  ]);
  if (!isGood) throw new Error('the kill test does not hold');
} finally {
  await rm(folder, { recursive: true });
}
