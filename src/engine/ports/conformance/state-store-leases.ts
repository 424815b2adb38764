import { type Lease, leaseResource } from '../state-store.ts';
import { same, truth } from './claims.ts';
import * as f from './state-store-fixture.ts';

const RESOURCE = leaseResource('engine', 0);

/** Leases and their epochs: who was cut off cannot write. */
export const LEASE_CASES: readonly f.StateStoreCase[] = [
  {
    name: 'a lease has one holder until it runs out; the next one has a higher epoch',
    async run(make) {
      const { port } = await make();
      const first = await port.acquireLease(RESOURCE, 'run-1', f.TTL_MS, f.NOW_MS);
      same(first, { resource: RESOURCE, holder: 'run-1', epoch: 1, expiresAtMs: f.NOW_MS + f.TTL_MS });
      same(await port.acquireLease(RESOURCE, 'run-2', f.TTL_MS, f.NOW_MS + f.TTL_MS - 1), null);
      const second = await port.acquireLease(RESOURCE, 'run-2', f.TTL_MS, f.NOW_MS + f.TTL_MS);
      same([second?.holder, second?.epoch], ['run-2', 2]);
    },
  },
  {
    name: 'renewal by its holder keeps the epoch and moves the end',
    async run(make) {
      const { port } = await make();
      await port.acquireLease(RESOURCE, 'run-1', f.TTL_MS, f.NOW_MS);
      const renewed = await port.acquireLease(RESOURCE, 'run-1', f.TTL_MS, f.NOW_MS + 9000);
      same([renewed?.epoch, renewed?.expiresAtMs], [1, f.NOW_MS + 9000 + f.TTL_MS]);
      same(await port.acquireLease(RESOURCE, 'run-2', f.TTL_MS, f.NOW_MS + f.TTL_MS), null);
    },
  },
  {
    name: 'a released lease is free at once, its epoch goes on rising, and only its holder releases it',
    async run(make) {
      const { port } = await make();
      const first = (await port.acquireLease(RESOURCE, 'run-1', f.TTL_MS, f.NOW_MS)) as Lease;
      await port.releaseLeases([
        { ...first, holder: 'run-2' },
        { ...first, epoch: 9 },
      ]);
      same(await port.acquireLease(RESOURCE, 'run-2', f.TTL_MS, f.NOW_MS), null);
      await port.releaseLeases([first]);
      same((await port.acquireLease(RESOURCE, 'run-1', f.TTL_MS, f.NOW_MS))?.epoch, 2);
    },
  },
  {
    name: 'of many leases those that are free are obtained',
    async run(make) {
      const { port } = await make();
      const resources = [0, 1, 2].map((partition) => leaseResource('delivery', partition));
      await port.acquireLease(resources[1] as string, 'run-2', f.TTL_MS, f.NOW_MS);
      const obtained = await port.acquireLeases(resources, 'run-1', f.TTL_MS, f.NOW_MS);
      same(
        obtained.map(({ resource }) => resource),
        [resources[0], resources[2]],
      );
      same((await port.status(f.NOW_MS)).leases.length, 3);
    },
  },
  {
    name: 'a commit is fenced by a lost lease, a released one, one that ran out, and by one such among many',
    async run(make) {
      const { port } = await make();
      const leases = await f.lease(port, 'engine');
      const [first] = leases as [Lease];
      const changes = [f.change('u1')];
      const late = f.request(leases, { changes, atMs: f.NOW_MS + f.TTL_MS });
      same(await port.commit(late), { kind: 'fenced' });
      const other = { ...first, resource: leaseResource('engine', 63) };
      same(await port.commit(f.request([...leases, other], { changes })), { kind: 'fenced' });
      same(await port.commit(f.request([{ ...first, holder: 'run-2' }], { changes })), { kind: 'fenced' });
      await port.releaseLeases([leases[1] as Lease]);
      same(await port.commit(f.request(leases, { changes })), { kind: 'fenced' });
      await port.acquireLease(first.resource, 'run-2', f.TTL_MS, f.NOW_MS + f.TTL_MS);
      same(await port.commit(f.request([first], { changes })), { kind: 'fenced' });
      same(await port.userState('u1'), null);
    },
  },
  {
    name: 'who lost a lease and has it again is fenced under the old epoch',
    async run(make) {
      const { port } = await make();
      const leases = await f.lease(port, 'engine', 'run-1');
      await f.lease(port, 'engine', 'run-2', f.NOW_MS + f.TTL_MS);
      const atMs = f.NOW_MS + 2 * f.TTL_MS;
      const again = await f.lease(port, 'engine', 'run-1', atMs);
      const changes = [f.change('u1')];
      same(await port.commit(f.request(leases, { changes, atMs })), { kind: 'fenced' });
      same(await port.commit(f.request(again, { changes, atMs })), { kind: 'committed' });
    },
  },
  {
    name: 'a fenced owner neither claims, settles nor dispatches again',
    async run(make) {
      const { port } = await make();
      await f.committed(port, { changes: ['u1', 'u2'].map((user) => f.change(user, { sends: [f.send(user, user)] })) });
      const { leases, claimed } = await f.claim(port, 1);
      const laterMs = f.NOW_MS + f.TTL_MS;
      await f.lease(port, 'delivery', 'run-2', laterMs);
      same(await port.claimSends({ channel: f.CHANNEL, leases, nowMs: f.NOW_MS, limit: 9 }), 'fenced');
      const settlements = claimed.map((send) => ({
        ...{ send, input: f.outcome(send), state: 'accepted' as const, providerId: null },
      }));
      same(await port.settle(settlements, leases, f.NOW_MS), 'fenced');
      same(await port.redispatch(claimed, leases, f.NOW_MS), []);
      same([await f.states(port), await port.mailbox([0], 9)], [{ u1: 'dispatching', u2: 'planned' }, []]);
    },
  },
  {
    name: 'two connections that race for a lease: one obtains it',
    needs: ['shared'],
    async run(make) {
      const fixture = await make();
      const ports = [fixture.port, await fixture.second()];
      for (let round = 0; round < 20; round += 1) {
        const tries = ports.map((port, i) => port.acquireLease(`race-${round}`, `run-${i}`, f.TTL_MS, f.NOW_MS));
        const obtained = (await Promise.all(tries)).filter((lease) => lease !== null);
        truth(obtained.length === 1, `${obtained.length} holders`);
      }
    },
  },
  {
    name: 'an owner that was cut off on one connection cannot write after the takeover on another',
    needs: ['shared'],
    async run(make) {
      const fixture = await make();
      const second = await fixture.second();
      const old = await f.lease(fixture.port, 'engine', 'run-1');
      const taken = await f.lease(second, 'engine', 'run-2', f.NOW_MS + f.TTL_MS);
      const changes = [f.change('u1')];
      // Its clock stands still, as that of a process that was stopped and goes on.
      same(await fixture.port.commit(f.request(old, { changes })), { kind: 'fenced' });
      same(await second.commit(f.request(taken, { changes, atMs: f.NOW_MS + f.TTL_MS })), { kind: 'committed' });
    },
  },
];
