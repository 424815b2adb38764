import { describe, expect, it } from 'vitest';
import { compileRepository } from '../../src/engine/compile/compile-repository.ts';
import type { Release } from '../../src/engine/model/release.ts';
import { type Edit, edited, exampleFiles } from '../compile/example-repository.ts';

const files = exampleFiles();
const PROD = 'envs/prod.environment.yaml';
const EMAIL = 'channels/email.channel.yaml';

/** The release of an environment whose settings are these lines of YAML. */
function rendered(settings: string, edits: readonly Edit[] = [], environment = 'staging'): Release {
  const put = `apiVersion: mka/v1\nkind: Environment\nmetadata: {name: staging}\nspec:\n${settings}`;
  const all = edited(files, [{ file: 'envs/staging.environment.yaml', put }, ...edits]);
  const { bundle, diagnostics } = compileRepository(all, { environment });
  expect(diagnostics).toEqual([]);
  if (bundle === undefined) throw new Error('no bundle');
  return bundle.release;
}

const patch = (at: string, set: string) => `  patches:\n    - at: ${at}\n      set: ${set}\n`;

describe('patches', () => {
  it.each([
    [
      'a scalar',
      'campaign:order-reminder spec.priority',
      '7',
      (r: Release) => r.campaigns['order-reminder']?.priority,
      7,
    ],
    [
      'an item chosen by a key',
      'campaign:order-reminder spec.steps[id=remind].send.template',
      'unpaid-coupon',
      (r: Release) => r.campaigns['order-reminder']?.steps[1],
      { id: 'remind', kind: 'send', template: 'unpaid-coupon', via: ['wechat', 'email'], next: 'one-day' },
    ],
    [
      'an item chosen by its index',
      'campaign:order-reminder spec.steps[0].wait.after',
      '1h',
      (r: Release) => r.campaigns['order-reminder']?.steps[0],
      { id: 'ten-minutes', kind: 'waitAfter', ms: 3_600_000, from: 'previous', next: 'remind' },
    ],
    [
      'an item of a list of text',
      'campaign:order-reminder spec.steps[id=remind].send.via[1]',
      'sms',
      (r: Release) =>
        r.campaigns['order-reminder']?.steps[1]?.kind === 'send' && r.campaigns['order-reminder'].steps[1].via,
      ['wechat', 'sms'],
    ],
    [
      'a key with a dot in it',
      `'source:shop-events spec.events["order.created"].maxLateness'`,
      '2h',
      (r: Release) => r.eventTypes['order.created']?.maxLatenessMs,
      7_200_000,
    ],
    [
      'an optional key that is not written',
      'campaign:order-reminder spec.zone',
      'UTC',
      (r: Release) => r.campaigns['order-reminder']?.zone,
      'UTC',
    ],
    [
      'a whole object',
      'project:shop spec.quietHours',
      '{start: "23:00", end: "07:00"}',
      (r: Release) => r.project.quietHours,
      { startMinute: 1380, endMinute: 420 },
    ],
    [
      'a secret by its name',
      'channel:email spec.host',
      '{fromEnv: MAIL_HOST}',
      (r: Release) => r.channels['email']?.provider,
      expect.objectContaining({ host: { fromEnv: 'MAIL_HOST' } }),
    ],
  ] as const)('set %s', (_, at, set, read, expected) => {
    expect(read(rendered(patch(at, set)))).toEqual(expected);
  });

  it('apply in their order: a later one may go into what an earlier one has set', () => {
    const release = rendered(
      '  patches:\n    - {at: "campaign:order-reminder spec.entry", set: {reentry: afterExit}}\n    - {at: "campaign:order-reminder spec.entry.whileLive", set: restart}\n',
    );
    expect(release.campaigns['order-reminder']?.entry).toEqual({
      reentry: { kind: 'afterExit' },
      whileLive: 'restart',
    });
  });

  it('hold in their own environment only, and not in the files as they stand', () => {
    const plain = compileRepository(files).bundle;
    const [dev, prod] = ['dev', 'prod'].map((environment) => compileRepository(files, { environment }).bundle);
    expect(dev?.digest).toBe(plain?.digest);
    expect(prod?.digest).not.toBe(plain?.digest);
    expect(prod?.release.campaigns['order-reminder-sms']?.state).toBe('draft');
    expect(plain?.release.campaigns['order-reminder-sms']?.state).toBe('active');
  });

  it('leave the digest alone when they set what stands there already', () => {
    expect(rendered(patch('campaign:order-reminder spec.priority', '50'))).toEqual(
      compileRepository(files).bundle?.release,
    );
  });

  it('of an object that cannot be read say nothing of their own', () => {
    const broken = edited(files, [{ file: EMAIL, put: 'kind: [' }]);
    const codes = compileRepository(broken, { environment: 'prod' }).diagnostics.map(({ code }) => code);
    expect(codes).toEqual(['yaml/syntax']);
  });

  it('let a finding point into the patch, to the very word of an expression', () => {
    const broken = edited(files, [
      {
        file: PROD,
        find: 'spec.steps[id=ten-minutes].wait.after\n      set: 15m',
        put: `spec.audience.where\n      set: user.city == "x" && user.town == "y"`,
      },
    ]);
    const [finding] = compileRepository(broken, { environment: 'prod' }).diagnostics;
    expect(finding).toMatchObject({
      code: 'cel/unknown-field',
      at: { file: PROD, line: 13, column: 37, endColumn: 41 },
    });
  });
});

