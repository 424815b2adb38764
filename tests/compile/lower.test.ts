import { describe, expect, it } from 'vitest';
import { compileRepository } from '../../src/engine/compile/compile-repository.ts';
import type { CampaignDefinition } from '../../src/engine/model/release.ts';
import { edited, exampleFiles } from './example-repository.ts';

const files = exampleFiles();

function campaign(spec: string): CampaignDefinition {
  const text = `apiVersion: mka/v1\nkind: Campaign\nmetadata: {name: tried}\nspec:\n  state: active\n${spec}`;
  const { bundle, diagnostics } = compileRepository(edited(files, [{ file: 'tried.campaign.yaml', put: text }]));
  const found = bundle?.release.campaigns['tried'];
  if (found === undefined) throw new Error(JSON.stringify(diagnostics, null, 1));
  return found;
}

describe('a campaign', () => {
  it('has every default of semantics.md written out', () => {
    const { digest, ...rest } = campaign('  trigger: {event: order.created}\n  steps: [{id: done, exit: {}}]\n');
    expect(digest).toMatch(/^sha256:/);
    expect(rest).toEqual({
      name: 'tried',
      owner: 'growth',
      state: 'active',
      class: 'marketing',
      priority: 50,
      staleAfterMs: 12 * 3_600_000,
      quietHours: 'apply',
      profile: 'required',
      readsProfile: false,
      trigger: { kind: 'event', event: 'order.created' },
      entry: { reentry: { kind: 'once' }, whileLive: 'ignore' },
      exits: [],
      steps: [{ kind: 'exit', id: 'done' }],
      templates: {},
    });
  });

  it('of transactional messages ignores quiet hours unless it says so', () => {
    const spec = '  class: transactional\n  trigger: {event: order.created}\n  steps: [{id: done, exit: {}}]\n';
    expect(campaign(spec).quietHours).toBe('ignore');
    expect(campaign(`  quietHours: apply\n${spec}`).quietHours).toBe('apply');
  });

  it('has its steps with their ways resolved', () => {
    const { steps } = campaign(`  trigger: {event: order.created}
  entry: {reentry: {cooldown: 90d}, whileLive: restart}
  steps:
    - {id: a, wait: {after: 1h30m}}
    - {id: b, wait: {in: {days: 1, at: "09:05"}, from: entry}}
    - {id: c, wait: {in: {days: entry.data.amount_minor % 7}}}
    - {id: d, wait: {for: {event: order.paid, where: event.data.order_id == entry.data.order_id}, timeout: 2d, onMatch: g}}
    - {id: e, branch: [{when: user.city == "Shenzhen", next: g}, {when: entry.data.sku == null, next: h}]}
    - {id: f, branch: [{when: user.city == "Dongguan", next: h}, {next: g}]}
    - {id: g, set: {lifecycle: '"tried"'}, next: i}
    - {id: h, emit: {event: order.paid, data: {order_id: entry.data.order_id, amount_minor: 1}}}
    - {id: i, exit: {}}
`);
    expect(steps).toEqual([
      { kind: 'waitAfter', id: 'a', next: 'b', ms: 5_400_000, from: 'previous' },
      { kind: 'waitIn', id: 'b', next: 'c', days: '1', atMinute: 545, from: 'entry' },
      { kind: 'waitIn', id: 'c', next: 'd', days: 'entry.data.amount_minor % 7', from: 'previous' },
      {
        kind: 'waitFor',
        id: 'd',
        next: 'e',
        event: 'order.paid',
        where: 'event.data.order_id == entry.data.order_id',
        timeoutMs: 172_800_000,
        from: 'previous',
        onMatch: 'g',
        onTimeout: 'e',
      },
      {
        kind: 'branch',
        id: 'e',
        next: 'f',
        cases: [
          { when: 'user.city == "Shenzhen"', next: 'g' },
          { when: 'entry.data.sku == null', next: 'h' },
        ],
      },
      { kind: 'branch', id: 'f', cases: [{ when: 'user.city == "Dongguan"', next: 'h' }, { next: 'g' }] },
      { kind: 'set', id: 'g', next: 'i', values: { lifecycle: '"tried"' } },
      {
        kind: 'emit',
        id: 'h',
        next: 'i',
        event: 'order.paid',
        data: { order_id: 'entry.data.order_id', amount_minor: '1' },
      },
      { kind: 'exit', id: 'i' },
    ]);
  });

  it.each([
    ['a field of the table in a condition', 'audience: {where: user.city == "Shenzhen"}', true],
    [
      'a field of the table in a template',
      'topic: promo',
      true,
      'send: {template: unpaid-coupon, via: [wechat, email]}',
    ],
    ['an attribute', 'audience: {where: user.lifecycle == null}', false],
    ['the id', 'audience: {where: user.id != "u1"}', false],
  ])('reads the profile or not: %s', (_, line, reads, step = 'wait: {after: 1h}') => {
    const spec = `  trigger: {event: order.created}\n  ${line}\n  steps: [{id: a, ${step}}, {id: done, exit: {}}]\n`;
    expect(campaign(spec).readsProfile).toBe(reads);
  });

  it('by hand has its parameters as entry.data', () => {
    const { trigger, steps } = campaign(`  trigger: {manual: {fields: {coupon: {type: string, required: true}}}}
  steps: [{id: a, branch: [{when: entry.data.coupon == "x", next: done}, {next: done}]}, {id: done, exit: {}}]
`);
    expect(trigger).toEqual({ kind: 'manual', fields: { coupon: { type: 'string', required: true } } });
    expect(steps).toHaveLength(2);
  });

  it('may loop where a wait passes time', () => {
    const spec = `  trigger: {event: order.created}
  steps:
    - {id: a, wait: {after: 1d}}
    - {id: b, branch: [{when: user.city == null, next: a}, {next: done}]}
    - {id: done, exit: {}}
`;
    expect(campaign(spec).steps).toHaveLength(3);
  });
});

