import type { DeploymentRecord } from '../../model/deployment.ts';
import type { Release, ReleaseBundle } from '../../model/release.ts';
import type { UserState } from '../../model/state.ts';
import type { DeploymentStore } from '../deployment-store.ts';
import type { StateStore } from '../state-store.ts';
import { same, truth } from './claims.ts';
import { change, committed, NOW_MS } from './state-store-fixture.ts';

/** What not every store can show; a case that needs more is reported as skipped. */
export type DeploymentStoreNeed = 'durable' | 'shared';

/** One environment's deployments beside its users. */
export interface DeploymentStores {
  readonly state: StateStore;
  readonly deployments: DeploymentStore;
}

/** Empty stores, already migrated. */
export interface DeploymentStoreFixture extends DeploymentStores {
  /** `durable`: closes the stores and opens others on the same data. */
  reopen(): Promise<DeploymentStores>;
  /** `shared`: another connection to the same data, as a second process has it. */
  second(): Promise<DeploymentStores>;
}

/** One promise of DeploymentStore. `run` throws when it is broken. */
export interface DeploymentStoreCase {
  readonly name: string;
  readonly needs?: readonly DeploymentStoreNeed[];
  readonly run: (make: () => Promise<DeploymentStoreFixture>) => Promise<void>;
}

/** A record of the deployment that follows `previousGeneration`. */
export function record(previousGeneration: number, parts: Partial<DeploymentRecord> = {}): DeploymentRecord {
  return {
    ...{ formatVersion: 1, project: 'shop', environment: 'prod', commit: 'c'.repeat(40), tree: 't'.repeat(40) },
    ...{ generation: previousGeneration + 1, previousGeneration, bundle: 'sha256:b1', policy: 'sha256:policy' },
    ...{ plan: `sha256:plan-${previousGeneration}`, approvals: [], actor: '王 <wang@example.com>', atMs: NOW_MS },
    ...{ kind: 'deploy', signature: { keyId: 'ed25519:1', value: 'AAAA' } },
    ...parts,
  } as DeploymentRecord;
}

/** A release as far as a store looks into it. */
export function bundleOf(digest: string, campaignDigest = `${digest}-campaign`): ReleaseBundle {
  const release = { formatVersion: 1, campaigns: { unpaid: { name: 'unpaid', digest: campaignDigest } } };
  return { digest, release: release as unknown as Release, places: {} };
}

const B1 = bundleOf('sha256:b1');
const B2 = bundleOf('sha256:b2');
const TTL_MS = 30_000;

