import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lastPurchaseMs, recount } from './recount.ts';
import { HISTORY, openReplay, type Replay } from './replay.ts';

/** A whole replay takes half a minute on two busy cores. */
const REPLAY_MS = 300_000;
const DAY_MS = 86_400_000;

/** Totals of the history that its publisher's users know, not computed here. */
const KNOWN = { users: 23_570, purchases: 69_659, last: '1998-06-30T00:00:00.000Z' };

const lastMs = lastPurchaseMs(HISTORY);
/** The end of the history, and thirty days on, when nothing waits any more. */
const ends = { 'at the last purchase': lastMs, 'thirty days after it': lastMs + 30 * DAY_MS };

test('the recount knows every customer and every purchase', () => {
  const { users, purchases, winBack } = recount(HISTORY, lastMs);
  expect({ users, purchases, last: new Date(lastMs).toISOString() }).toEqual(KNOWN);
  expect(winBack.restarted + winBack.completed + winBack.waiting).toBe(purchases);
});

describe('the real loops over the whole history', () => {
  let replay: Replay;
  beforeAll(async () => {
    replay = await openReplay();
  });
  afterAll(() => replay.close());

  test.each(Object.entries(ends))(
    'give the figures of the recount %s',
    async (_, untilMs) => {
      await replay.advanceTo(untilMs);
      expect(await figuresOf(replay, untilMs)).toEqual(expectedAt(untilMs));
    },
    REPLAY_MS,
  );
});

/** What the engine's counters and the receivers' own logs say. */
async function figuresOf(replay: Replay, untilMs: number) {
  const { counters, sends, users } = await replay.store.status(untilMs);
  const inbox = replay.delivered('inbox');
  const misses = inbox.filter(({ subject }) => subject === undefined);
  const byMonth = Map.groupBy(misses, ({ at }) => at.slice(0, 7));
  const sum = (name: string) => counters[name] ?? 0;
  return {
    entered: sum('entered'),
    completed: sum('ended/completed'),
    restarted: sum('ended/restarted'),
    refused: sum('refused/already_entered') + sum('refused/live'),
    waiting: users,
    sends,
    email: replay.delivered('email').length,
    inbox: inbox.length,
    keys: new Set([...inbox, ...replay.delivered('email')].map(({ key }) => key)).size,
    winBackByMonth: Object.fromEntries([...byMonth].map(([month, lines]) => [month, lines.length])),
    itemsNamed: misses.reduce((total, { body }) => total + Number(/took (\d+) records? home/.exec(body)?.[1]), 0),
  };
}

function expectedAt(untilMs: number): Awaited<ReturnType<typeof figuresOf>> {
  const { thankYou, winBack } = recount(HISTORY, untilMs);
  const messages = thankYou.sent.email + thankYou.sent.inbox + winBack.sent;
  return {
    entered: thankYou.entries + winBack.entries,
    completed: thankYou.completed + winBack.completed,
    restarted: winBack.restarted,
    refused: thankYou.refused,
    waiting: winBack.waiting,
    sends: messages === 0 ? {} : { accepted: messages },
    email: thankYou.sent.email,
    inbox: thankYou.sent.inbox + winBack.sent,
    keys: messages,
    winBackByMonth: winBack.sentByMonth,
    itemsNamed: winBack.itemsNamed,
  };
}
