import { chownSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isCampaignPath } from '../../../src/engine/adapters/source/git/campaign-files.ts';
import {
  type LocalRepositoryOptions,
  openLocalRepository,
} from '../../../src/engine/adapters/source/git/local-repository.ts';
import { git, temporaryFolder } from './authors-repository.ts';

const FILES = { 'a.yaml': 'a: 1\n', 'sub/b.liquid': 'Hi\n' };

function open(dir: string, parts: Partial<LocalRepositoryOptions> = {}) {
  return openLocalRepository(dir, { variables: process.env, ...parts });
}

/** A clone with one commit and its files on disk; `folder` is the campaign folder within. */
function checkedOut(folder = ''): string {
  const dir = temporaryFolder();
  git(dir, ['init', '--quiet', '--initial-branch=main']);
  mkdirSync(join(dir, folder, 'sub'), { recursive: true });
  for (const [path, text] of Object.entries(FILES)) writeFileSync(join(dir, folder, path), text);
  writeFileSync(join(dir, 'README'), 'beside');
  git(dir, ['add', '--all']);
  git(dir, ['commit', '--quiet', '--message=first']);
  return dir;
}

describe('the repository around a folder', () => {
  it('tells commit, branch, folder and the tree of the folder', async () => {
    const dir = checkedOut('shop/campaigns');
    const repository = await open(join(dir, 'shop/campaigns'));
    expect(repository.folder).toBe('shop/campaigns');
    expect(await repository.head()).toEqual({
      commit: git(dir, ['rev-parse', 'HEAD']),
      tree: git(dir, ['rev-parse', 'HEAD:shop/campaigns']),
      branch: 'main',
    });
    expect(await repository.branch()).toBe('main');
    expect(await repository.resolve('HEAD')).toBe(git(dir, ['rev-parse', 'HEAD']));
    expect(await repository.dirtyFiles()).toEqual([]);
  });

  it('works where the head is detached, and says so when a branch is asked for', async () => {
    const dir = checkedOut();
    git(dir, ['checkout', '--quiet', '--detach']);
    const repository = await open(dir);
    expect((await repository.head()).branch).toBeNull();
    await expect(repository.branch()).rejects.toMatchObject({ code: 'git/detached-head', hint: expect.any(String) });
  });

  it('finds the branch of the remote where there is no local one, as in CI', async () => {
    const dir = checkedOut();
    const commit = git(dir, ['rev-parse', 'HEAD']);
    git(dir, ['update-ref', 'refs/remotes/origin/release', commit]);
    const repository = await open(dir);
    expect([await repository.resolve('release'), await repository.resolve('origin/release')]).toEqual([commit, commit]);
  });

  it.each([
    ['no git', { variables: { PATH: '/nowhere' } }, 'git/not-installed'],
    ['a program that is not there', { program: '/nowhere/git' }, 'git/not-installed'],
  ])('%s is one clear error', async (_, options, code) => {
    await expect(open(checkedOut(), options)).rejects.toMatchObject({ code, hint: expect.any(String), exitCode: 69 });
  });

  it('refuses a folder that is in none, one that is not there, and a bare repository', async () => {
    const bare = temporaryFolder();
    git(bare, ['init', '--quiet', '--bare']);
    for (const dir of [temporaryFolder(), '/nowhere', bare]) {
      const refused = { code: 'git/not-a-repository', message: expect.stringContaining(dir), exitCode: 64 };
      await expect(open(dir)).rejects.toMatchObject(refused);
    }
  });

  it('a repository without a commit, and a folder that was never committed, say what to do', async () => {
    const dir = temporaryFolder();
    git(dir, ['init', '--quiet']);
    await expect((await open(dir)).head()).rejects.toMatchObject({ code: 'git/no-commit' });
    const other = checkedOut();
    mkdirSync(join(other, 'new'));
    await expect((await open(join(other, 'new'))).head()).rejects.toMatchObject({ code: 'git/no-folder' });
  });

  it('a shallow clone does not answer who wrote what', async () => {
    const dir = checkedOut();
    git(dir, ['commit', '--quiet', '--allow-empty', '--message=second']);
    const shallow = join(temporaryFolder(), 'shallow');
    git(dir, ['clone', '--quiet', '--depth=1', `file://${dir}`, shallow]);
    const repository = await open(shallow);
    const { commit } = await repository.head();
    const older = git(dir, ['rev-parse', 'HEAD^']);
    const hint = expect.stringContaining('fetch-depth: 0');
    const refused = { code: 'git/shallow', hint };
    await expect(repository.people(null, commit)).rejects.toMatchObject(refused);
    await expect(repository.isAncestor(older, commit)).rejects.toMatchObject(refused);
    expect(await repository.isAncestor(commit, commit)).toBe(true);
  });

  it('is read also when it belongs to another user and a hook has set variables of git', async () => {
    const dir = checkedOut();
    if (process.getuid?.() === 0) for (const name of ['.', '.git']) chownSync(join(dir, name), 12_345, 12_345);
    const variables = { ...process.env, GIT_DIR: '/nowhere', GIT_INDEX_FILE: '/nowhere/index', GIT_EXTERNAL_DIFF: 'x' };
    const repository = await open(dir, { variables });
    expect((await repository.head()).branch).toBe('main');
    expect(await repository.dirtyFiles()).toEqual([]);
  });
});

