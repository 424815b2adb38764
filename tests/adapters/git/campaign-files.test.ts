import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { campaignFiles } from '../../../src/engine/adapters/source/git/campaign-files.ts';
import { openLocalRepository } from '../../../src/engine/adapters/source/git/local-repository.ts';
import { readRepository } from '../../../src/engine/adapters/source/local.ts';
import { commitFiles, emptyRepository } from './authors-repository.ts';

const PATHS = [
  ...['mka.yaml', 'a.yml', 'B.yaml', 'z/y.csv', 'z.liquid', 'z-a.liquid', 'README.md', 'a.yaml.bak', '王/é.yaml'],
  ...['.github/w.yaml', 'z/.hidden/x.yaml', '.dot.yaml', 'node_modules/p/x.yaml', 'other/mka.yaml', 'other/x/y.yaml'],
];

it('a commit gives the compiler the same files in the same order as the folder itself', async () => {
  const dir = emptyRepository();
  for (const path of PATHS) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), path);
  }
  const commit = commitFiles(dir, 'main', Object.fromEntries(PATHS.map((path) => [path, path])));
  const repository = await openLocalRepository(dir, { variables: process.env });
  const files = campaignFiles((await repository.snapshot(commit, '')).files);
  const text = ({ path, bytes }: { path: string; bytes: Uint8Array }) => [path, Buffer.from(bytes).toString()];
  expect(files.map(text)).toEqual(readRepository(dir).map(text));
  expect(files.length).toBe(7);
});
