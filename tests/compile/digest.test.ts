import { describe, expect, it } from 'vitest';
import { compileRepository } from '../../src/engine/compile/compile-repository.ts';
import type { SourceFile } from '../../src/engine/compile/text.ts';
import type { ReleaseBundle } from '../../src/engine/model/release.ts';
import { type Edit, edited, exampleFiles } from './example-repository.ts';

const CAMPAIGN = 'order-reminder/order-reminder.campaign.yaml';
const files = exampleFiles();

function bundleOf(source: readonly SourceFile[]): ReleaseBundle {
  const { bundle, diagnostics } = compileRepository(source);
  if (bundle === undefined) throw new Error(JSON.stringify(diagnostics));
  return bundle;
}

const good = bundleOf(files);
const edit = (...edits: readonly Edit[]): ReleaseBundle => bundleOf(edited(files, edits));

/** Every YAML and Liquid file rewritten. */
function rewritten(change: (text: string) => string): SourceFile[] {
  return files.map((file) => {
    if (!file.path.endsWith('.yaml')) return file;
    return { ...file, bytes: new TextEncoder().encode(change(new TextDecoder().decode(file.bytes))) };
  });
}

describe('the digest of a release', () => {
  it.each<readonly [string, () => ReleaseBundle]>([
    ['comments', () => bundleOf(rewritten((text) => `# a comment\n${text}\n# another\n`))],
    ['line ends and byte order marks', () => bundleOf(rewritten((text) => `\ufeff${text.replaceAll('\n', '\r\n')}`))],
    ['the order of files', () => bundleOf([...files].reverse())],
    [
      'the order of keys',
      () =>
        edit({
          file: CAMPAIGN,
          find: 'send: {template: unpaid-reminder, via: [wechat, email]}',
          put: 'send: {via: [wechat, email], template: unpaid-reminder}',
        }),
    ],
    [
      'the order of top keys',
      () => bundleOf(rewritten((text) => text.replace(/(apiVersion: mka\/v1\n)(kind: \w+\n)/, '$2$1'))),
    ],
    [
      'quotes and blocks',
      () =>
        edit({
          file: CAMPAIGN,
          find: 'where: event.data.amount_minor >= 10000',
          put: 'where: "event.data.amount_minor >= 10000"',
        }),
    ],
    [
      'descriptions',
      () => edit({ file: 'sources/shop-events.source.yaml', find: 'Amount in fen.', put: 'The amount.' }),
    ],
    [
      'a default that is written out',
      () => edit({ file: CAMPAIGN, find: '  priority: 50', put: '  priority: 50\n  profile: required' }),
    ],
    ['tests and environments', () => edit({ file: 'envs/dev.environment.yaml', find: '7380', put: '7381' })],
    [
      'the folder of a file',
      () =>
        bundleOf(
          files.map((file) =>
            file.path === 'lists/blacklist.list.yaml' ? { ...file, path: 'blacklist.list.yaml' } : file,
          ),
        ),
    ],
    ['another spelling of a duration', () => edit({ file: CAMPAIGN, find: 'after: 1d', put: 'after: 24h' })],
  ])('does not change with %s', (_, bundle) => {
    expect(bundle().digest).toBe(good.digest);
  });

  it.each<readonly [string, Edit]>([
    ['a duration', { file: CAMPAIGN, find: 'after: 10m', put: 'after: 11m' }],
    ['a condition', { file: CAMPAIGN, find: '>= 10000', put: '>= 10001' }],
    ['the order of steps', { file: CAMPAIGN, find: 'via: [wechat, email]', put: 'via: [email, wechat]' }],
    ['a text', { file: 'order-reminder/unpaid-coupon.template.yaml', find: 'save 10', put: 'save 20' }],
    [
      'a channel',
      {
        file: 'channels/wechat.channel.yaml',
        find: 'address: user.openid',
        put: 'address: user.openid\n  timeout: 5s',
      },
    ],
    ['a list', { file: 'lists/blacklist.list.yaml', find: 'user: u99', put: 'user: u98' }],
    ['the project', { file: 'mka.yaml', find: '"08:00"', put: '"07:00"' }],
  ])('changes with %s', (_, change) => {
    expect(edit(change).digest).not.toBe(good.digest);
  });

  it('is a SHA-256 and the same in every run', () => {
    expect(good.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(bundleOf(exampleFiles()).digest).toBe(good.digest);
  });
});

describe('the digest of a campaign', () => {
  const own = (bundle: ReleaseBundle, name = 'order-reminder'): string | undefined =>
    bundle.release.campaigns[name]?.digest;

  it('changes with its steps and its templates, and leaves other campaigns alone', () => {
    const steps = edit({ file: CAMPAIGN, find: 'after: 10m', put: 'after: 11m' });
    expect(own(steps)).not.toBe(own(good));
    expect(own(steps, 'order-reminder-sms')).toBe(own(good, 'order-reminder-sms'));
    const template = edit({ file: 'order-reminder/unpaid-coupon.template.yaml', find: 'save 10', put: 'save 20' });
    expect(own(template)).not.toBe(own(good));
    expect(own(template, 'order-reminder-sms')).toBe(own(good, 'order-reminder-sms'));
  });

  it('does not change with channels, lists and sources: they are current, not pinned (R13)', () => {
    const changed = edit(
      {
        file: 'channels/wechat.channel.yaml',
        find: 'address: user.openid',
        put: 'address: user.openid\n  timeout: 5s',
      },
      { file: 'lists/blacklist.list.yaml', find: 'user: u99', put: 'user: u98' },
      { file: 'sources/customers.source.yaml', find: 'maxAge: 24h', put: 'maxAge: 1h' },
    );
    expect(own(changed)).toBe(own(good));
  });
});
