import { expect, test } from 'vitest';
import { addNotes, runTwice } from './histories.ts';

const SEEDS = 300;

/** What every run of this size must meet at least once, or its verdict says little. */
const SOMETIMES = [
  ...[
    'fault/crash/before',
    'fault/crash/after',
    'fault/freeze/before',
    'fault/freeze/after',
    'fault/cut',
    'fault/torn',
  ],
  ...['fault/error/before', 'fault/error/after', 'fault/slow/request', 'fault/slow/reply', 'daemon/drained'],
  ...['commit/committed', 'commit/fenced', 'commit/generation', 'claim/fenced', 'claim/expired', 'lease/taken over'],
  ...[
    'recovery/orphans',
    'recovery/redispatched',
    'provider/knownKey',
    'settled/accepted',
    'settled/unknown',
    'settled/retry',
    'settled/rejected',
  ],
  ...['event/repeated', 'event/conflicting', 'counter/duplicate', 'counter/conflict', 'intake/future_event'],
  ...['counter/entered', 'counter/ended/completed', 'counter/ended/exit_event', 'counter/ended/restarted'],
  ...[
    'counter/refused/already_entered',
    'counter/refused/live',
    'counter/refused/cooldown',
    'counter/refused/late_event',
  ],
  ...[
    'counter/refused/campaign_paused',
    'counter/held/quiet_hours',
    'counter/message/stale',
    'counter/message/blacklist',
  ],
  ...['provider/dropReply', 'provider/late', 'provider/doubt', 'provider/throttle', 'provider/gone', 'provider/refuse'],
];

test('no seed breaks a promise, each gives the same history twice, and together they meet every kind of fault', async () => {
  const notes = new Map<string, number>();
  const broken: string[] = [];
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const { violation, notes: met } = await runTwice(seed);
    addNotes(notes, met);
    if (violation) broken.push(`npm run simulate -- --seed ${seed} --count 1: ${violation.code} ${violation.detail}`);
  }
  expect(broken).toEqual([]);
  expect(SOMETIMES.filter((what) => !notes.has(what))).toEqual([]);
}, 120_000);