describe('the rest of a release', () => {
  const { bundle, tests, environments } = compileRepository(files, { commit: 'abc' });

  it('has paths relative to the root of the repository', () => {
    expect(bundle?.release.tables['customers']?.from).toEqual({ csv: 'sources/customers.csv' });
  });

  it('knows where campaigns and steps stand, beside the digest', () => {
    expect(bundle?.commit).toBe('abc');
    expect(bundle?.places['campaign:order-reminder/remind']).toMatchObject({
      file: 'order-reminder/order-reminder.campaign.yaml',
      line: 20,
      column: 12,
    });
  });

  it('holds the entries of lists, those of a CSV file too', () => {
    const withFile = edited(files, [
      { file: 'lists/blacklist.list.yaml', find: '  channels: [sms]', put: '  channels: [sms]\n  file: more.csv' },
      {
        file: 'lists/more.csv',
        put: 'until,user,address,reason\r\n2027-01-01T00:00:00Z,u1,,"said ""no"", twice"\r\n,,+861,wrong number\r\n',
      },
    ]);
    expect(compileRepository(withFile).bundle?.release.lists['blacklist']?.entries).toEqual([
      { user: 'u99', reason: 'asked by phone' },
      { address: '+8613800000098', reason: 'number has a new owner', untilMs: Date.parse('2027-01-01T00:00:00+08:00') },
      { user: 'u1', reason: 'said "no", twice', untilMs: Date.parse('2027-01-01T00:00:00Z') },
      { address: '+861', reason: 'wrong number' },
    ]);
  });

  it('has environments and tests beside it', () => {
    expect(environments['dev']).toEqual({
      name: 'dev',
      store: { type: 'sqlite' },
      http: { host: '127.0.0.1', port: 7380 },
      dataDir: '.mka/dev',
    });
    const [story] = tests;
    const restart = tests.flatMap(({ cases }) => cases).find(({ name }) => name.startsWith('o3'));
    expect(story?.campaigns).toEqual(['order-reminder-sms']);
    expect(restart?.timeline.map(({ kind, atMs }) => [kind, new Date(atMs).toISOString()])).toEqual([
      ['event', '2026-11-22T02:00:00.000Z'],
      ['redeliver', '2026-11-22T02:00:01.000Z'],
      ['restart', '2026-11-22T02:01:01.000Z'],
      ['redeliver', '2026-11-22T02:01:02.000Z'],
    ]);
    expect(restart?.timeline[0]).toMatchObject({
      id: 'o3-created',
      source: 'test',
      type: 'order.created',
      data: { user_id: 'u3', order_id: 'o3', amount_minor: 9900 },
    });
  });
});
