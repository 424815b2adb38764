import type { PlannedSend } from '../../src/engine/model/message.ts';
import { partitionOf, slotOf } from '../../src/engine/model/slot.ts';
import type { ClaimedSend, Lease, StateStore } from '../../src/engine/ports/state-store.ts';
import { partitionOfLease } from '../../src/engine/ports/state-store.ts';
import { TENANT } from '../../src/engine/simulator/plan.ts';
import type { Planted } from '../../src/engine/simulator/world/world.ts';

/** A bug put between the real loops and the world around them, to see that the simulation finds it. */
export interface PlantedBug {
  readonly name: string;
  /** The promises it may be seen to break first. */
  readonly finds: readonly string[];
  /** New for each history. */
  readonly plant: () => Planted;
}

/** A port with some of its methods replaced. */
function changed<Port extends object>(port: Port, methods: Partial<Port>): Port {
  return new Proxy(port, {
    get: (target, name) => {
      const method: unknown = Reflect.get(methods, name) ?? Reflect.get(target, name);
      return typeof method === 'function' && !(name in methods) ? (method.bind(target) as unknown) : method;
    },
  });
}

/** What was read is acknowledged before its fold is committed. */
const acknowledgesBeforeCommit: Planted = {
  bus: (bus) =>
    changed(bus, {
      pull: async (partitions, after, limit) => {
        const pulled = await bus.pull(partitions, after, limit);
        const upTo = new Map<number, number>();
        for (const { partition, tag } of pulled.deliveries) upTo.set(partition, tag);
        if (upTo.size > 0) await bus.ack(upTo);
        return pulled;
      },
    }),
};

/** A claim is kept in memory, and written only together with its outcome. */
function claimsInMemory(): Planted {
  const contents = new Map<string, PlannedSend & { readonly partition: number }>();
  return {
    store: (store, base) =>
      changed(store, {
        commit: async (request) => {
          const result = await store.commit(request);
          for (const { sends, partition } of request.changes) {
            for (const send of sends) contents.set(`${send.sendKey} ${send.attempt}`, { ...send, partition });
          }
          return result;
        },
        claimSends: async ({ channel, leases, nowMs, limit }) => {
          const partitions = new Set(leases.map(({ resource }) => partitionOfLease(resource)));
          const rows = await base.ledger({ state: 'planned' });
          const due = rows.flatMap(({ sendKey, attempt }) => contents.get(`${sendKey} ${attempt}`) ?? []);
          const mine = due.filter((send) => send.channel === channel && partitions.has(send.partition));
          const open = mine.filter(({ notBeforeMs, notAfterMs }) => notBeforeMs <= nowMs && nowMs < notAfterMs);
          const claimed = open.slice(0, limit).map((send): ClaimedSend => ({ ...send, dispatchedAtMs: nowMs }));
          const expired = mine.filter(({ notAfterMs }) => notAfterMs <= nowMs);
          return { claimed, expired };
        },
        settle: async (settlements, leases, nowMs) => {
          for (const channel of new Set(settlements.map(({ send }) => send.channel))) {
            await store.claimSends({ channel, leases, nowMs, limit: 1_000 });
          }
          const rows = await base.ledger({ state: 'dispatching' });
          const dispatched = new Map(rows.map(({ sendKey, dispatchedAtMs }) => [sendKey, dispatchedAtMs]));
          const renewed = settlements.map((one) => ({
            ...one,
            send: { ...one.send, dispatchedAtMs: dispatched.get(one.send.sendKey) ?? one.send.dispatchedAtMs },
          }));
          return store.settle(renewed, leases, nowMs);
        },
      }),
  };
}

/** The store takes whatever lease it is shown for the present one. */
const checksNoEpoch: Planted = {
  base: (base) => {
    const present = async (leases: readonly Lease[], nowMs: number): Promise<readonly Lease[]> => {
      const held = new Map((await base.status(nowMs)).leases.map((lease) => [lease.resource, lease]));
      return leases.map((lease) => held.get(lease.resource) ?? lease);
    };
    return changed(base, {
      commit: async (request) => base.commit({ ...request, leases: await present(request.leases, request.atMs) }),
    });
  },
};

/** A timer is taken off before its effect is committed. */
const popsTimers: Planted = {
  base: (base) =>
    changed(base, {
      dueUsers: async (partitions, beforeMs, limit) => {
        const users = await base.dueUsers(partitions, beforeMs, limit);
        await pop(base, users, beforeMs);
        return users;
      },
    }),
};

async function pop(base: StateStore, users: readonly string[], nowMs: number): Promise<void> {
  const { leases } = await base.status(nowMs);
  const generation = (await base.activeRelease())?.generation ?? 0;
  for (const user of users) {
    const slot = slotOf(TENANT, user);
    const none = { entries: [], sends: [], cancels: [], settles: [], pausedBy: [], mail: [], records: [] };
    const state = await base.userState(user);
    const change = { user, slot, partition: partitionOf(slot), state, dueAtMs: null, ...none };
    const engine = leases.filter(({ resource }) => resource.startsWith('engine/'));
    const request = { atMs: nowMs, leases: engine, generation, changes: [change] };
    await base.commit({ ...request, fingerprints: [], consumed: [], counters: {} });
  }
}

/** `<` for `<=`: at its due instant a timer is not due yet. */
const isLateByOne: Planted = {
  base: (base) =>
    changed(base, { dueUsers: (partitions, beforeMs, limit) => base.dueUsers(partitions, beforeMs - 1, limit) }),
};

/** What a provider may have taken counts as not sent. */
const retriesUnknown: Planted = {
  channel: (channel) =>
    changed(channel, {
      send: async (messages, deadlineMs, signal) => {
        const outcomes = await channel.send(messages, deadlineMs, signal);
        return outcomes.map((outcome) => (outcome.kind === 'unknown' ? { ...outcome, kind: 'retry' } : outcome));
      },
    }),
};

/** The six that the simulation must find, each within 2,000 short seeds. */
export const PLANTED_BUGS: readonly PlantedBug[] = [
  {
    name: 'acknowledges before the commit',
    finds: ['event/lost', 'timer/outran'],
    plant: () => acknowledgesBeforeCommit,
  },
  { name: 'attempt not on disk before the call', finds: ['send/not-on-disk'], plant: claimsInMemory },
  { name: 'no epoch check', finds: ['lease/fenced-write'], plant: () => checksNoEpoch },
  { name: 'timer deleted before its effect', finds: ['timer/not-offered', 'rest/enrollment'], plant: () => popsTimers },
  { name: '< for <= at the due instant', finds: ['timer/not-offered'], plant: () => isLateByOne },
  {
    name: 'retry of an unknown',
    finds: ['send/written-twice', 'send/accepted-twice', 'ledger/denies-acceptance'],
    plant: () => retriesUnknown,
  },
];
