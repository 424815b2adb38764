import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { sha256Hex } from '../../src/engine/kernel/hash.ts';
import { buildRepository } from '../../src/engine/wiring/build.ts';
import { ROOT, runMka } from '../package/run-mka.ts';

const dir = mkdtempSync(join(tmpdir(), 'mka-build-'));
const shop = join(dir, 'shop');
cpSync(join(ROOT, 'campaigns'), shop, { recursive: true, filter: (path) => !/cdnow|\.mka/.test(path) });
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const CAMPAIGN = join(shop, 'order-reminder', 'order-reminder.campaign.yaml');

describe('mka build', () => {
  it('writes a bundle whose digest is the SHA-256 of its bytes', () => {
    const out = join(dir, 'bundle.json');
    const { code, stdout, stderr } = runMka(['build', '-C', shop, '-e', 'prod', '--out', out]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `sha256:${sha256Hex(readFileSync(out))}\n` });
    expect(stderr).toMatch(/^\d+ bytes for prod written to /);
    expect(JSON.parse(readFileSync(out, 'utf8'))).toMatchObject({
      campaigns: { 'order-reminder-sms': { state: 'draft' } },
    });
  });

  it('gives the same digest whatever comments and the order of keys are, and another one for another value', () => {
    const digest = () => buildRepository({ dir: shop, environment: 'prod' }, {}).digest;
    const [before, text] = [digest(), readFileSync(CAMPAIGN, 'utf8')];
    writeFileSync(
      CAMPAIGN,
      `# why\n${text.replace('  state: active\n  class: marketing\n', '  class: marketing # so\n\n  state: active\n')}`,
    );
    expect(digest()).toBe(before);
    writeFileSync(CAMPAIGN, text.replace('priority: 50', 'priority: 51'));
    expect(digest()).not.toBe(before);
    writeFileSync(CAMPAIGN, text);
  });

  it('holds against a digest, and writes nothing where it is another', () => {
    const { digest } = buildRepository({ dir: shop }, {});
    expect(buildRepository({ dir: shop }, { check: digest }).digest).toBe(digest);
    expect(buildRepository({ dir: shop }, { check: digest.replace('sha256:', '') }).digest).toBe(digest);
    const out = join(dir, 'other.json');
    const refused = expect.objectContaining({ code: 'bundle/other-digest', exitCode: 1 });
    expect(() => buildRepository({ dir: shop, environment: 'prod' }, { check: digest, out })).toThrow(refused);
    expect(existsSync(out)).toBe(false);
  });

  it.each([
    ['an environment that is not there', ['-e', 'pord'], 64, 'environment/unknown'],
    ['a folder that cannot be written', ['-e', 'prod', '--out', '/nowhere/bundle.json'], 1, 'plan/unwritable'],
  ])('refuses %s with one clear error', (_, args, code, error) => {
    const ran = runMka(['build', '-C', shop, ...args, '--json']);
    expect({ code: ran.code, error: JSON.parse(ran.stdout).error.code }).toEqual({ code, error });
  });

  it('says the first fault of a repository that has some', () => {
    expect(() => buildRepository({ dir: join(ROOT, 'tests') }, {})).toThrow(/repository has errors/);
  });
});

describe('mka validate', () => {
  const faulty = join(shop, 'envs', 'prod.environment.yaml');

  it('checks the files as each environment renders them, and names the environment', () => {
    const text = readFileSync(faulty, 'utf8');
    writeFileSync(faulty, text.replace('set: starttls', 'set: none'));
    const all = runMka(['validate', '-C', shop, '--json']);
    const dev = runMka(['validate', '-C', shop, '-e', 'dev']);
    writeFileSync(faulty, text);
    expect(all.code).toBe(1);
    expect(JSON.parse(all.stdout).findings).toMatchObject([
      { code: 'channel/plain-remote', message: expect.stringContaining('(in environment `prod`)') },
    ]);
    expect(dev.code).toBe(0);
  });

  it('checks only what is selected, but never leaves out a file that cannot be read', () => {
    const text = readFileSync(CAMPAIGN, 'utf8');
    const check = (selector: string) => runMka(['validate', '-C', shop, '-s', selector]).code;
    writeFileSync(CAMPAIGN, text.replace('template: unpaid-coupon', 'template: unpaid'));
    expect([check('campaign:order-reminder'), check('+campaign:order-reminder'), check('channel:sms')]).toEqual([
      1, 1, 0,
    ]);
    writeFileSync(CAMPAIGN, text.replace('priority: 50', 'priority: often'));
    expect([check('campaign:order-reminder'), check('channel:sms')]).toEqual([1, 1]);
    writeFileSync(CAMPAIGN, text);
  });
});
