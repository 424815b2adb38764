import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/engine/kernel/hash.ts';
import type { CampaignDefinition, Release } from '../../src/engine/model/release.ts';
import { diffReleases } from '../../src/engine/plan/diff.ts';
import { campaign, channel, DAY, done, HOUR, MINUTE, release, send, steps, waitAfter } from '../core/builder.ts';

type Change = Partial<Omit<CampaignDefinition, 'digest'>>;

const base = campaign();

/** `class path` of every field that differs, for a campaign changed so. */
function differences(change: Change, before: Change = {}): string[] {
  return said(release([campaign(before)]), release([campaign({ ...before, ...change })]));
}

function said(before: Release | null, after: Release): string[] {
  return diffReleases(before, after).flatMap(({ object, fields }) =>
    fields.map((field) => `${field.class} ${object} ${field.path}: ${field.reason}`),
  );
}

const NOW = 'for users who enter from now on; users under way keep theirs (R13)';

describe('a campaign', () => {
  it.each<[string, Change, Change, string[]]>([
    ['another owner', { owner: 'crm' }, {}, ['cosmetic metadata.owner: who looks after it; users notice nothing']],
    [
      'a shorter wait',
      { steps: steps(waitAfter('wait', 5 * MINUTE), send('remind', ['wechat', 'sms']), done) },
      {},
      [`breaking spec.steps[id=wait].wait.after: a shorter wait: what follows comes earlier ${NOW}`],
    ],
    [
      'a longer wait',
      { steps: steps(waitAfter('wait', DAY), send('remind', ['wechat', 'sms']), done) },
      {},
      [`breaking spec.steps[id=wait].wait.after: a longer wait: what follows comes later ${NOW}`],
    ],
    [
      'another order of channels',
      { steps: steps(waitAfter('wait', 10 * MINUTE), send('remind', ['sms', 'wechat']), done) },
      {},
      [`breaking spec.steps[id=remind].send.via: other channels, or in another order, ${NOW}`],
    ],
    [
      'a step added in the middle, without a word on its neighbours',
      { steps: steps(waitAfter('wait', 10 * MINUTE), send('remind', ['wechat', 'sms']), waitAfter('day', DAY), done) },
      {},
      ['breaking spec.steps[id=day]: users who enter from now on pass this step; users under way do not (R13)'],
    ],
    [
      'a step removed',
      { steps: steps(send('remind', ['wechat', 'sms']), done) },
      {},
      [
        'breaking spec.steps[id=wait]: users who enter from now on do not come to this step; users under way keep it (R13)',
      ],
    ],
    [
      'the steps in another order',
      { steps: steps(send('remind', ['wechat', 'sms']), waitAfter('wait', 10 * MINUTE), done) },
      {},
      [`breaking spec.steps: the steps come in another order ${NOW}`],
    ],
    [
      'a wider audience',
      { audience: 'user.city in ["Shenzhen", "Dongguan"]' },
      { audience: 'user.city == "Shenzhen"' },
      ['additive spec.audience.where: wider: more users can enter, and all that could still can'],
    ],
    [
      'a narrower audience',
      { audience: 'user.accepts' },
      {},
      ['breaking spec.audience.where: narrower: fewer users can enter from now on; users under way stay (R13)'],
    ],
    [
      'another audience',
      { audience: 'user.days > 3' },
      { audience: 'user.accepts' },
      ['breaking spec.audience.where: other users can enter from now on; users under way stay (R13)'],
    ],
    [
      'the same audience, written otherwise',
      { audience: 'user.days > 3 && user.accepts' },
      { audience: 'user.accepts && user.days>3' },
      ['cosmetic spec.audience.where: the same condition, written otherwise'],
    ],
    [
      'archived',
      { state: 'archived' },
      {},
      ['destructive spec.state: stops admitting users; users under way go on to their end (R13)'],
    ],
    ['activated', { state: 'active' }, { state: 'draft' }, ['additive spec.state: begins to admit users']],
    [
      'made transactional',
      { class: 'transactional' },
      {},
      ['breaking spec.class: its messages no longer ask for consent, and pass caps, holdout and quiet hours (R23)'],
    ],
    [
      'a repeated entry',
      { entry: { ...base.entry, reentry: { kind: 'cooldown', ms: HOUR } } },
      {},
      ['additive spec.entry.reentry: users may enter again sooner than before'],
    ],
    [
      'no exit any more',
      { exits: [] },
      {},
      [
        'breaking spec.exit[event=order.paid]: no longer ends the way of users who enter from now on; users under way keep it (R13)',
      ],
    ],
    [
      'a goal',
      { goal: { event: 'order.paid', withinMs: DAY } },
      {},
      ['cosmetic spec.goal: it is measured otherwise; users notice nothing'],
    ],
  ])('with %s', (_, change, before, expected) => {
    expect(differences(change, before)).toEqual(expected.map((line) => line.replace(' ', ' campaign:reminder ')));
  });

  it('shows values as users write them', () => {
    const [change] = diffReleases(
      release([base]),
      release([campaign({ steps: steps(waitAfter('wait', 5 * MINUTE), send('remind', ['wechat', 'sms']), done) })]),
    );
    expect(change?.fields).toMatchObject([{ before: '10m', after: '5m' }]);
  });

  it('that is new only adds, and one that is gone ends something', () => {
    const after = release([base, campaign({ name: 'winback' })]);
    expect(said(release([base]), after)).toEqual([
      'additive campaign:winback metadata.name: a new campaign: begins to admit users',
    ]);
    const other = campaign({ name: 'winback', trigger: { kind: 'event', event: 'app.opened' } });
    expect(said(release([base, other]), release([base]))[0]).toBe(
      'destructive campaign:winback metadata.name: admits nobody any more; users under way go on to their end (R13)',
    );
  });

  it('under another name is destructive, and says that it looks renamed', () => {
    expect(said(release([base]), release([campaign({ name: 'reminder-2' })]))).toEqual([
      'destructive campaign:reminder metadata.name: looks renamed to reminder-2: under another name nobody has entered yet, so that users may get its messages again (R8)',
      'additive campaign:reminder-2 metadata.name: a new campaign: begins to admit users',
    ]);
  });

  it('with another text is a change of the template alone', () => {
    const hello = { ...base.templates['hello'], content: { default: { body: 'Hello' } } };
    const templates = { hello } as CampaignDefinition['templates'];
    expect(differences({ templates })).toEqual([
      'breaking template:hello spec.content.default.body: another text for users who enter from now on; users under way get the earlier text (R13) (used by reminder)',
    ]);
  });
});

