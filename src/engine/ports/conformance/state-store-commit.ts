import { leaseResource } from '../state-store.ts';
import { same, truth } from './claims.ts';
import * as f from './state-store-fixture.ts';

/** Commit and load: all of a fold or nothing, once, and only by who may write. */
export const COMMIT_CASES: readonly f.StateStoreCase[] = [
  {
    name: 'what is committed is loaded: states, fingerprints, entries, records, mail, counters',
    async run(make) {
      const { port } = await make();
      const state = f.attributes({ name: '王', n: 2 ** 53 - 1, list: ['a'], nested: { x: 0.1 } });
      await f.committed(port, {
        changes: [
          f.change('u1', {
            state,
            dueAtMs: f.NOW_MS + 5,
            entries: [f.entry('unpaid', '')],
            records: [f.note('1'), f.note('2')],
            mail: [f.receipt('u1')],
          }),
        ],
        fingerprints: [f.fingerprint(1, 7)],
        counters: { conflict: 2 },
      });
      await f.committed(port, {
        changes: [f.change('u1', { state, records: [f.note('3')] })],
        counters: { conflict: 1 },
      });
      const keys = [f.fingerprint(1).key, f.fingerprint(2).key];
      const asked = [...['unpaid', 'other'].map((campaign) => ({ user: 'u1', campaign, key: '' }))];
      const loaded = await port.load({ users: ['u1', 'u2'], fingerprints: keys, entries: asked });
      same([...loaded.users], [['u1', state]]);
      same([...loaded.seen], [[keys[0], f.fingerprint(1, 7).content]]);
      same([...loaded.entries], [['u1', [f.entry('unpaid', '')]]]);
      same(await port.records('u1'), [f.note('1'), f.note('2'), f.note('3')]);
      same(
        (await port.mailbox([0], 10)).map(({ input }) => input),
        [f.receipt('u1')],
      );
      same((await port.status(f.NOW_MS)).counters, { conflict: 3 });
    },
  },
  {
    name: 'a state of null removes the row and its due time, not the memory of entries',
    async run(make) {
      const { port } = await make();
      await f.committed(port, { changes: [f.change('u1', { dueAtMs: 1, entries: [f.entry('unpaid', 'k')] })] });
      await f.committed(port, { changes: [f.change('u1', { state: null })] });
      same(await port.userState('u1'), null);
      same(await port.dueUsers([0], f.NOW_MS, 10), []);
      const loaded = await port.load({
        users: [],
        fingerprints: [],
        entries: [{ user: 'u1', campaign: 'unpaid', key: 'k' }],
      });
      same(loaded.entries.get('u1'), [f.entry('unpaid', 'k')]);
    },
  },
  {
    name: 'due users come earliest first, at their instant and not before, by partition and up to the limit',
    async run(make) {
      const { port } = await make();
      const due = [30, 10, 20, 40].map((atMs, i) => f.change(`u${atMs}`, { dueAtMs: atMs, partition: i % 2 }));
      await f.committed(port, { changes: [...due, f.change('never')] });
      same(await port.dueUsers([0, 1], 29, 10), ['u10', 'u20']);
      same(await port.dueUsers([0, 1], 30, 10), ['u10', 'u20', 'u30']);
      same(await port.dueUsers([0, 1], 99, 1), ['u10']);
      same(await port.dueUsers([0], 99, 10), ['u20', 'u30']);
      same([await port.nextDueAt([0]), await port.nextDueAt([1]), await port.nextDueAt([2])], [20, 10, null]);
    },
  },
  {
    name: 'a commit under another generation changes nothing',
    async run(make) {
      const { port } = await make();
      await port.saveRelease(f.bundle('sha256:a', 'sha256:c'));
      await port.activate('sha256:a', 0, f.NOW_MS);
      const leases = await f.lease(port, 'engine');
      const changes = [f.change('u1')];
      same(await port.commit(f.request(leases, { changes })), { kind: 'generation' });
      same(await port.userState('u1'), null);
      same(await port.commit(f.request(leases, { changes, generation: 1 })), { kind: 'committed' });
    },
  },
  {
    name: 'a fingerprint that was taken makes the whole batch stale, and the first content stands',
    async run(make) {
      const { port } = await make();
      const leases = await f.lease(port, 'engine');
      await f.committed(port, { changes: [f.change('u1')], fingerprints: [f.fingerprint(1, 7)] });
      const batch = {
        changes: [f.change('u2')],
        fingerprints: [f.fingerprint(2), f.fingerprint(1, 8)],
        counters: { n: 1 },
      };
      same(await port.commit(f.request(leases, batch)), { kind: 'stale' });
      const keys = [f.fingerprint(1).key, f.fingerprint(2).key];
      const loaded = await port.load({ users: ['u2'], fingerprints: keys, entries: [] });
      same([[...loaded.users], [...loaded.seen]], [[], [[keys[0], f.fingerprint(1, 7).content]]]);
      same((await port.status(f.NOW_MS)).counters, {});
    },
  },
  {
    name: 'a mailbox row is consumed once: a second batch that took it is stale',
    async run(make) {
      const { port } = await make();
      await port.post([{ partition: 0, input: f.receipt('u1') }]);
      const consumed = (await port.mailbox([0], 10)).map(({ id }) => id);
      await f.committed(port, { changes: [f.change('u1')], consumed });
      const leases = await f.lease(port, 'engine');
      same(await port.commit(f.request(leases, { changes: [f.change('u2')], consumed })), { kind: 'stale' });
      same([await port.userState('u2'), await port.mailbox([0], 10)], [null, []]);
    },
  },
  {
    name: 'a request whose answer was lost is sent again and changes nothing more',
    async run(make) {
      const { port } = await make();
      await port.post([{ partition: 0, input: f.receipt('u1') }]);
      const consumed = (await port.mailbox([0], 10)).map(({ id }) => id);
      const leases = await f.lease(port, 'engine');
      const changes = [f.change('u1', { records: [f.note('1')], mail: [f.receipt('u1')], sends: [f.send('u1', 'k')] })];
      const fold = { stream: 'run-1/a', number: 1 };
      const batch = f.request(leases, {
        changes,
        consumed,
        fingerprints: [f.fingerprint(1)],
        counters: { n: 1 },
        fold,
      });
      same([await port.commit(batch), await port.commit(batch)], [{ kind: 'committed' }, { kind: 'committed' }]);
      same([(await port.records('u1')).length, (await port.mailbox([0], 10)).length], [1, 1]);
      same((await port.status(f.NOW_MS)).counters, { n: 1 });
      same(await port.commit({ ...f.request(leases), fold: { ...fold, number: 2 } }), { kind: 'committed' });
    },
  },
  {
    name: 'a batch that fails half way leaves nothing behind',
    async run(make) {
      const { port } = await make();
      await f.committed(port, { changes: [f.change('u0', { sends: [f.send('u0', 'k')] })] });
      const leases = await f.lease(port, 'engine');
      const changes = [
        f.change('u1', { records: [f.note('1')], mail: [f.receipt('u1')], sends: [f.send('u1', 'new')], dueAtMs: 1 }),
        f.change('u0', { sends: [f.send('u0', 'k')] }),
      ];
      const result = await port.commit(
        f.request(leases, { changes, fingerprints: [f.fingerprint(1)], counters: { n: 1 } }),
      );
      same(result, { kind: 'duplicateSendKeys', keys: [f.keyOf('k')] });
      const { users, mailbox, counters, sends, due } = await port.status(f.NOW_MS);
      same(
        { users, mailbox, counters, sends, due },
        { users: 1, mailbox: 0, counters: {}, sends: { planned: 1 }, due: 0 },
      );
      same((await port.load({ users: ['u1'], fingerprints: [f.fingerprint(1).key], entries: [] })).seen.size, 0);
      same(await port.records('u1'), []);
    },
  },
  {
    name: 'a change of a partition without a lease is refused as a bug and changes nothing',
    async run(make) {
      const { port } = await make();
      const leases = await port.acquireLeases([leaseResource('engine', 5)], 'run-1', f.TTL_MS, f.NOW_MS);
      const result = await port.commit(f.request(leases, { changes: [f.change('u1', { partition: 6 })] })).then(
        () => 'none',
        (error: unknown) => (error instanceof Error ? 'error' : 'other'),
      );
      same([result, await port.userState('u1')], ['error', null]);
    },
  },
  {
    name: 'commits that are sent at once are each whole, in the order of their sending',
    async run(make) {
      const { port } = await make();
      const leases = await f.lease(port, 'engine');
      const folds = Array.from({ length: 50 }, (_, i) =>
        port.commit(
          f.request(leases, {
            changes: [f.change('u1', { state: f.attributes({ i }), records: [f.note(String(i))] })],
            fingerprints: [f.fingerprint(i - (i % 5 === 4 ? 1 : 0))],
          }),
        ),
      );
      const results = (await Promise.all(folds)).map(f.kindOf);
      same(
        results,
        Array.from({ length: 50 }, (_, i) => (i % 5 === 4 ? 'stale' : 'committed')),
      );
      same((await port.records('u1')).length, 40);
      same((await port.userState('u1'))?.attributes, { i: 48 });
    },
  },
  {
    name: 'sweep forgets the fingerprints before the horizon, not those at it or after it, in bounded calls',
    async run(make) {
      const { port } = await make();
      const all = Array.from({ length: 40 }, (_, i) => f.fingerprint(i));
      await f.committed(port, { fingerprints: all.filter((_, i) => i % 2 === 0) });
      await f.committed(port, { fingerprints: all.filter((_, i) => i % 2 === 1), atMs: f.NOW_MS + 1 });
      let removed = 0;
      for (let call = 0; call < 10; call += 1) {
        const some = await port.sweep(f.NOW_MS + 1 + 100, 100, 7);
        truth(some <= 7, `removed ${some} in one call`);
        removed += some;
      }
      const { seen } = await port.load({ users: [], fingerprints: all.map(({ key }) => key), entries: [] });
      same([removed, seen.size], [20, 20]);
    },
  },
];
