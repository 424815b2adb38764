import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/engine/adapters/clock/system-clock.ts';
import { type GitMirrorOptions, openGitMirror } from '../../../src/engine/adapters/source/git/mirror.ts';
import { commitFiles, emptyRepository, git, temporaryFolder } from './authors-repository.ts';
import { serveRepository } from './http-repository.ts';

const CLOCK = systemClock();
const SOURCES = join(import.meta.dirname, '../../../src/engine/adapters');

function mirror(url: string, parts: Partial<GitMirrorOptions> = {}) {
  const protocols = ['file', 'http'] as const;
  return openGitMirror({ url, dataDir: temporaryFolder(), clock: CLOCK, variables: process.env, protocols, ...parts });
}

/** What the killed process runs. */
const CLONING = `
  const [url, dataDir] = process.argv.slice(1);
  const { openGitMirror } = await import('${SOURCES}/source/git/mirror.ts');
  const { systemClock } = await import('${SOURCES}/clock/system-clock.ts');
  const variables = process.env;
  await openGitMirror({ url, dataDir, clock: systemClock(), variables, protocols: ['http'] }).fetch();
`;

function mirrorFolder(dataDir: string): string {
  const [name] = readdirSync(join(dataDir, 'git')).filter((each) => each.endsWith('.git'));
  return join(dataDir, 'git', name ?? 'none');
}

