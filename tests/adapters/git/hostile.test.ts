import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/engine/adapters/clock/system-clock.ts';
import { openLocalRepository } from '../../../src/engine/adapters/source/git/local-repository.ts';
import { openGitMirror } from '../../../src/engine/adapters/source/git/mirror.ts';
import { commitFiles, emptyRepository, git, temporaryFolder } from './authors-repository.ts';

const variables = process.env;

/** A work tree whose configuration, attributes and hooks each start a program that leaves `marker`. */
function trap(): { dir: string; commit: string; marker: string } {
  const dir = emptyRepository();
  const marker = join(dir, '..', 'ran');
  const run = join(dir, '..', 'run');
  writeFileSync(run, `#!/bin/sh\necho "$0 $@" >> ${marker}\nexec cat\n`);
  chmodSync(run, 0o755);
  writeFileSync(join(dir, 'a.yaml'), 'a: 1\n');
  writeFileSync(join(dir, '.gitattributes'), '*.yaml filter=evil diff=evil merge=evil text\n');
  git(dir, ['add', '--all']);
  git(dir, ['commit', '--quiet', '--message=first']);
  const commit = git(dir, ['rev-parse', 'HEAD']);
  const evil = ['core.fsmonitor', 'core.pager', 'core.sshCommand', 'core.askPass', 'core.alternateRefsCommand'];
  const filter = ['filter.evil.clean', 'filter.evil.smudge', 'filter.evil.process', 'diff.evil.textconv'];
  const others = ['diff.external', 'credential.helper', 'gpg.program', 'gpg.ssh.program', 'uploadpack.packObjectsHook'];
  for (const key of [...evil, ...filter, ...others]) git(dir, ['config', key, run]);
  const inert = { 'filter.evil.required': 'true', 'log.showSignature': 'true', 'core.hooksPath': join(dir, 'hooks') };
  const lazy = { 'remote.o.promisor': 'true', 'remote.o.url': `ext::${run} %S`, 'protocol.ext.allow': 'always' };
  const aliases = { 'alias.status': `!${run}`, 'extensions.partialClone': 'o', 'core.repositoryFormatVersion': '1' };
  for (const [key, value] of Object.entries({ ...inert, ...lazy, ...aliases })) git(dir, ['config', key, value]);
  for (const folder of ['hooks', '.git/hooks']) {
    mkdirSync(join(dir, folder), { recursive: true });
    for (const hook of ['post-index-change', 'post-checkout', 'reference-transaction', 'fsmonitor-watchman']) {
      writeFileSync(join(dir, folder, hook), `#!/bin/sh\necho ${hook} >> ${marker}\n`, { mode: 0o755 });
    }
  }
  return { dir, commit, marker };
}

describe('a repository that wants programs to run', () => {
  it('runs none while it is read where it stands', async () => {
    const { dir, commit, marker } = trap();
    const repository = await openLocalRepository(dir, { variables });
    writeFileSync(join(dir, 'a.yaml'), 'a: 2\n');
    expect((await repository.head()).commit).toBe(commit);
    expect((await repository.dirtyFiles()).slice(0, 1)).toEqual(['a.yaml']);
    await repository.snapshot(commit, '');
    await repository.people(null, commit);
    await repository.mergeBase(commit, commit);
    expect(await repository.resolve('main')).toBe(commit);
    expect(await repository.isAncestor('f'.repeat(40), commit)).toBe(false);
    expect(existsSync(marker) ? readFileSync(marker, 'utf8') : '').toBe('');
  });

  it('is a real trap: plain git runs them', () => {
    const { dir, marker } = trap();
    writeFileSync(join(dir, 'a.yaml'), 'a: 2\n');
    expect(() => git(dir, ['-c', 'core.fsmonitor=false', 'status'])).toThrow('filter');
    expect(readFileSync(marker, 'utf8')).toContain('run');
  });

  it('runs none when an object is missing that git would fetch', async () => {
    const { dir, commit, marker } = trap();
    const blob = git(dir, ['rev-parse', 'HEAD:a.yaml']);
    rmSync(join(dir, '.git/objects', blob.slice(0, 2), blob.slice(2)));
    const repository = await openLocalRepository(dir, { variables });
    await expect(repository.snapshot(commit, '')).rejects.toMatchObject({ code: 'git/failed' });
    expect(existsSync(marker) ? readFileSync(marker, 'utf8') : '').toBe('');
  });

  it('gives a mirror bytes without filters, and no hook or configuration', async () => {
    const { dir, commit, marker } = trap();
    const dataDir = temporaryFolder();
    const url = `file://${dir}`;
    const source = openGitMirror({ url, dataDir, clock: systemClock(), variables, protocols: ['file'] });
    await source.fetch();
    const { files } = await source.snapshot(commit, '');
    const texts = files.map(({ path, bytes }) => [path, new TextDecoder().decode(bytes).length]);
    expect(texts).toEqual([
      ['.gitattributes', 45],
      ['a.yaml', 5],
    ]);
    const [mirror = ''] = readdirSync(join(dataDir, 'git'));
    expect(existsSync(join(dataDir, 'git', mirror, 'hooks'))).toBe(false);
    expect(git(join(dataDir, 'git', mirror), ['config', '--local', '--list'])).not.toContain('evil');
    expect(existsSync(marker) ? readFileSync(marker, 'utf8') : '').toBe('');
  });
});

