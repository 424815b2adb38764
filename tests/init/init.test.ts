import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { projectName } from '../../src/engine/usecases/init.ts';
import { initRepository } from '../../src/engine/wiring/init.ts';
import { runMka } from '../package/run-mka.ts';

let temp: string;
beforeEach(() => {
  temp = mkdtempSync(join(tmpdir(), 'mka-init-'));
});
afterEach(() => rmSync(temp, { recursive: true, force: true }));

describe('mka init', { timeout: 60_000 }, () => {
  it.each([[[]], [['--example']]])('%j: what it writes is valid, tested, and sends a message at once', (flags) => {
    const shop = join(temp, 'shop');
    const mka = (...args: string[]) => runMka([...args, '-C', shop]);
    const init = runMka(['init', ...flags, shop]);
    expect(init).toMatchObject({ code: 0, stderr: expect.stringContaining('mka validate && mka test && mka run') });
    expect(init.stdout.split('\n')).toContain('mka.yaml');
    expect(mka('validate')).toMatchObject({ code: 0, stderr: expect.stringMatching(/^valid: /) });
    expect(mka('test')).toMatchObject({ code: 0 });
    expect(mka('fmt', '--check').code, 'in canonical form').toBe(0);
    for (const environment of ['dev', 'prod']) expect(mka('build', '-e', environment).code).toBe(0);
    const out = join(temp, 'plan.json');
    expect(mka('plan', '-e', 'dev', '--out', out).code).toBe(0);
    expect(mka('deploy', out, '-e', 'dev').code).toBe(0);
    expect(mka('trigger', 'account.created', '--user', 'u1', '--data', '{"name":"Ada"}').code).toBe(0);
    writeFileSync(join(shop, 'envs', 'dev.environment.yaml'), freePort(join(shop, 'envs', 'dev.environment.yaml')));
    expect(mka('run', '--once').code).toBe(0);
    expect(readFileSync(join(shop, '.mka', 'dev', 'outbox.ndjson'), 'utf8')).toContain('Welcome, Ada!');
  });

  it('never writes over a file, and writes what is missing', () => {
    const shop = join(temp, 'shop');
    mkdirSync(join(shop, '.vscode'), { recursive: true });
    writeFileSync(join(shop, 'README.md'), 'mine');
    writeFileSync(join(shop, '.vscode', 'settings.json'), '{"a": 1}');
    const first = initRepository(shop, { example: false, ci: 'none' });
    expect(first.kept).toEqual(['.vscode/settings.json', 'README.md']);
    expect(readFileSync(join(shop, 'README.md'), 'utf8')).toBe('mine');
    rmSync(join(shop, 'mka.yaml'));
    const second = initRepository(shop, { example: false, ci: 'none' });
    expect(second.written).toEqual(['mka.yaml']);
  });

  it.each([
    ['github', '.github/workflows/campaigns.yml', '.gitlab-ci.yml'],
    ['gitlab', '.gitlab-ci.yml', '.github/workflows/campaigns.yml'],
    ['none', 'mka.yaml', '.github/workflows/campaigns.yml'],
  ] as const)('--ci %s writes %s and not %s', (ci, present, absent) => {
    const { written } = initRepository(join(temp, 'shop'), { example: false, ci });
    expect(written).toContain(present);
    expect(written).not.toContain(absent);
  });

  it('writes a hook that git can run, and settings for the editor', () => {
    const shop = join(temp, 'shop');
    const { written } = initRepository(shop, { example: false, ci: 'none' });
    expect(statSync(join(shop, '.githooks', 'pre-commit')).mode & 0o111).toBe(0o111);
    expect(written).toEqual(expect.arrayContaining(['.gitignore', '.vscode/settings.json', '.vscode/mka/policy.json']));
    expect(readFileSync(join(shop, '.gitignore'), 'utf8')).toContain('.mka/');
  });

  it('gives the project the name of its folder', () => {
    expect(['Shop', 'Städte & Läden', '_x_', 'a'.repeat(80)].map(projectName)).toEqual([
      'shop',
      'sta-dte-la-den',
      'x',
      'a'.repeat(63),
    ]);
    expect(() => projectName('商店')).toThrow(expect.objectContaining({ code: 'init/name', exitCode: 64 }));
  });

  it('says which file it could not write', () => {
    const shop = join(temp, 'shop');
    writeFileSync(shop, 'a file and no folder');
    expect(() => initRepository(shop, { example: false, ci: 'none' })).toThrow(
      expect.objectContaining({ code: 'init/unwritable' }),
    );
    chmodSync(shop, 0o644);
  });
});

/** The same environment on any free port. */
function freePort(file: string): string {
  return readFileSync(file, 'utf8').replace('port: 7380', 'port: 0');
}