describe('a mirror over HTTP', () => {
  it('fetches what was pushed, and sends the credentials of the address as a header alone', async () => {
    const dir = emptyRepository();
    const first = commitFiles(dir, 'main', { 'a.yaml': '1' });
    const { url, authorizations } = await serveRepository(dir);
    const dataDir = temporaryFolder();
    const source = mirror(url.replace('//', '//x-token:s3cr%40t@'), { dataDir });
    await source.fetch();
    expect(await source.resolve('main')).toBe(first);
    expect(new Set(authorizations)).toEqual(new Set([`Basic ${btoa('x-token:s3cr@t')}`]));
    const written = readdirSync(dataDir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const texts = written.map(({ parentPath, name }) => statSync(join(parentPath, name)).size);
    expect(texts.length).toBeGreaterThan(0);
    expect(git(mirrorFolder(dataDir), ['config', '--list'])).not.toContain('s3cr');
  });

  it.each([
    ['an answer of 401', { status: 401 }],
    ['an answer of 500', { status: 500 }],
    ['a way to another host', { status: 302, location: 'http://localhost:1/evil' }],
    ['no answer within the time-out', 'stall'],
    ['a cut in the middle', { cutAfterBytes: 40 }],
  ] as const)('%s is git/unreachable, without credentials, and leaves what was fetched', async (_, behaviour) => {
    const dir = emptyRepository();
    const first = commitFiles(dir, 'main', { 'a.yaml': '1' });
    const server = await serveRepository(dir);
    const dataDir = temporaryFolder();
    const source = mirror(server.url.replace('//', '//me:s3cret@'), { dataDir, timeoutMs: 1500 });
    server.behave(behaviour);
    const refused = { code: 'git/unreachable', message: expect.not.stringMatching(/s3cret|me:/) };
    await expect(source.fetch()).rejects.toMatchObject(refused);
    expect(readdirSync(join(dataDir, 'git'))).toEqual([]);
    await expect(source.resolve('main')).rejects.toMatchObject({ code: 'git/not-fetched' });
    server.behave('serve');
    await source.fetch();
    commitFiles(dir, 'main', { 'b.yaml': 'x'.repeat(10_000) });
    server.behave(behaviour);
    await expect(source.fetch()).rejects.toMatchObject(refused);
    expect(await source.resolve('main')).toBe(first);
    server.behave('serve');
    await source.fetch();
    expect(await source.resolve('main')).not.toBe(first);
  });
});

describe('a mirror whose process was killed', () => {
  it('removes half a clone that nobody works on any more, and leaves one that may be under way', async () => {
    const dir = emptyRepository();
    const first = commitFiles(dir, 'main', { 'a.yaml': '1' });
    const dataDir = temporaryFolder();
    await mirror(dir, { dataDir }).fetch();
    const [dead, alive] = ['dead', 'alive'].map((name) => `${mirrorFolder(dataDir)}.${name}.tmp`) as [string, string];
    for (const half of [dead, alive]) mkdirSync(half);
    utimesSync(dead, 0, 0);
    const source = mirror(dir, { dataDir });
    await source.fetch();
    expect([existsSync(dead), existsSync(alive)]).toEqual([false, true]);
    expect(await source.resolve('main')).toBe(first);
  });

  it('clones anew after a kill in the middle, and removes the half in time', async () => {
    const dir = emptyRepository();
    const first = commitFiles(dir, 'main', { 'a.yaml': '1' });
    const server = await serveRepository(dir);
    server.behave('stall');
    const dataDir = temporaryFolder();
    const child = spawn(process.execPath, ['--input-type=module', '--eval', CLONING, server.url, dataDir]);
    await server.requested;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    server.behave('serve');
    const halves = () => readdirSync(join(dataDir, 'git')).filter((name) => name.endsWith('.tmp'));
    expect(halves().length).toBe(1);
    await mirror(server.url, { dataDir }).fetch();
    const later = { ...CLOCK, now: () => CLOCK.now() + 3_600_000 };
    const source = mirror(server.url, { dataDir, clock: later });
    await source.fetch();
    expect([await source.resolve('main'), halves()]).toEqual([first, []]);
  });

  it.each([
    ['the lock of a ref', (path: string) => writeFileSync(join(path, 'refs/heads/main.lock'), '')],
    ['the lock of all refs', (path: string) => writeFileSync(join(path, 'packed-refs.lock'), '')],
    ['an empty ref', (path: string) => writeFileSync(join(path, 'refs/heads/main'), '')],
    ['no HEAD', (path: string) => writeFileSync(join(path, 'HEAD'), 'nonsense')],
  ])('heals itself of %s', async (_, damage) => {
    const dir = emptyRepository();
    commitFiles(dir, 'main', { 'a.yaml': '1' });
    const dataDir = temporaryFolder();
    await mirror(dir, { dataDir }).fetch();
    damage(mirrorFolder(dataDir));
    // A branch that goes away makes git rewrite all refs.
    const second = commitFiles(dir, 'main', { 'a.yaml': '2' });
    const source = mirror(dir, { dataDir });
    await source.fetch();
    expect(await source.resolve('main')).toBe(second);
    expect(readdirSync(join(dataDir, 'git')).length).toBe(1);
  });
});

describe('the address of a mirror', () => {
  it.each([
    ...['--upload-pack=touch x', '-oProxyCommand=x', 'ext::sh -c id', 'fd::1', 'git://host/x', 'ftp://host/x', ''],
    ...['ssh://-oProxyCommand=x/y', 'ssh://-x@host/y', '-x@host:y', 'host:-x', 'https://host/a\nb', 'rel/ative'],
  ])('%j is refused', (url) => {
    expect(() => mirror(url, { protocols: ['https', 'ssh', 'file'] })).toThrow(
      expect.objectContaining({ code: 'git/bad-url' }),
    );
  });

  it.each(['file:///tmp/x', '/tmp/x', 'http://127.0.0.1/x'])('%s is refused unless it is allowed', (url) => {
    const options = { url, dataDir: temporaryFolder(), clock: CLOCK, variables: process.env };
    expect(() => openGitMirror(options)).toThrow(expect.objectContaining({ code: 'git/bad-url' }));
  });

  it('may be HTTPS, SSH or the short form of SSH', () => {
    for (const url of [
      'https://host/a/b.git',
      'ssh://git@host:22/a/b',
      'git@host.example:a/b.git',
      'host:/abs',
      'https://a%zz@host/x',
    ]) {
      const options = { url, dataDir: temporaryFolder(), clock: CLOCK, variables: process.env };
      expect(() => openGitMirror(options)).not.toThrow();
    }
  });
});

it('a data directory that cannot be written is told', async () => {
  const dataDir = join(temporaryFolder(), 'file');
  writeFileSync(dataDir, '');
  const refused = { code: 'git/unwritable', exitCode: 69, message: expect.stringContaining(dataDir) };
  await expect(mirror(emptyRepository(), { dataDir }).fetch()).rejects.toMatchObject(refused);
});

it('two processes that clone into one folder both end with a mirror', async () => {
  const dir = emptyRepository();
  const first = commitFiles(dir, 'main', { 'a.yaml': '1' });
  const dataDir = temporaryFolder();
  const sources = [1, 2, 3].map(() => mirror(dir, { dataDir }));
  await Promise.all(sources.map((source) => source.fetch()));
  for (const source of sources) expect(await source.resolve('main')).toBe(first);
  expect(readdirSync(join(dataDir, 'git')).length).toBe(1);
});