const DEPLOY_CASES: readonly DeploymentStoreCase[] = [
  {
    name: 'a deployment saves the bundle, activates it and appends its record',
    async run(make) {
      const { state, deployments } = await make();
      same(await deployments.deploy(B1, record(0)), 'deployed');
      same(await state.activeRelease(), { generation: 1, digest: B1.digest, activatedAtMs: NOW_MS });
      same(await state.loadRelease(B1.digest), B1);
      same(await state.releaseOfCampaign('sha256:b1-campaign'), B1.digest);
      same(await deployments.deployments(9), [record(0)]);
    },
  },
  {
    name: 'a deployment over another generation than the active one is stale and leaves no trace',
    async run(make) {
      const { state, deployments } = await make();
      await deployments.deploy(B1, record(0));
      for (const previous of [0, 2, 7]) {
        const late = record(previous, { plan: 'sha256:late', bundle: B2.digest });
        same(await deployments.deploy(B2, late), 'stale');
      }
      same(await state.loadRelease(B2.digest), null);
      same(await state.activeRelease(), { generation: 1, digest: B1.digest, activatedAtMs: NOW_MS });
      same(await deployments.deployments(9), [record(0)]);
    },
  },
  {
    name: 'a plan is deployed once, at whatever generation it comes again',
    async run(make) {
      const { state, deployments } = await make();
      await deployments.deploy(B1, record(0));
      same(await deployments.deploy(B1, record(0)), 'used');
      same(await deployments.deploy(B2, record(1, { plan: 'sha256:plan-0', bundle: B2.digest })), 'used');
      same((await state.activeRelease())?.generation, 1);
      same(await state.loadRelease(B2.digest), null);
    },
  },
  {
    name: 'records come newest first, as many as asked, with every field as it was',
    async run(make) {
      const { deployments } = await make();
      const extra = { kind: 'rollback', reason: '„schlecht“\nzwei', holds: 'f'.repeat(40) } as const;
      const approvals = [{ plan: 'sha256:p', by: 'bob@example.com', via: 'ssh', proof: 'SSH\nSIG', atMs: 1 }] as const;
      await deployments.deploy(B1, record(0));
      await deployments.deploy(B2, record(1, { bundle: B2.digest }));
      await deployments.deploy(B1, record(2, { ...extra, approvals }));
      same(await deployments.deployments(2), [record(2, { ...extra, approvals }), record(1, { bundle: B2.digest })]);
    },
  },
  {
    name: 'an activation without a record moves the generation that a deployment must name',
    async run(make) {
      const { state, deployments } = await make();
      await state.saveRelease(B1);
      await state.activate(B1.digest, 0, NOW_MS);
      same(await deployments.deploy(B1, record(0)), 'stale');
      same(await deployments.deploy(B1, record(1)), 'deployed');
    },
  },
  {
    name: 'a record that does not belong to its bundle or skips a generation is refused',
    async run(make) {
      const { state, deployments } = await make();
      const wrong = [record(0, { bundle: B2.digest }), record(0, { generation: 2 }), record(1, { generation: 1 })];
      for (const each of wrong) {
        const refused = await deployments.deploy(B1, each).catch(() => 'refused');
        truth(refused !== 'deployed', 'a wrong record was deployed');
      }
      same([await state.activeRelease(), await deployments.deployments(9)], [null, []]);
    },
  },
  {
    name: 'what was deployed is there after the store is opened again',
    needs: ['durable'],
    async run(make) {
      const fixture = await make();
      await fixture.deployments.deploy(B1, record(0));
      const { state, deployments } = await fixture.reopen();
      same((await state.activeRelease())?.generation, 1);
      same(await deployments.deployments(9), [record(0)]);
      same(await deployments.deploy(B1, record(1, { plan: 'sha256:plan-0' })), 'used');
    },
  },
  {
    name: 'of deployments that race over one generation exactly one is deployed',
    needs: ['shared'],
    async run(make) {
      const fixture = await make();
      const stores = [fixture.deployments, (await fixture.second()).deployments];
      for (let previous = 0; previous < 20; previous += 1) {
        const tries = stores.map((store, i) => store.deploy(B1, record(previous, { plan: `${previous}/${i}` })));
        same([...(await Promise.all(tries))].sort(), ['deployed', 'stale']);
      }
      same((await fixture.deployments.deployments(99)).length, 20);
    },
  },
];

const REVIEW_CASES: readonly DeploymentStoreCase[] = [
  {
    name: 'a break-glass deployment is reviewed once; others and unknown ones are not',
    async run(make) {
      const { deployments } = await make();
      await deployments.deploy(B1, record(0));
      await deployments.deploy(B1, record(1, { kind: 'break-glass', reason: 'fire' }));
      same(await deployments.reviews(), {});
      same(await deployments.review(1, 'bob', NOW_MS), false);
      same(await deployments.review(9, 'bob', NOW_MS), false);
      same(await deployments.review(2, 'bob', NOW_MS), true);
      same(await deployments.review(2, 'eve', NOW_MS + 1), false);
      same(await deployments.reviews(), { 2: { by: 'bob', atMs: NOW_MS } });
    },
  },
];

