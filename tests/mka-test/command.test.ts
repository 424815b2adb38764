import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT, runMka } from '../package/run-mka.ts';
import { REPOSITORY } from './fixture.ts';

const scratch = mkdtempSync(join(tmpdir(), 'mka-test-'));
afterAll(() => rmSync(scratch, { recursive: true }));

function changed(name: string, from: string, to: string): string {
  const dir = join(scratch, name);
  cpSync(REPOSITORY, dir, { recursive: true });
  const file = join(dir, 'passing.test.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));
  return dir;
}

describe('mka test', () => {
  it.each(['campaigns', 'campaigns/cdnow'])('passes on %s', (folder) => {
    const { code, stdout, stderr } = runMka(['test', '-C', join(ROOT, folder)]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/\d+ passed\n$/);
  });

  it('takes less than two seconds for the example repository, its best of three', () => {
    const tookMs = [1, 2, 3].map(() => {
      const startMs = performance.now();
      runMka(['test', '-C', join(ROOT, 'campaigns')]);
      return performance.now() - startMs;
    });
    expect(Math.min(...tookMs)).toBeLessThan(2_000);
  });

  it('ends with 1 where a case fails, in every form', () => {
    const dir = changed('failing', 'Dear Wang', 'Dear Li');
    for (const format of ['pretty', 'json', 'junit']) {
      const { code, stdout, stderr } = runMka(['test', '-C', dir, '-f', format]);
      expect([format, code, stderr]).toEqual([format, 1, '']);
      expect(stdout).toContain('with another text');
    }
  });

  it('prints findings as validate does where the files cannot be run', () => {
    const dir = changed('invalid', 'send: remind', 'send: remnid');
    const { code, stdout } = runMka(['test', '-C', dir]);
    expect(code).toBe(1);
    expect(stdout).toContain('error[link/unknown-step] no send step is called `remnid`');
    expect(JSON.parse(runMka(['test', '-C', dir, '--json']).stdout)).toMatchObject({ version: 1, ok: false });
  });

  it('ends with 1 where a campaign is covered less than --coverage-min', () => {
    const args = ['test', '-C', REPOSITORY, 'survey', 'paid', '--coverage-min'];
    expect(runMka([...args, '40']).code).toBe(1);
    const { code, stderr } = runMka(['test', '-C', join(ROOT, 'campaigns'), '--coverage-min', '90']);
    expect([code, stderr]).toEqual([0, '']);
  });

  it('says so where nothing matches', () => {
    const { code, stderr } = runMka(['test', '-C', REPOSITORY, 'nowhere']);
    expect(code).toBe(1);
    expect(stderr).toContain('error[test/no-cases] no case matches nowhere');
  });
});