describe('what no version pins', () => {
  const before = release([base]);
  const fields = before.tables['customers']?.fields ?? {};
  const { city: _city, ...fewer } = fields;
  const customers = before.tables['customers'];
  it.each<[string, Release, string]>([
    [
      'a field of a table that is gone',
      { ...before, tables: { customers: { ...customers, fields: fewer } as never } },
      'breaking table:customers spec.fields.city: rows no longer have this field: who reads it finds nothing (used by reminder)',
    ],
    [
      'a channel with another address',
      { ...before, channels: { ...before.channels, sms: channel('sms', { address: 'user.email' }) } },
      'breaking channel:sms spec.address: messages go to other addresses, for users under way too (used by reminder)',
    ],
    [
      'a channel with more at once',
      { ...before, channels: { ...before.channels, sms: channel('sms', { concurrency: 99 }) } },
      'cosmetic channel:sms spec.concurrency: how many go out at once, not what anybody gets',
    ],
    [
      'a channel that is gone',
      release([base], { channels: { wechat: channel('wechat'), email: channel('email') } }),
      'destructive channel:sms metadata.name: users under way whose version sends by it lose this way: reminder',
    ],
    [
      'a project under another name',
      release([base], { project: { name: 'store' } }),
      'destructive project:store metadata.name: part of every key: whoever has entered or got something before is forgotten',
    ],
  ])('%s', (_, after, expected) => {
    expect(said(before, after)).toEqual([expected]);
  });

  it('entries of a list are counted, never named', () => {
    const list = (...users: string[]) => ({
      black: {
        name: 'black',
        type: 'black' as const,
        channels: [],
        legal: false,
        entries: users.map((user) => ({ user, reason: 'asked' })),
      },
    });
    const changes = diffReleases(
      release([base], { lists: list('u1', 'u2') }),
      release([base], { lists: list('u2', 'u3', 'u4') }),
    );
    expect(JSON.stringify(changes)).not.toMatch(/u[134]/);
    expect(changes[0]?.fields.map(({ class: own, reason }) => `${own} ${reason}`)).toEqual([
      'additive 2 entries added: they get no more messages by these channels',
      'breaking 1 entry removed or changed: messages reach them again',
    ]);
  });
});

describe('of any releases', () => {
  const ids = ['a', 'b', 'c', 'd'];
  const anyCampaign = fc
    .record({
      owner: fc.constantFrom('growth', 'crm'),
      state: fc.constantFrom('draft' as const, 'active' as const, 'archived' as const),
      priority: fc.integer({ min: 0, max: 2 }),
      audience: fc.constantFrom('user.days > 3', 'user.days > 4', 'user.accepts'),
      topic: fc.option(fc.constantFrom('promo', 'news'), { nil: undefined }),
      waits: fc.shuffledSubarray(ids, { minLength: 1 }),
      ms: fc.constantFrom(1_000, 60_000),
      body: fc.constantFrom('one', 'two'),
    })
    .map(({ waits, ms, body, topic, ...rest }) => {
      const list = waits.map((id) => waitAfter(id, ms));
      const hello = { ...base.templates['hello'], content: { default: { body } } };
      const templates = { hello } as CampaignDefinition['templates'];
      return {
        ...rest,
        ...(topic === undefined ? {} : { topic }),
        steps: steps(...list, send('remind'), done),
        templates,
      };
    });
  const anyRelease = fc
    .uniqueArray(fc.tuple(fc.constantFrom('x', 'y', 'z'), anyCampaign), { selector: ([name]) => name, maxLength: 3 })
    .map((all) => release(all.map(([name, one]) => campaign({ ...one, name }))));

  it('a release does not differ from itself, and any two that differ have a change', () => {
    fc.assert(
      fc.property(anyRelease, anyRelease, (a, b) => {
        expect(diffReleases(a, a)).toEqual([]);
        expect(diffReleases(a, b).length > 0).toBe(canonicalJson(a) !== canonicalJson(b));
      }),
    );
  });

  it('the order of keys changes nothing', () => {
    const reversed = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(reversed)
        : typeof value === 'object' && value !== null
          ? Object.fromEntries(
              Object.entries(value)
                .reverse()
                .map(([key, one]) => [key, reversed(one)]),
            )
          : value;
    fc.assert(
      fc.property(anyRelease, anyRelease, (a, b) => {
        expect(diffReleases(reversed(a) as Release, reversed(b) as Release)).toEqual(diffReleases(a, b));
      }),
    );
  });
});
