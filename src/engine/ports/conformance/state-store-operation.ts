import { codeOf, NAUGHTY_TEXTS, same, sameItems, truth } from './claims.ts';
import * as f from './state-store-fixture.ts';

const PAUSE = { campaign: 'unpaid', pausedAtMs: f.NOW_MS, reason: 'wrong text', actor: 'ops', untilMs: null };

/** Mailbox, pauses, releases, keys, and what closing leaves. */
export const OPERATION_CASES: readonly f.StateStoreCase[] = [
  {
    name: 'the mailbox gives the oldest rows of its partitions in the order of posting, and ids are not given twice',
    async run(make) {
      const { port } = await make();
      const post = (names: readonly string[], partition: number) =>
        port.post(names.map((user) => ({ partition, input: f.receipt(user) })));
      await post(['a', 'b'], 0);
      await post(['c'], 1);
      await post(['d', 'e'], 0);
      const users = async (partitions: number[], limit: number) =>
        (await port.mailbox(partitions, limit)).map(({ input }) => 'user' in input && input.user);
      same([await users([0], 3), await users([0, 1], 3), await users([2], 3)], [['a', 'b', 'd'], ['a', 'b', 'c'], []]);
      const items = await port.mailbox([0, 1], 10);
      same(
        items.map(({ partition }) => partition),
        [0, 0, 1, 0, 0],
      );
      await f.committed(port, { consumed: items.map(({ id }) => id) });
      await post(['f'], 0);
      const [next] = await port.mailbox([0], 10);
      truth(next !== undefined && items.every(({ id }) => id < next.id), 'an id was given twice');
    },
  },
  {
    name: 'resume ends a pause and wakes once everybody it holds, nobody else',
    async run(make) {
      const { port } = await make();
      await port.pause(PAUSE);
      await port.pause({ ...PAUSE, campaign: 'other', untilMs: f.NOW_MS + 1 });
      same(await port.pauses(), [{ ...PAUSE, campaign: 'other', untilMs: f.NOW_MS + 1 }, PAUSE]);
      const held = (user: string, partition: number, by: string) => f.change(user, { partition, pausedBy: [by] });
      const odd = 'nul\0 王 "quoted"';
      await f.committed(port, { changes: [held('u1', 1, 'unpaid'), held(odd, 2, 'unpaid'), held('u3', 1, 'other')] });
      await f.committed(port, { changes: [held('u1', 1, 'unpaid')] });
      same(await port.resume('unpaid', f.NOW_MS + 9, f.NOW_MS), false);
      same([await port.resume('unpaid', f.NOW_MS + 9), await port.resume('unpaid', f.NOW_MS + 9)], [true, false]);
      const mail = (await port.mailbox([0, 1, 2], 10)).map(({ partition, input }) => [partition, input]);
      const woken = (user: string) => ({ kind: 'resume', user, campaign: 'unpaid', atMs: f.NOW_MS + 9 });
      sameItems(mail, [
        [1, woken('u1')],
        [2, woken(odd)],
      ]);
      same(
        (await port.pauses()).map(({ campaign }) => campaign),
        ['other'],
      );
    },
  },
  {
    name: 'a hold by a pause that has ended meanwhile is woken at once',
    async run(make) {
      const { port } = await make();
      await port.pause({ ...PAUSE, campaign: 'ended', untilMs: f.NOW_MS });
      await f.committed(port, { changes: [f.change('u1', { pausedBy: ['unpaid', 'ended'] })] });
      const inputs = (await port.mailbox([0], 10)).map(({ input }) => input);
      same(
        inputs,
        ['unpaid', 'ended'].map((campaign) => ({ kind: 'resume', user: 'u1', campaign, atMs: f.NOW_MS })),
      );
    },
  },
  {
    name: 'activation is a compare-and-set, and a release that was not saved is not activated',
    async run(make) {
      const { port } = await make();
      same([await port.activeRelease(), await port.loadRelease('sha256:a')], [null, null]);
      const a = f.bundle('sha256:a', 'sha256:c1');
      const b = f.bundle('sha256:b', 'sha256:c2');
      for (const bundle of [a, a, b]) await port.saveRelease(bundle);
      same(await port.loadRelease('sha256:a'), a);
      const first = { generation: 1, digest: 'sha256:a', activatedAtMs: f.NOW_MS };
      same(await port.activate('sha256:a', 0, f.NOW_MS), first);
      same(await port.activate('sha256:b', 0, f.NOW_MS), null);
      same(await port.activeRelease(), first);
      truth((await codeOf(port.activate('sha256:none', 1, f.NOW_MS))) !== 'none', 'an unknown release was activated');
      same((await port.activate('sha256:b', 1, f.NOW_MS))?.generation, 2);
      same((await port.activate('sha256:a', 2, f.NOW_MS))?.generation, 3);
      const holders = ['sha256:c1', 'sha256:c2', 'sha256:c3'].map((digest) => port.releaseOfCampaign(digest));
      same(await Promise.all(holders), ['sha256:a', 'sha256:b', null]);
    },
  },
  {
    name: 'keys compare by bytes and text comes back as it was given',
    async run(make) {
      const { port } = await make();
      const changes = NAUGHTY_TEXTS.map((text, i) =>
        f.change(text, {
          state: f.attributes({ i, text }),
          dueAtMs: i,
          entries: [f.entry(text, text, i)],
          sends: [f.send(text, String(i), { content: { address: text, body: text } })],
          records: [f.note(text)],
          mail: [f.receipt(text)],
        }),
      );
      await f.committed(port, { changes: [...changes].reverse() });
      const entries = NAUGHTY_TEXTS.map((text) => ({ user: text, campaign: text, key: text }));
      const loaded = await port.load({ users: NAUGHTY_TEXTS, fingerprints: [], entries });
      same(
        NAUGHTY_TEXTS.map((text) => loaded.users.get(text)?.attributes),
        NAUGHTY_TEXTS.map((text, i) => ({ i, text })),
      );
      same(
        NAUGHTY_TEXTS.map((text) => loaded.entries.get(text)),
        NAUGHTY_TEXTS.map((text, i) => [f.entry(text, text, i)]),
      );
      same(await port.dueUsers([0], f.NOW_MS, 99), NAUGHTY_TEXTS);
      const { claimed } = await f.claim(port, 99);
      const found = claimed.map(({ user, content }) => [user, content.address, content.body]);
      sameItems(
        found,
        NAUGHTY_TEXTS.map((text) => [text, text, text]),
      );
      for (const text of NAUGHTY_TEXTS) {
        same(await port.records(text), [f.note(text)]);
        same((await port.ledger({ user: text })).length, 1);
      }
    },
  },
  {
    name: 'half of a surrogate pair comes back in a value and is refused in a key',
    async run(make) {
      const { port } = await make();
      const state = f.attributes({ half: '\ud800x' });
      await f.committed(port, { changes: [f.change('u1', { state })] });
      same(await port.userState('u1'), state);
      const leases = await f.lease(port, 'engine');
      const commit = port.commit(f.request(leases, { changes: [f.change('\ud800')] }));
      same(await codeOf(commit), 'store/ill-formed-text');
    },
  },
  {
    name: 'the ledger is filtered by user, campaign and state',
    async run(make) {
      const { port } = await make();
      const plan = (user: string, campaign: string) =>
        f.change(user, { sends: [f.send(user, user + campaign, { campaign })] });
      await f.committed(port, { changes: [plan('u1', 'a'), plan('u2', 'a')] });
      await f.committed(port, { changes: [plan('u1', 'b')] });
      await f.claim(port, 1);
      const count = async (filter: Parameters<typeof port.ledger>[0]) => (await port.ledger(filter)).length;
      same([await count({}), await count({ user: 'u1' }), await count({ campaign: 'a' })], [3, 2, 2]);
      same(
        [await count({ state: 'dispatching' }), await count({ user: 'u1', campaign: 'b', state: 'planned' })],
        [1, 1],
      );
    },
  },
  {
    name: 'everything is there after closing and opening again',
    needs: ['durable'],
    async run(make) {
      const fixture = await make();
      await fixture.port.saveRelease(f.bundle('sha256:a', 'sha256:c'));
      await fixture.port.activate('sha256:a', 0, f.NOW_MS);
      await fixture.port.pause(PAUSE);
      const one = f.change('u1', {
        dueAtMs: 5,
        sends: [f.send('u1', 'k')],
        records: [f.note('1')],
        mail: [f.receipt('u1')],
      });
      await f.committed(fixture.port, { changes: [one], fingerprints: [f.fingerprint(1)], generation: 1 });
      await fixture.port.addCounters({ n: 3 });
      const before = await fixture.port.status(f.NOW_MS);
      const port = await fixture.reopen();
      same(await port.status(f.NOW_MS), before);
      same([before.users, before.due, before.mailbox, before.sends], [1, 1, 1, { planned: 1 }]);
      same([(await port.activeRelease())?.generation, await port.pauses()], [1, [PAUSE]]);
      same((await port.load({ users: ['u1'], fingerprints: [f.fingerprint(1).key], entries: [] })).seen.size, 1);
      same([await port.records('u1'), (await f.claim(port)).claimed.length], [[f.note('1')], 1]);
    },
  },
  {
    name: 'what one connection has committed another one reads, and both write without losing anything',
    needs: ['shared'],
    async run(make) {
      const fixture = await make();
      const ports = [fixture.port, await fixture.second()];
      await Promise.all(
        Array.from({ length: 100 }, async (_, i) => {
          const port = ports[i % 2] as typeof fixture.port;
          await port.addCounters({ n: 1 });
          await port.post([{ partition: 0, input: f.receipt(`u${i}`) }]);
        }),
      );
      for (const port of ports) {
        const { counters, mailbox } = await port.status(f.NOW_MS);
        same([counters, mailbox], [{ n: 100 }, 100]);
      }
    },
  },
  {
    name: 'migrating again changes nothing; a closed store answers store/unavailable',
    async run(make) {
      const { port } = await make();
      await f.committed(port, { changes: [f.change('u1')] });
      await port.migrate();
      same((await port.status(f.NOW_MS)).users, 1);
      await port.close();
      same(await codeOf(port.userState('u1')), 'store/unavailable');
      await port.close();
    },
  },
];
