import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually, mka, type RunningDaemon, startDaemon } from '../daemon/running.ts';
import { orderEvent } from '../daemon/shop.ts';
import { createTeam, release, type Team } from './team.ts';

let team: Team;
let daemons: RunningDaemon[] = [];
beforeAll(() => {
  team = createTeam({ wait: '8s' });
});
afterAll(async () => {
  await Promise.all(daemons.map((daemon) => daemon.end('SIGTERM')));
  team.remove();
});

interface Message {
  readonly at: string;
  readonly to: string;
}

const sent = (): Message[] => {
  const text = readFileSync(join(team.dataDir, 'wechat.ndjson'), { encoding: 'utf8', flag: 'a+' });
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Message);
};
const status = async () => {
  const { stdout } = await mka(['status', '-e', 'prod', '--dir', team.host, '--json']);
  return JSON.parse(stdout) as {
    release: { generation: number };
    conditions: { type: string; reason: string; message: string; commit: string | null }[];
    daemons: unknown[];
  };
};
const conditionOf = async (type: string) => (await status()).conditions.find((one) => one.type === type);
const active = async () => (await status()).release.generation;
const order = async (user: string, id: string) => {
  const answer = await (daemons[0] as RunningDaemon).post('/v1/events', orderEvent('created', id, user));
  expect(answer.status).toBe(202);
};
const merge = (branch: string) => {
  team.ben.git('fetch', '--quiet');
  team.ben.git('merge', '--quiet', '--ff-only', `origin/${branch}`);
  team.ben.git('push', '--quiet', 'origin', 'HEAD:main');
};

it('two people, one repository: plan, approve, deploy, follow, refuse, roll back', async () => {
  const { ada, ben } = team;
  // Ada's first commit, approved by Ben, and three daemons on one store: one sends, two stand by.
  expect(await release(team, { by: ada, approver: ben }, 'first')).toMatchObject({ code: 0 });
  for (let count = 0; count < 3; count += 1) daemons.push(await startDaemon(team.host, { args: ['-e', 'prod'] }));
  await eventually(async () => (await conditionOf('Active'))?.message === 'generation 1');
  expect(daemons.filter((one) => one.stderr().includes('daemon/active'))).toHaveLength(1);

  // Outside the audience as it is.
  await order('u1', 'too-early');

  // On a branch Ada widens the audience and shortens the wait; Ben approves exactly that and merges it.
  ada.git('checkout', '--quiet', '-b', 'wider');
  ada.replace('reminder/reminder.campaign.yaml', 'user.surname == "Wang"', 'user.surname in ["Wang", "Li1", "Li2"]');
  ada.replace('reminder/reminder.campaign.yaml', 'wait: {after: 8s}', 'wait: {after: 1s}');
  ada.git('commit', '--quiet', '-am', 'a wider audience, a shorter wait');
  ada.git('push', '--quiet', 'origin', 'wider');
  const plan = team.file('wider.json');
  const planned = await ada.mka('plan', '-e', 'prod', '--out', plan);
  expect(planned).toMatchObject({ code: 0 });
  expect(planned.stdout).toContain('campaign:reminder');
  const early = await ada.mka('deploy', plan, '-e', 'prod', '--signing-key', team.deployKey, '--json');
  expect(early).toMatchObject({ code: 77 });
  expect(JSON.parse(early.stdout)).toMatchObject({ error: { code: 'approval/missing' } });
  ben.git('fetch', '--quiet');
  ben.git('checkout', '--quiet', 'origin/wider');
  expect(await ben.mka('approve', plan, '--key', ben.key)).toMatchObject({ code: 0 });
  ben.git('checkout', '--quiet', 'main');
  merge('wider');
  const enteredAtMs = Date.now();
  await order('w0', 'first');
  expect(await ben.mka('deploy', plan, '-e', 'prod', '--signing-key', team.deployKey)).toMatchObject({ code: 0 });
  expect(await active()).toBe(2);

  // Those under way keep their eight seconds (R13); who enters now waits for one, and more people may.
  await order('u1', 'second');
  await eventually(() => sent().length === 2);
  expect(sent().map(({ to }) => to)).toEqual(['w-u1', 'w-w0']);
  expect(Date.parse(sent()[1]?.at ?? '') - enteredAtMs).toBeGreaterThanOrEqual(8_000);
  await eventually(async () => (await conditionOf('Active'))?.message === 'generation 2');

  // A bad commit is refused with file and line; sending goes on.
  ada.git('checkout', '--quiet', 'main');
  ada.git('pull', '--quiet');
  ada.replace('reminder/reminder.campaign.yaml', 'wait: {after: 1s}', 'wait: {afer: 1s}');
  ada.git('commit', '--quiet', '-am', 'a slip');
  ada.git('push', '--quiet', 'origin', 'HEAD:main');
  await eventually(async () => (await conditionOf('Rejected'))?.reason === 'reconcile/invalid');
  expect((await conditionOf('Rejected'))?.message).toMatch(
    /reminder\/reminder\.campaign\.yaml:\d+:\d+ error\[schema\//,
  );
  await order('u2', 'third');
  await eventually(() => sent().some(({ to }) => to === 'w-u2'));

  // One that builds but sends nonsense is deployed, then rolled back: the daemons do not take it again.
  ada.replace('reminder/reminder.campaign.yaml', 'wait: {afer: 1s}', 'wait: {after: 10m}');
  ada.git('commit', '--quiet', '-am', 'far too long');
  ada.git('push', '--quiet', 'origin', 'HEAD:main');
  ben.git('pull', '--quiet');
  expect(await release(team, { by: ada, approver: ben }, 'long')).toMatchObject({ code: 0 });
  const bad = ada.git('rev-parse', 'HEAD');
  const back = await ben.mka(
    'rollback',
    '-e',
    'prod',
    '--reason',
    'nobody is reminded',
    '--signing-key',
    team.deployKey,
    '--json',
  );
  expect(back).toMatchObject({ code: 0 });
  expect(JSON.parse(back.stdout)).toMatchObject({ deployment: { generation: 4, kind: 'rollback', holds: bad } });
  await eventually(async () => (await conditionOf('Rejected'))?.reason === 'reconcile/held');
  await order('w7', 'fourth');
  await eventually(() => sent().some(({ to }) => to === 'w-w7'));
  expect(await active()).toBe(4);

  // Whoever stood by takes over and knows the same release.
  const first = daemons.find((one) => one.stderr().includes('daemon/active')) as RunningDaemon;
  await first.end('SIGKILL');
  daemons = daemons.filter((one) => one !== first);
  await order('w8', 'fifth');
  await eventually(() => sent().some(({ to }) => to === 'w-w8'));
  expect(
    sent()
      .map(({ to }) => to)
      .sort(),
  ).toEqual(['w-u1', 'w-u2', 'w-w0', 'w-w7', 'w-w8']);
  const history = await mka(['history', '-e', 'prod', '--dir', team.host, '--verify']);
  expect(history).toMatchObject({ code: 0 });
}, 60_000);