describe('variables', () => {
  const sender = { file: EMAIL, find: 'Shop <shop@example.com>', put: '{$var: sender}' };
  const variable = (type: string, value: string) => `  variables:\n    it: {type: ${type}, value: ${value}}\n`;
  const from = (release: Release) => {
    const provider = release.channels['email']?.provider;
    return provider?.type === 'email' ? provider.from : undefined;
  };

  it('stand for text, numbers and truths, in lists too', () => {
    const at = (find: string, put: string): Edit => ({
      file: 'order-reminder/order-reminder.campaign.yaml',
      find,
      put,
    });
    const campaign = (release: Release) => release.campaigns['order-reminder'];
    expect(campaign(rendered(variable('int', '7'), [at('priority: 50', 'priority: {$var: it}')]))?.priority).toBe(7);
    expect(campaign(rendered(variable('string', 'UTC'), [at('priority: 50', 'zone: {$var: it}')]))?.zone).toBe('UTC');
    const via = rendered(variable('string', 'sms'), [at('via: [wechat, email]', 'via: [{$var: it}, email]')]);
    expect(campaign(via)?.steps[1]).toMatchObject({ via: ['sms', 'email'] });
    const legal = rendered(variable('bool', 'true'), [
      { file: 'lists/blacklist.list.yaml', find: '  channels:', put: '  legal: {$var: it}\n  channels:' },
    ]);
    expect(legal.lists['blacklist']?.legal).toBe(true);
  });

  it('may stand in a patch', () => {
    const settings = `${variable('int', '9')}${patch('campaign:order-reminder spec.priority', '{$var: it}')}`;
    expect(rendered(settings).campaigns['order-reminder']?.priority).toBe(9);
  });

  it('have a value of their own in each environment', () => {
    const edits = [
      sender,
      {
        file: 'envs/dev.environment.yaml',
        find: '  store:',
        put: '  variables: {sender: {type: string, value: a@example.com}}\n  store:',
      },
    ];
    const settings = '  variables: {sender: {type: string, value: b@example.com}}\n';
    expect(from(rendered(settings, edits, 'staging'))).toBe('b@example.com');
    expect(from(rendered(settings, edits, 'dev'))).toBe('a@example.com');
  });

  it('take the value of dev, else of the first environment that has one, where none is chosen', () => {
    const settings = '  variables: {sender: {type: string, value: b@example.com}}\n';
    const put = `apiVersion: mka/v1\nkind: Environment\nmetadata: {name: staging}\nspec:\n${settings}`;
    const all = edited(files, [sender, { file: 'envs/staging.environment.yaml', put }]);
    const { bundle, diagnostics } = compileRepository(all);
    expect(diagnostics).toEqual([]);
    expect(bundle && from(bundle.release)).toBe('b@example.com');
    expect(compileRepository(all, { environment: 'dev' }).diagnostics).toMatchObject([
      { code: 'variable/unknown', hint: '`staging` declares it: add it to `dev` too' },
    ]);
  });

  it('of an environment that cannot be read say nothing of their own', () => {
    const all = edited(files, [sender, { file: PROD, put: 'kind: [' }]);
    expect(compileRepository(all).diagnostics.map(({ code }) => code)).toEqual(['yaml/syntax']);
  });
});

describe('an environment', () => {
  it('says what it follows, with every default written out', () => {
    const settings = '  follow: {ref: main, folder: ./campaigns/}\n';
    const put = `apiVersion: mka/v1\nkind: Environment\nmetadata: {name: staging}\nspec:\n${settings}`;
    const all = edited(files, [{ file: 'envs/staging.environment.yaml', put }]);
    expect(compileRepository(all).environments['staging']?.follow).toEqual({
      ref: 'main',
      folder: 'campaigns',
      everyMs: 60_000,
      require: 'record',
      pruneLimit: 3,
      allowedSigners: 'policies/allowed-signers',
      publicKeys: [],
    });
  });
});

describe('owner and labels', () => {
  it('stand beside the release, outside its digest', () => {
    const { bundle } = compileRepository(files);
    expect(bundle?.facts).toMatchObject({
      'campaign:order-reminder': { owner: 'growth', labels: { team: 'shop' } },
      'eventType:order.created': { owner: 'shop' },
      'table:customers': { owner: 'shop' },
      'template:unpaid-coupon': { owner: 'growth' },
      'list:blacklist': { owner: 'support' },
      'project:shop': { owner: 'growth' },
    });
    const relabelled = edited(files, [
      { file: 'order-reminder/order-reminder.campaign.yaml', find: '{team: shop}', put: '{team: retail}' },
    ]);
    expect(compileRepository(relabelled).bundle?.digest).toBe(bundle?.digest);
  });
});
