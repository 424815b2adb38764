import type { Fault, ProviderMood } from '../plan.ts';
import type { Random } from '../random.ts';

const CALLS = [
  ...['*', '*', 'store.commit', 'store.commit', 'store.claimSends', 'store.claimSends', 'store.settle', 'store.settle'],
  ...['channel.send', 'channel.send', 'store.mailbox', 'store.load'],
  ...['store.acquireLeases', 'store.returnSends', 'store.redispatch', 'store.orphanedSends', 'store.pauses'],
  ...['store.dueUsers', 'bus.pull', 'bus.ack', 'bus.highWater', 'tables.fetch', 'store.activeRelease', 'store.backlog'],
];
/** All that a provider may do but take a message and say so. */
export const MOODS: readonly ProviderMood[] = [
  ...([
    'dropReply',
    'dropReply',
    'late',
    'silent',
    'doubt',
    'doubtTaken',
    'throttle',
    'refuse',
    'gone',
    'slow',
  ] as const),
];

type Kind = Fault['kind'];
const KINDS: readonly Kind[] = [
  'crash',
  'crash',
  'freeze',
  'drain',
  'error',
  'slow',
  'cut',
  'torn',
  'skew',
  'provider',
];

/** What goes wrong in a history: of a few kinds, chosen for each seed, so that rare pairs meet too. */
export function generateFaults(
  random: Random,
  nodes: readonly string[],
  channels: readonly string[],
  untilMs: number,
): Fault[] {
  const kinds = KINDS.filter(() => random.chance(0.4));
  if (kinds.length === 0) return [];
  const count = random.int(1, 8);
  return Array.from({ length: count }, () =>
    faultOf(random, random.pick(kinds), random.int(0, untilMs), nodes, channels),
  ).sort((a, b) => a.atMs - b.atMs);
}

function faultOf(
  random: Random,
  kind: Kind,
  atMs: number,
  nodes: readonly string[],
  channels: readonly string[],
): Fault {
  const node = random.pick(nodes);
  const anyone = random.chance(0.8) ? node : random.pick(['intake', 'operator']);
  const forMs = random.pick([300, 2_000, 4_500, 9_000]);
  switch (kind) {
    case 'crash':
      return {
        kind,
        atMs,
        actor: node,
        on: random.pick(CALLS),
        when: when(random),
        downMs: random.pick([0, 300, 4_000]),
      };
    case 'freeze':
      return { kind, atMs, actor: node, on: random.pick(CALLS), when: when(random), forMs };
    case 'drain':
      return { kind, atMs, actor: node, downMs: random.pick([0, 2_000]) };
    case 'error':
      return { kind, atMs, actor: anyone, on: random.pick(CALLS), when: when(random), times: random.int(1, 3) };
    case 'slow': {
      const way = random.chance(0.6) ? 'request' : 'reply';
      return { kind, atMs, actor: anyone, on: random.pick(CALLS), way, ms: random.pick([20, 500, 5_000]) };
    }
    case 'cut':
      return { kind, atMs, actor: anyone, forMs };
    case 'torn':
      return { kind, atMs, actor: node, forMs };
    case 'skew':
      return { kind, atMs, actor: node, ms: random.int(-400, 400) };
    case 'provider': {
      const share = random.pick([0.5, 1]);
      return { kind, atMs, forMs, share, channel: random.pick(channels), mood: random.pick(MOODS) };
    }
  }
}

function when(random: Random): 'before' | 'after' {
  return random.chance(0.4) ? 'before' : 'after';
}
