import { describe, expect, it } from 'vitest';
import type { CampaignDefinition, ListDefinition, Release } from '../../src/engine/model/release.ts';
import { campaign, channel, DAY, done, HOUR, release, send, steps, T0 } from './builder.ts';
import { event, LI, Machine } from './machine.ts';

const journey = steps(send('remind', ['wechat', 'sms']), done);
const black = (more: Partial<ListDefinition> = {}): ListDefinition => ({
  ...{ name: 'black', type: 'black', channels: [], legal: false, entries: [{ user: 'u1', reason: 'asked' }] },
  ...more,
});
const channels = (consent?: string) =>
  Object.fromEntries(['wechat', 'sms'].map((name) => [name, channel(name, consent === undefined ? {} : { consent })]));

interface World {
  readonly campaign?: Partial<CampaignDefinition>;
  readonly release?: Partial<Release>;
  readonly profile?: Machine['profile'];
  readonly paused?: true;
  readonly overdueMs?: number;
  readonly knownKey?: true;
  readonly quiet?: true;
  readonly full?: true;
}

function run(world: World): string[] {
  const quietHours = { startMinute: 0, endMinute: 23 * 60 };
  const { project: _project, campaigns: _campaigns, ...more } = world.release ?? {};
  const machine = new Machine(
    release([campaign({ steps: journey, ...world.campaign })], {
      ...more,
      ...(world.quiet ? { project: { quietHours } } : {}),
    }),
  );
  if (world.profile !== undefined) machine.become(world.profile);
  if (world.knownKey) machine.knownSendKeys.add(keyOfFirst());
  if (world.full) for (const name of ['wechat', 'sms']) machine.full.add(name);
  // Entered behind a watermark, so that the message is decided only afterwards.
  machine.watermarkMs = 0;
  machine.feed(T0, event('order.created', T0, { id: 'e1' }));
  machine.watermarkMs = Number.MAX_SAFE_INTEGER;
  if (world.paused) machine.paused.add('reminder');
  machine.feed(T0 + (world.overdueMs ?? 0));
  return machine.story('outcome', 'skipped', 'held', 'ended').map((line) => line.split(' ').slice(1).join(' '));
}

function keyOfFirst(): string {
  const machine = new Machine(release([campaign({ steps: journey })]));
  machine.feed(T0, event('order.created', T0, { id: 'e1' }));
  return machine.sends[0]?.sendKey ?? '';
}

/** Every stop that is built, in the order of R23, each by itself. */
const STOPS: readonly (readonly [string, World, string])[] = [
  ['exit', { campaign: { exits: [{ kind: 'condition', when: 'true' }] } }, 'ended exit_condition'],
  ['pause', { paused: true }, 'held remind campaign_paused'],
  ['stale', { overdueMs: DAY }, 'skipped remind stale'],
  ['send key', { knownKey: true }, 'skipped remind duplicate_send_key'],
  ['address', { profile: {} }, 'skipped remind no_address'],
  ['consent', { release: { channels: channels('user.accepts == false') } }, 'skipped remind no_consent'],
  ['lists', { release: { lists: { black: black() } } }, 'skipped remind blacklist'],
  ['quiet hours', { quiet: true }, 'held remind quiet_hours'],
  ['rendering', { campaign: { templates: broken() } }, 'skipped remind template_error'],
  ['channel backlog', { full: true }, 'held remind channel_backlog'],
];

function broken(): CampaignDefinition['templates'] {
  const inputs = { city: { type: 'string', from: 'user.city' } } as const;
  return { hello: { name: 'hello', type: 'text', inputs, content: { default: { body: '{{ city }}' } } } };
}

describe('R23: checks before a send', () => {
  it.each(STOPS)('R23: %s', (_, world, reason) => {
    expect(run(world)[0]).toBe(reason);
  });

  const pairs = STOPS.flatMap((first, index) => STOPS.slice(index + 1).map((second) => [first, second] as const));
  // A world has one consent or list or profile at a time: those pairs are of one check, the address, channel by channel.
  it.each(pairs.map(([first, second]) => [first[0], second[0], first, second] as const))(
    'R23: the first stop gives the reason: %s before %s',
    (_first, _second, first, second) => {
      expect(run(merged(first[1], second[1]))[0]).toBe(first[2]);
    },
  );

  describe('per channel', () => {
    it.each([
      ['an address', { ...LI, wechat: '' }, {}],
      ['consent', LI, { channels: { ...channels(), wechat: channel('wechat', { consent: 'user.accepts == false' }) } }],
      ['a list', LI, { lists: { black: black({ channels: ['wechat'] }) } }],
      ['a list, by address', LI, { lists: { black: black({ entries: [{ address: 'o-li', reason: 'asked' }] }) } }],
    ])('R23: %s stops one channel, and the next one is taken', (_, profile, more) => {
      expect(run({ profile, release: more })[0]).toBe('sent remind by sms');
    });

    it('R23: an entry of a list ends at its instant', () => {
      const until = (untilMs: number) => ({
        lists: { black: black({ entries: [{ user: 'u1', reason: 'x', untilMs }] }) },
      });
      expect(run({ release: until(T0) })[0]).toBe('sent remind by wechat');
      expect(run({ release: until(T0 + 1) })[0]).toBe('skipped remind blacklist');
    });

    it('R23: consent without a value is none', () => {
      expect(run({ release: { channels: channels('user.city == "x"') } })[0]).toBe('skipped remind no_consent');
    });
  });

  describe('a transactional message', () => {
    const transactional = { class: 'transactional' } as const;

    it.each([
      ['asks no consent', { release: { channels: channels('false') } }, 'sent remind by wechat'],
      ['passes a black list', { release: { lists: { black: black() } } }, 'sent remind by wechat'],
      [
        'is stopped by a legal do-not-contact',
        { release: { lists: { black: black({ legal: true }) } } },
        'skipped remind blacklist',
      ],
      ['keeps quiet hours where the campaign says so', { quiet: true }, 'held remind quiet_hours'],
      ['passes them else', { quiet: true, campaign: { quietHours: 'ignore' } }, 'sent remind by wechat'],
    ] as const)('R23: %s', (_, world, expected) => {
      const more: World = world;
      expect(run({ ...more, campaign: { ...transactional, ...more.campaign } })[0]).toBe(expected);
    });
  });

  it('R23: all of it is checked again when a full channel has room', () => {
    const machine = new Machine(release([campaign({ steps: journey })]));
    machine.full.add('wechat');
    machine.feed(T0, event('order.created', T0));
    machine.become({ sms: '+861' });
    machine.full.clear();
    machine.pass(T0 + HOUR);
    expect(machine.story('held', 'outcome')).toEqual(['+0s held remind channel_backlog', '+1s sent remind by sms']);
  });

  it('R10: messages of one instant go by priority, due instant, name, entry time', () => {
    const at = (name: string, priority: number) => campaign({ name, priority, steps: journey, exits: [] });
    const machine = new Machine(release([at('b', 50), at('a', 50), at('c', 90)]));
    machine.feed(T0, event('order.created', T0));
    expect(machine.sends.map((one) => one.campaign)).toEqual(['c', 'a', 'b']);
  });
});

function merged(first: World, second: World): World {
  return {
    ...second,
    ...first,
    campaign: { ...second.campaign, ...first.campaign },
    release: { ...second.release, ...first.release },
  };
}
