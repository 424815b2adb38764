import { execFileSync } from 'node:child_process';
import { expect, it, onTestFinished } from 'vitest';
import { commitOf } from '../../src/engine/adapters/source/commit.ts';
import { createShop } from '../daemon/shop.ts';

it('names the commit only while the files of the repository are those of it', async () => {
  const shop = createShop();
  onTestFinished(() => shop.remove());
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', shop.dir, '-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
  expect(await commitOf(shop.dir)).toBeUndefined();
  git('init', '--quiet');
  git('add', '.');
  git('commit', '--quiet', '--no-verify', '-m', 'shop');
  const head = git('rev-parse', 'HEAD').trim();
  expect(await commitOf(shop.dir)).toBe(head);
  shop.write('.mka/dev/notes.txt', 'state');
  expect(await commitOf(shop.dir)).toBe(head);
  shop.write('lists/more.list.yaml', 'kind: List');
  expect(await commitOf(shop.dir)).toBeUndefined();
});