describe('a commit made by hand', () => {
  it.each([
    ['..', 'git/unusable-tree'],
    ['.git', 'git/unusable-tree'],
    ['.GIT', 'git/unusable-tree'],
    ['.', 'git/unusable-tree'],
    ['\xff\xfe', 'git/unusable-tree'],
  ])('that holds a folder or file %j is refused', async (name, code) => {
    const dir = emptyRepository();
    commitFiles(dir, 'main', { 'a.yaml': '1' });
    const blob = git(dir, ['rev-parse', 'main:a.yaml']);
    const entry = Buffer.concat([Buffer.from(`100644 ${name}\0`, 'latin1'), Buffer.from(blob, 'hex')]);
    const tree = git(dir, ['hash-object', '-t', 'tree', '--literally', '-w', '--stdin'], entry);
    const commit = git(dir, ['commit-tree', '-m', 'evil', tree]);
    const repository = await openLocalRepository(dir, { variables });
    await expect(repository.snapshot(commit, '')).rejects.toMatchObject({ code });
  });

  it('whose files are too many, too large or too much together is refused', async () => {
    const dir = emptyRepository();
    const commit = commitFiles(dir, 'main', { 'a.yaml': 'x'.repeat(100), 'b.yaml': 'y'.repeat(100) });
    const wide = { files: 9, fileBytes: 999, totalBytes: 999 };
    for (const limits of [
      { ...wide, files: 1 },
      { ...wide, fileBytes: 99 },
      { ...wide, totalBytes: 199 },
    ]) {
      const repository = await openLocalRepository(dir, { variables, limits });
      await expect(repository.snapshot(commit, '')).rejects.toMatchObject({ code: 'git/too-large' });
    }
    const wants = (path: string) => path === 'a.yaml';
    const repository = await openLocalRepository(dir, { variables, limits: { ...wide, files: 1 }, wants });
    expect((await repository.snapshot(commit, '')).files.length).toBe(1);
  });

  it('whose trees hold each other many times over is refused before it unfolds', async () => {
    const dir = emptyRepository();
    commitFiles(dir, 'main', { 'a.yaml': '1' });
    let tree = git(dir, ['rev-parse', 'main^{tree}']);
    for (let depth = 0; depth < 8; depth += 1) {
      const lines = Array.from({ length: 10 }, (_, i) => `040000 tree ${tree}\tf${i}`).join('\n');
      tree = git(dir, ['mktree'], lines);
    }
    const commit = git(dir, ['commit-tree', '-m', 'bomb', tree]);
    const repository = await openLocalRepository(dir, { variables });
    await expect(repository.snapshot(commit, '')).rejects.toMatchObject({ code: 'git/too-large' });
  });

  it('tells the names of its people as they are, without the mapping of the repository', async () => {
    const dir = emptyRepository();
    writeFileSync(join(dir, '.mailmap'), '<boss@example.com> <ann@example.com>\n');
    git(dir, ['config', 'log.mailmap', 'true']);
    const commit = commitFiles(dir, 'main', { '.mailmap': '<boss@example.com> <ann@example.com>\n' });
    git(dir, ['replace', '--force', commit, commitFiles(dir, 'other', { x: '1' }, 'eve@example.com')]);
    const repository = await openLocalRepository(dir, { variables });
    const people = await repository.people(null, commit);
    expect(people.map(({ author, committer }) => [author, committer])).toEqual([
      ['ann@example.com', 'ann@example.com'],
    ]);
  });
});
