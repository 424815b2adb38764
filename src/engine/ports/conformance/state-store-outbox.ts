import { same, sameItems, truth } from './claims.ts';
import * as f from './state-store-fixture.ts';

/** Ledger and outbox: a key is sent by one attempt at a time, and every attempt is on disk before it is made. */
export const OUTBOX_CASES: readonly f.StateStoreCase[] = [
  {
    name: 'a claimed message is whole, dispatching in the ledger, and nobody else gets it',
    async run(make) {
      const { port } = await make();
      const planned = f.send('u1', 'k');
      await f.committed(port, { changes: [f.change('u1', { sends: [planned], partition: 3 })] });
      same(await port.backlog(), { [f.CHANNEL]: 1 });
      const { claimed } = await f.claim(port);
      const [{ partition, dispatchedAtMs, ...message } = { partition: 0, dispatchedAtMs: 0 }] = claimed;
      same([partition, dispatchedAtMs], [3, f.NOW_MS]);
      sameItems(Object.entries(message), Object.entries(planned));
      same([await f.states(port), await port.backlog()], [{ u1: 'dispatching' }, { [f.CHANNEL]: 1 }]);
      same((await f.claim(port)).claimed, []);
    },
  },
  {
    name: 'a message is claimed from notBefore on; from notAfter on it is only reported as expired',
    async run(make) {
      const { port } = await make();
      const windows = [
        [0, 10],
        [10, 20],
        [11, 20],
        [5, 11],
      ] as const;
      const changes = windows.map(([from, to], i) => {
        const window = { notBeforeMs: f.NOW_MS + from, notAfterMs: f.NOW_MS + to };
        return f.change(`u${i}`, { sends: [f.send(`u${i}`, `k${i}`, window)] });
      });
      await f.committed(port, { changes });
      same(await port.nextSendAt([0]), f.NOW_MS);
      const { claimed, expired } = await f.claim(port, 10, f.NOW_MS + 10);
      same(
        claimed.map(({ user }) => user),
        ['u3', 'u1'],
      );
      same(
        expired.map(({ user, partition }) => [user, partition]),
        [['u0', 0]],
      );
      same(await f.states(port), { u0: 'planned', u1: 'dispatching', u2: 'planned', u3: 'dispatching' });
      same([await port.nextSendAt([1]), await port.nextSendAt([])], [null, null]);
    },
  },
  {
    name: 'claims keep to the channel, to the partitions of the leases and to the limit, earliest first',
    async run(make) {
      const { port } = await make();
      const plan = (user: string, partition: number, fromMs: number, channel = f.CHANNEL) =>
        f.change(user, { partition, sends: [f.send(user, user, { notBeforeMs: f.NOW_MS + fromMs, channel })] });
      await f.committed(port, {
        changes: [plan('u3', 1, -1), plan('u1', 0, -3), plan('u2', 0, -2), plan('x', 0, -9, 'sms')],
      });
      const [lease] = await f.lease(port, 'delivery');
      const leases = lease === undefined ? [] : [lease];
      const answer = await port.claimSends({ channel: f.CHANNEL, leases, nowMs: f.NOW_MS, limit: 1 });
      same(answer !== 'fenced' && answer.claimed.map(({ user }) => user), ['u1']);
      const rest = await f.claim(port);
      same(
        rest.claimed.map(({ user }) => user),
        ['u2', 'u3'],
      );
      same(await port.backlog(), { sms: 1, [f.CHANNEL]: 3 });
    },
  },
  {
    name: 'a send key has one row: planned, dispatching or accepted it is a duplicate',
    async run(make) {
      const { port } = await make();
      const leases = await f.lease(port, 'engine');
      const again = () => port.commit(f.request(leases, { changes: [f.change('u1', { sends: [f.send('u1', 'k')] })] }));
      const duplicate = { kind: 'duplicateSendKeys', keys: [f.keyOf('k')] };
      same(await again(), { kind: 'committed' });
      same(await again(), duplicate);
      const { claimed, leases: delivery } = await f.claim(port);
      same(await again(), duplicate);
      await settleAll(port, claimed, delivery, 'accepted');
      same(await again(), duplicate);
      same((await port.ledger({})).length, 1);
    },
  },
  ...(['retry', 'rejected', 'unknown'] as const).map(
    (state): f.StateStoreCase => ({
      name: `a further attempt of a key that is ${state} replaces channel, attempt, window and content`,
      async run(make) {
        const { port } = await make();
        await f.committed(port, { changes: [f.change('u1', { sends: [f.send('u1', 'k')] })] });
        const { claimed, leases } = await f.claim(port);
        await settleAll(port, claimed, leases, state);
        same(await f.states(port), { u1: state });
        const content = { address: 'a@example.com', body: 'other' };
        const next = f.send('u1', 'k', { channel: 'email', attempt: 2, notBeforeMs: f.NOW_MS + 5, content });
        await f.committed(port, { changes: [f.change('u1', { sends: [next] })] });
        same([await port.backlog(), (await port.status(0)).sends], [{ email: 1 }, { planned: 1 }]);
        const delivery = await f.lease(port, 'delivery');
        const answer = await port.claimSends({ channel: 'email', leases: delivery, nowMs: f.NOW_MS + 5, limit: 9 });
        const found = answer === 'fenced' ? [] : answer.claimed;
        same(
          found.map(({ attempt, content: held }) => [attempt, held]),
          [[2, content]],
        );
      },
    }),
  ),
  {
    name: 'a cancel takes a planned message back and leaves one that was dispatched',
    async run(make) {
      const { port } = await make();
      await f.committed(port, { changes: ['u1', 'u2'].map((user) => f.change(user, { sends: [f.send(user, user)] })) });
      await f.claim(port, 1);
      const cancels = (user: string) => [{ sendKey: f.keyOf(user), reason: 'exit_event' }];
      await f.committed(port, { changes: ['u1', 'u2'].map((user) => f.change(user, { cancels: cancels(user) })) });
      same(await f.states(port), { u1: 'dispatching', u2: 'cancelled' });
      same((await port.ledger({ user: 'u2' }))[0]?.reason, 'exit_event');
      same([(await f.claim(port)).claimed, (await port.status(0)).outbox], [[], { [f.CHANNEL]: 1 }]);
      await f.committed(port, { changes: [f.change('u2', { sends: [f.send('u2', 'u2', { attempt: 2 })] })] });
      same(
        (await f.claim(port)).claimed.map(({ attempt }) => attempt),
        [2],
      );
    },
  },
  {
    name: 'within one change cancels apply before sends',
    async run(make) {
      const { port } = await make();
      await f.committed(port, { changes: [f.change('u1', { sends: [f.send('u1', 'k')] })] });
      const cancels = [{ sendKey: f.keyOf('k'), reason: 'quiet_hours' }];
      await f.committed(port, { changes: [f.change('u1', { cancels, sends: [f.send('u1', 'k', { attempt: 2 })] })] });
      same(
        (await f.claim(port)).claimed.map(({ attempt }) => attempt),
        [2],
      );
    },
  },
  {
    name: 'what the machine says of a message settles it, unless it is planned or accepted',
    async run(make) {
      const { port } = await make();
      const users = ['u1', 'u2', 'u3'];
      await f.committed(port, { changes: users.map((user) => f.change(user, { sends: [f.send(user, user)] })) });
      const { claimed, leases } = await f.claim(port, 2);
      await settleAll(port, claimed.slice(0, 1), leases, 'accepted');
      await settleAll(port, claimed.slice(1), leases, 'unknown');
      const settle = (state: 'cancelled' | 'rejected') => {
        const settles = (user: string) => [{ sendKey: f.keyOf(user), state, reason: 'receipt' }];
        return f.committed(port, { changes: users.map((user) => f.change(user, { settles: settles(user) })) });
      };
      await settle('cancelled');
      same(await f.states(port), { u1: 'accepted', u2: 'unknown', u3: 'planned' });
      await settle('rejected');
      same(await f.states(port), { u1: 'accepted', u2: 'rejected', u3: 'planned' });
      same((await port.status(0)).sends, { accepted: 1, planned: 1, rejected: 1 });
    },
  },
  {
    name: 'an outcome settles its attempt once and is posted once',
    async run(make) {
      const { port } = await make();
      await f.committed(port, { changes: [f.change('u1', { sends: [f.send('u1', 'k')], partition: 2 })] });
      const { claimed, leases } = await f.claim(port);
      await settleAll(port, claimed, leases, 'accepted');
      await settleAll(port, claimed, leases, 'unknown');
      const [row] = await port.ledger({ state: 'accepted' });
      same([row?.providerId, row?.reason, row?.dispatchedAtMs, row?.settledAtMs], ['id-1', null, f.NOW_MS, f.NOW_MS]);
      const mail = await port.mailbox([2], 10);
      same(
        mail.map(({ input }) => input),
        claimed.map((send) => f.outcome(send, 'accepted')),
      );
      same([await port.backlog(), (await port.status(0)).sends], [{}, { accepted: 1 }]);
    },
  },
  {
    name: 'the outcome of an earlier attempt leaves a later one alone',
    async run(make) {
      const { port } = await make();
      await f.committed(port, { changes: [f.change('u1', { sends: [f.send('u1', 'k')] })] });
      const first = await f.claim(port);
      await settleAll(port, first.claimed, first.leases, 'retry');
      await f.committed(port, { changes: [f.change('u1', { sends: [f.send('u1', 'k', { attempt: 2 })] })] });
      const second = await f.claim(port);
      await settleAll(port, first.claimed, second.leases, 'accepted');
      same([await f.states(port), (await port.mailbox([0], 9)).length], [{ u1: 'dispatching' }, 1]);
    },
  },
  {
    name: 'the outcome of an earlier dispatch leaves a later one of the same number alone',
    async run(make) {
      const { port } = await make();
      await f.committed(port, { changes: [f.change('u1', { sends: [f.send('u1', 'k')] })] });
      const first = await f.claim(port);
      const input = returned('u1', 'k', 'campaign_paused');
      const settlements = first.claimed.map((send) => ({ send, input, state: 'cancelled' as const, providerId: null }));
      await port.settle(settlements, first.leases, f.NOW_MS);
      await f.committed(port, { changes: [f.change('u1', { sends: [f.send('u1', 'k')] })] });
      const second = await f.claim(port, 10, f.NOW_MS + 1);
      await settleAll(port, first.claimed, second.leases, 'accepted', f.NOW_MS + 1);
      same(await f.states(port), { u1: 'dispatching' });
      await settleAll(port, second.claimed, second.leases, 'accepted', f.NOW_MS + 1);
      same(await f.states(port), { u1: 'accepted' });
    },
  },
  {
    name: 'what was claimed and not sent is given back as cancelled with a return input',
    async run(make) {
      const { port } = await make();
      await f.committed(port, { changes: [f.change('u1', { sends: [f.send('u1', 'k')] })] });
      const { claimed, leases } = await f.claim(port);
      const input = returned('u1', 'k', 'campaign_paused');
      const settlements = claimed.map((send) => ({ send, input, state: 'cancelled' as const, providerId: null }));
      same(await port.settle(settlements, leases, f.NOW_MS), 'settled');
      same((await port.ledger({}))[0]?.reason, 'campaign_paused');
      same(
        (await port.mailbox([0], 9)).map((item) => item.input),
        [input],
      );
    },
  },
  {
    name: 'planned messages are returned once; one that was claimed meanwhile stays',
    async run(make) {
      const { port } = await make();
      const users = ['u1', 'u2'];
      await f.committed(port, { changes: users.map((user) => f.change(user, { sends: [f.send(user, user)] })) });
      await f.claim(port, 1);
      const returns = users.map((user) => {
        return { send: f.send(user, user), partition: 0, input: returned(user, user, 'stale') };
      });
      await port.returnSends(returns);
      await port.returnSends(returns);
      same(await f.states(port), { u1: 'dispatching', u2: 'cancelled' });
      same(
        (await port.mailbox([0], 9)).map(({ input }) => input),
        [returns[1]?.input],
      );
    },
  },
  {
    name: 'what a dead owner had in flight is an orphan of the next epoch, is taken over once, and keeps its first dispatch',
    async run(make) {
      const { port } = await make();
      await f.committed(port, { changes: [f.change('u1', { sends: [f.send('u1', 'k')] })] });
      const first = await f.claim(port);
      same(await port.orphanedSends(f.CHANNEL, first.leases), []);
      same(await port.claimedSends(f.CHANNEL, first.leases), first.claimed);
      const laterMs = f.NOW_MS + f.TTL_MS;
      const leases = await f.lease(port, 'delivery', 'run-2', laterMs);
      same(await port.orphanedSends('sms', leases), []);
      const orphans = await port.orphanedSends(f.CHANNEL, leases);
      same(orphans, first.claimed);
      same(await port.claimedSends(f.CHANNEL, leases), []);
      same(await port.redispatch(orphans, leases, laterMs), orphans);
      same(await port.redispatch(orphans, leases, laterMs), []);
      same(await port.orphanedSends(f.CHANNEL, leases), []);
      same(await port.claimedSends(f.CHANNEL, leases), orphans);
      await settleAll(port, orphans, leases, 'accepted', laterMs);
      same(await f.states(port), { u1: 'accepted' });
    },
  },
  {
    name: 'an orphan of a channel without keys is settled as unknown under the next epoch',
    async run(make) {
      const { port } = await make();
      await f.committed(port, { changes: [f.change('u1', { sends: [f.send('u1', 'k')] })] });
      await f.claim(port);
      const laterMs = f.NOW_MS + f.TTL_MS;
      const leases = await f.lease(port, 'delivery', 'run-2', laterMs);
      await settleAll(port, await port.orphanedSends(f.CHANNEL, leases), leases, 'unknown', laterMs);
      same([await f.states(port), (await port.mailbox([0], 9)).length], [{ u1: 'unknown' }, 1]);
    },
  },
  {
    name: 'two connections that claim at once never get the same message',
    needs: ['shared'],
    async run(make) {
      const fixture = await make();
      const second = await fixture.second();
      const users = Array.from({ length: 200 }, (_, i) => `u${i}`);
      await f.committed(fixture.port, {
        changes: users.map((user) => f.change(user, { sends: [f.send(user, user)] })),
      });
      // Both hold the same lease, as nobody should: the rows alone must keep them apart.
      const claims = Array.from({ length: 40 }, (_, i) => f.claim(i % 2 === 0 ? fixture.port : second, 10));
      const keys = (await Promise.all(claims)).flatMap(({ claimed }) => claimed.map(({ sendKey }) => sendKey));
      truth(
        keys.length === 200 && new Set(keys).size === 200,
        `${keys.length} claims of ${new Set(keys).size} messages`,
      );
    },
  },
];

type Store = f.StateStoreFixture['port'];
type Claim = Awaited<ReturnType<typeof f.claim>>;

async function settleAll(
  port: Store,
  claimed: Claim['claimed'],
  leases: Claim['leases'],
  state: 'accepted' | 'unknown' | 'rejected' | 'retry',
  nowMs = f.NOW_MS,
): Promise<void> {
  const settlements = claimed.map((send) => ({ send, input: f.outcome(send, state), state, providerId: 'id-1' }));
  same(await port.settle(settlements, leases, nowMs), 'settled');
}

function returned(user: string, name: string, reason: 'stale' | 'campaign_paused') {
  return { kind: 'return' as const, user, sendKey: f.keyOf(name), attempt: 1, atMs: f.NOW_MS, reason };
}
