import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DeploymentRecord } from '../../src/engine/model/deployment.ts';
import type { Release } from '../../src/engine/model/release.ts';
import { admit } from '../../src/engine/runtime/reconcile-records.ts';
import { openReleases } from '../../src/engine/runtime/releases.ts';
import { openEnvironment } from './environment.ts';

let env: Awaited<ReturnType<typeof openEnvironment>>;
beforeEach(async () => {
  env = await openEnvironment({ isRequired: true });
});
afterEach(() => env.end());

const change = (wait: string) =>
  env.shop.write(
    'gift/gift.campaign.yaml',
    `apiVersion: mka/v1\nkind: Campaign\nmetadata: {name: gift, owner: growth}\nspec:\n  state: active\n  class: marketing\n  topic: promo\n  trigger: {manual: {}}\n  steps:\n    - {id: wait, wait: {after: ${wait}}}\n    - {id: done, exit: {}}\n`,
  );
const admission = async () => admit(env, await mustBeActive());
const mustBeActive = async () => {
  const active = await env.active();
  if (active === null) throw new Error('nothing is active');
  return active;
};
const condition = async () => {
  await env.recorder().once();
  return (await env.deployments.conditions()).map(({ type, reason }) => `${type} ${reason}`);
};

describe('a deployment record', () => {
  it('signed by a known key for this environment: its bundle runs', async () => {
    await env.deploy();
    expect(await admission()).toMatchObject({ refused: null, digest: env.bundle().digest });
    expect(await condition()).toEqual(['Fetched ok', 'Verified ok', 'Staged ok', 'Active ok']);
  });

  it.each<[string, Partial<DeploymentRecord>]>([
    ['record/unsigned', { signature: { keyId: '', value: '' } }],
    ['record/unknown-key', { signature: { keyId: 'mallory', value: 'good' } }],
    ['record/bad-signature', { signature: { keyId: 'team', value: 'bad' } }],
    ['record/other-environment', { environment: 'prod' }],
    ['record/other-environment', { project: 'other' }],
  ])('%s: the last good bundle runs on, under the new generation', async (reason, forged) => {
    await env.deploy();
    const good = env.bundle().digest;
    const releases = await openReleases(env.store, async (active) => (await admit(env, active)).digest ?? 'none');
    change('1h');
    await env.deploy(forged);
    expect(await admission()).toMatchObject({ refused: { reason }, digest: good });
    await releases.refresh();
    expect(releases.active()).toMatchObject({ generation: 2, compiled: { digest: good } });
    expect((await condition()).at(-1)).toBe(`Rejected ${reason}`);
  });

  it('record/missing: activated past all records', async () => {
    await env.deploy();
    const good = env.bundle().digest;
    change('1h');
    await env.store.saveRelease(env.bundle());
    await env.store.activate(env.bundle().digest, 1, env.clock.now());
    expect(await admission()).toMatchObject({ refused: { reason: 'record/missing' }, digest: good });
  });

  it('record/replayed: an older deployment activated again without a record of its own', async () => {
    await env.deploy();
    const first = env.bundle().digest;
    change('1h');
    await env.deploy();
    await env.store.activate(first, 2, env.clock.now());
    expect(await admission()).toMatchObject({ refused: { reason: 'record/replayed' }, digest: env.bundle().digest });
  });

  it('bundle/edited: the stored bundle has other content than its digest', async () => {
    await env.deploy();
    const good = env.bundle();
    change('1h');
    await env.deploy();
    const edited: Release = { ...env.bundle().release, campaigns: good.release.campaigns };
    await env.store.saveRelease({ ...env.bundle(), release: edited });
    expect(await admission()).toMatchObject({ refused: { reason: 'bundle/edited' }, digest: good.digest });
  });

  it('record/lower-generation: a generation below the newest record, as of an old copy of the store', async () => {
    await env.deploy();
    change('1h');
    await env.deploy();
    const lower = { ...(await mustBeActive()), generation: 1 };
    expect(await admit(env, lower)).toMatchObject({ refused: { reason: 'record/lower-generation' } });
  });

  it('nothing good at all: nothing runs', async () => {
    await env.deploy({ signature: { keyId: '', value: '' } });
    expect(await admission()).toMatchObject({ refused: { reason: 'record/unsigned' }, digest: null });
  });
});

describe('where records are not required', () => {
  it('an unsigned one is taken, one of another environment is not', async () => {
    await env.end();
    env = await openEnvironment();
    await env.deploy({ signature: { keyId: '', value: '' } });
    expect((await admission()).refused).toBeNull();
    change('1h');
    await env.deploy({ environment: 'prod' });
    expect((await admission()).refused?.reason).toBe('record/other-environment');
  });
});