const LOCK_CASES: readonly DeploymentStoreCase[] = [
  {
    name: 'a lock has one holder until it runs out; renewing moves its end and keeps its beginning',
    async run(make) {
      const { deployments } = await make();
      const held = { holder: 'ann', reason: 'deploy', takenAtMs: NOW_MS, expiresAtMs: NOW_MS + TTL_MS };
      same(await deployments.lock(NOW_MS), null);
      same(await deployments.acquireLock('ann', 'deploy', TTL_MS, NOW_MS), held);
      same(await deployments.acquireLock('bob', 'deploy', TTL_MS, NOW_MS + TTL_MS - 1), null);
      const renewed = { ...held, expiresAtMs: NOW_MS + 10 + TTL_MS };
      same(await deployments.acquireLock('ann', 'deploy', TTL_MS, NOW_MS + 10), renewed);
      same(await deployments.lock(NOW_MS + TTL_MS), renewed);
      const endMs = NOW_MS + 10 + TTL_MS;
      same(await deployments.lock(endMs), null);
      same((await deployments.acquireLock('bob', 'rollback', TTL_MS, endMs))?.takenAtMs, endMs);
      same(await deployments.acquireLock('ann', 'deploy', TTL_MS, endMs), null);
    },
  },
  {
    name: 'only its holder releases a lock, and it is free at once',
    async run(make) {
      const { deployments } = await make();
      await deployments.acquireLock('ann', 'deploy', TTL_MS, NOW_MS);
      await deployments.releaseLock('bob');
      same((await deployments.lock(NOW_MS))?.holder, 'ann');
      await deployments.releaseLock('ann');
      same(await deployments.lock(NOW_MS), null);
      same((await deployments.acquireLock('bob', 'deploy', TTL_MS, NOW_MS))?.holder, 'bob');
    },
  },
  {
    name: 'of two connections that race for the lock one obtains it',
    needs: ['shared'],
    async run(make) {
      const fixture = await make();
      const stores = [fixture.deployments, (await fixture.second()).deployments];
      for (let round = 0; round < 20; round += 1) {
        const nowMs = NOW_MS + round * TTL_MS;
        const tries = stores.map((store, i) => store.acquireLock(`${round}/${i}`, 'deploy', TTL_MS, nowMs));
        const held = (await Promise.all(tries)).filter((lock) => lock !== null);
        truth(held.length === 1, `${held.length} holders`);
      }
    },
  },
];

const VIEW_CASES: readonly DeploymentStoreCase[] = [
  {
    name: 'occupancy counts live enrollments by campaign, definition and step',
    async run(make) {
      const { state, deployments } = await make();
      same(await deployments.occupancy(), []);
      const states = [[at('a', 'd1', 's1')], [at('a', 'd1', 's1'), at('b', 'd9', 's1')], [at('a', 'd2', 's1')], []];
      const live = states.map((enrollments, i) => change(`u${i}`, { state: stateOf(enrollments) }));
      await committed(state, { changes: [...live, change('u9', { state: stateOf([at('a', 'd1', '步骤 "2"')]) })] });
      same(await deployments.occupancy(), [
        { campaign: 'a', definition: 'd1', step: 's1', users: 2 },
        { campaign: 'a', definition: 'd1', step: '步骤 "2"', users: 1 },
        { campaign: 'a', definition: 'd2', step: 's1', users: 1 },
        { campaign: 'b', definition: 'd9', step: 's1', users: 1 },
      ]);
    },
  },
  {
    name: 'conditions are those that were saved last, in their order',
    async run(make) {
      const { deployments } = await make();
      same(await deployments.conditions(), []);
      const fetched = { type: 'Fetched', commit: 'c', atMs: 1, reason: 'fetched', message: '' } as const;
      const rejected = { type: 'Rejected', commit: null, atMs: 2, reason: 'x', message: 'a.yaml:3: „ß“' } as const;
      await deployments.saveConditions([fetched]);
      await deployments.saveConditions([rejected, fetched]);
      same(await deployments.conditions(), [rejected, fetched]);
      await deployments.saveConditions([]);
      same(await deployments.conditions(), []);
    },
  },
];

/** The promises of DeploymentStore. */
export const DEPLOYMENT_STORE_CASES: readonly DeploymentStoreCase[] = [
  ...DEPLOY_CASES,
  ...REVIEW_CASES,
  ...LOCK_CASES,
  ...VIEW_CASES,
];

function at(campaign: string, digest: string, step: string): UserState['live'][number] {
  return {
    ...{ id: `${campaign}/${step}`, campaign, digest, key: null, occurrence: '1', entryAtMs: NOW_MS, entry: {} },
    ...{ entryEventId: 'e', entrySource: '', visits: {}, position: { kind: 'wait', step, dueAtMs: NOW_MS } },
  };
}

function stateOf(live: UserState['live']): UserState {
  return { v: 1, attributes: {}, live, recent: [] };
}