describe('files that differ from the commit', () => {
  it('are the changed, removed, staged and new ones of the campaign folder alone', async () => {
    const dir = checkedOut('shop');
    const shop = join(dir, 'shop');
    writeFileSync(join(shop, 'a.yaml'), 'a: 2\n');
    rmSync(join(shop, 'sub/b.liquid'));
    writeFileSync(join(shop, 'new\nline.yaml'), '');
    writeFileSync(join(shop, 'staged.yaml'), '');
    git(dir, ['add', 'shop/staged.yaml']);
    symlinkSync('/etc/passwd', join(shop, 'link.yaml'));
    writeFileSync(join(dir, 'README'), 'changed');
    const repository = await open(shop);
    const dirty = ['a.yaml', 'link.yaml', 'new\nline.yaml', 'staged.yaml', 'sub/b.liquid'];
    expect([...(await repository.dirtyFiles())].sort()).toEqual(dirty);
    const message = expect.stringMatching(/^5 files differ from the commit: a\.yaml, /);
    await expect(repository.requireClean()).rejects.toMatchObject({ code: 'git/dirty', message });
  });

  it('are not those that are ignored, nor those that no campaign needs', async () => {
    const dir = checkedOut();
    writeFileSync(join(dir, '.git/info/exclude'), 'private.yaml\n');
    writeFileSync(join(dir, '.gitignore'), '/data\n');
    mkdirSync(join(dir, 'data'));
    for (const name of ['private.yaml', 'data/x.yaml', 'plan.json']) writeFileSync(join(dir, name), 'x');
    expect(await (await open(dir)).dirtyFiles()).toEqual(['.gitignore', 'plan.json']);
    const repository = await open(dir, { wants: isCampaignPath });
    expect(await repository.dirtyFiles()).toEqual([]);
    await repository.requireClean();
  });

  it('are not those that the checkout gave other line endings', async () => {
    const dir = checkedOut();
    writeFileSync(join(dir, 'a.yaml'), 'a: 1\r\n');
    expect(await (await open(dir)).dirtyFiles()).toEqual([]);
  });

  it('are told in a linked work tree too', async () => {
    const dir = checkedOut();
    const linked = join(temporaryFolder(), 'linked');
    git(dir, ['worktree', 'add', '--quiet', linked]);
    writeFileSync(join(linked, 'a.yaml'), 'a: 3\n');
    const repository = await open(linked);
    expect([(await repository.head()).branch, await repository.dirtyFiles()]).toEqual(['linked', ['a.yaml']]);
  });

  it('are looked for without a trace in the repository', async () => {
    const dir = checkedOut();
    const before = readdirSync(join(dir, '.git'), { recursive: true });
    await (await open(dir)).dirtyFiles();
    expect(readdirSync(join(dir, '.git'), { recursive: true })).toEqual(before);
  });
});
