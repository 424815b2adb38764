import { expect, it } from 'vitest';
import { runMka } from '../package/run-mka.ts';
import { GitShop } from './git-shop.ts';

it('the commands answer by their exit codes, data on stdout, words on stderr', { timeout: 120_000 }, async () => {
  const shop = new GitShop().init();
  const mka = (...args: string[]) =>
    runMka([...args, '--dir', shop.dir], { env: { MKA_ENV: '', GITHUB_REPOSITORY: '', GITHUB_TOKEN: '' } });
  await shop.deploy();
  expect(mka('plan', '-e', 'prod', '--detailed-exitcode')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('Nothing changes.'),
  });
  shop.branch('change').widen().commit('ada@example.com');
  expect(mka('diff', 'main', '--exit-code')).toMatchObject({ code: 2, stdout: expect.stringContaining('1d → 12h') });
  expect(mka('diff', '-e', 'prod')).toMatchObject({ code: 0, stderr: '1 to update\n' });
  const planned = mka('plan', '-e', 'prod', '--out', shop.plan, '--detailed-exitcode');
  expect(planned).toMatchObject({ code: 2, stdout: expect.stringContaining('9 → 10') });
  expect(planned.stderr).toContain(shop.plan);
  expect(mka('approvals', 'check', shop.plan)).toMatchObject({
    code: 77,
    stderr: expect.stringContaining('approval/missing: 1 more'),
  });
  expect(mka('approve', shop.plan, '--key', shop.key('ada'))).toMatchObject({
    code: 77,
    stderr: expect.stringContaining('error[approval/author]'),
  });
  expect(mka('approve', shop.plan, '--key', shop.key('bo'))).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('bo@example.com agrees'),
  });
  expect(JSON.parse(mka('approvals', 'check', shop.plan, '--json').stdout)).toMatchObject({
    version: 1,
    isApproved: true,
  });
  expect(mka('policy', 'check', shop.plan)).toMatchObject({ code: 0, stderr: 'no rule stops it\n' });
  expect(mka('policy', 'test')).toMatchObject({ code: 1, stderr: 'no cases\n' });
  expect(mka('ci', 'comment', shop.plan, '--print').stdout).toMatch(/^<!-- mka plan shop\/prod -->\n/);
  expect(mka('ci', 'comment', shop.plan)).toMatchObject({ code: 64 });
  expect(mka('ci', 'comment', shop.plan, '--pull-request', '1')).toMatchObject({
    code: 64,
    stderr: expect.stringContaining('forge/not-configured'),
  });
  expect(JSON.parse(mka('plan', 'show', shop.plan, '--json').stdout)).toMatchObject({ version: 1, problems: [] });
  expect(mka('plan', '-e', 'prdo', '--json')).toMatchObject({
    code: 64,
    stdout: expect.stringContaining('environment/unknown'),
  });
});
