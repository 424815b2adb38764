import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openEnvironment } from './environment.ts';

type Environment = Awaited<ReturnType<typeof openEnvironment>>;

let env: Environment;
beforeEach(async () => {
  env = await openEnvironment();
});
afterEach(() => env.end());

const stages = async () => (await env.deployments.conditions()).map(({ type, reason }) => `${type} ${reason}`);
const rejected = async () => (await env.deployments.conditions()).find(({ type }) => type === 'Rejected');
const widen = (text: string) =>
  env.shop.write('gift/gift.campaign.yaml', campaign('gift', `trigger: {manual: {fields: {${text}: {type: int}}}}`));

function campaign(name: string, trigger: string): string {
  return `apiVersion: mka/v1\nkind: Campaign\nmetadata: {name: ${name}, owner: growth}\nspec:\n  state: active\n  class: marketing\n  topic: promo\n  ${trigger}\n  steps:\n    - {id: done, exit: {}}\n`;
}

describe('a followed ref', () => {
  it('goes through every stage and is active once', async () => {
    const commit = env.git.commit(env.shop.dir);
    const { once } = env.reconciler();
    await once();
    expect(await stages()).toEqual(['Fetched ok', 'Verified ok', 'Built ok', 'Gated ok', 'Staged ok', 'Active ok']);
    expect(await env.active()).toMatchObject({ generation: 1, digest: env.bundle().digest });
    expect((await env.store.loadRelease(env.bundle().digest))?.commit).toBe(commit);
    await once();
    await once();
    expect((await env.active())?.generation).toBe(1);
  });

  it('is not compiled again while nothing has changed', async () => {
    env.git.commit(env.shop.dir);
    const { once } = env.reconciler();
    for (let round = 0; round < 5; round += 1) await once();
    expect(env.git.snapshots).toBe(2);
  });

  it('a commit that changes nothing keeps the generation and moves its place on', async () => {
    env.git.commit(env.shop.dir);
    const { once } = env.reconciler();
    await once();
    const next = env.git.commit(env.shop.dir);
    await once();
    expect((await env.active())?.generation).toBe(1);
    expect((await env.store.loadRelease(env.bundle().digest))?.commit).toBe(next);
  });

  it('a commit with an error is refused with file and line, the last good one goes on, a mended one is taken', async () => {
    env.git.commit(env.shop.dir);
    const { once } = env.reconciler();
    await once();
    env.shop.write(
      'gift/gift.campaign.yaml',
      'apiVersion: mka/v1\nkind: Campaign\nmetadata: {name: gift}\nspec: {sate: active}\n',
    );
    const bad = env.git.commit(env.shop.dir);
    await once();
    expect(await rejected()).toMatchObject({ commit: bad, reason: 'reconcile/invalid' });
    expect((await rejected())?.message).toMatch(/gift\/gift\.campaign\.yaml:4:\d+ error\[schema\//);
    expect((await env.active())?.generation).toBe(1);
    expect(await stages()).toContain('Active ok');
    widen('size');
    env.git.commit(env.shop.dir);
    await once();
    expect(await rejected()).toBeUndefined();
    expect((await env.active())?.generation).toBe(2);
  });

  it('a rewritten branch is refused, also at the rounds after, until it is deployed by a plan', async () => {
    const first = env.git.commit(env.shop.dir);
    const { once } = env.reconciler();
    await once();
    widen('size');
    env.git.commit(env.shop.dir);
    await once();
    widen('other');
    const forced = env.git.commit(env.shop.dir, { parent: first });
    for (let round = 0; round < 3; round += 1) await once();
    expect(await rejected()).toMatchObject({ commit: forced, reason: 'reconcile/force-push' });
    expect((await env.active())?.generation).toBe(2);
    await env.clock.advanceTo(env.clock.now() + 1_000);
    await env.deploy({ commit: forced });
    await once();
    expect(await rejected()).toBeUndefined();
    expect((await env.active())?.generation).toBe(3);
  });

  it('a rewritten branch is refused even where only a rejected commit was removed', async () => {
    const first = env.git.commit(env.shop.dir);
    const { once } = env.reconciler({ require: 'record' });
    await env.deploy({ commit: first });
    widen('size');
    env.git.commit(env.shop.dir);
    await once();
    expect(await rejected()).toMatchObject({ reason: 'reconcile/no-record' });
    widen('other');
    env.git.commit(env.shop.dir, { parent: first });
    await once();
    expect(await rejected()).toMatchObject({ reason: 'reconcile/force-push' });
  });

  it('what a rollback holds back is not taken again: neither its commit nor another with the same content', async () => {
    const good = env.git.commit(env.shop.dir);
    const { once } = env.reconciler();
    await once();
    const goodBundle = env.bundle();
    widen('size');
    const bad = env.git.commit(env.shop.dir);
    await once();
    const held = env.bundle().digest;
    const record = { commit: good, bundle: goodBundle.digest, kind: 'rollback' as const, holds: bad };
    await env.deployments.deploy({ ...goodBundle, commit: good }, await recordFrom(env, record));
    await once();
    expect(await rejected()).toMatchObject({ commit: bad, reason: 'reconcile/held' });
    const again = env.git.commit(env.shop.dir);
    await once();
    expect(await rejected()).toMatchObject({ commit: again, reason: 'reconcile/held' });
    expect((await env.active())?.digest).toBe(goodBundle.digest);
    widen('other');
    env.git.commit(env.shop.dir);
    await once();
    expect((await env.active())?.digest).not.toBe(held);
    expect((await env.active())?.generation).toBe(4);
  });

  it('a commit that removes all campaigns is refused', async () => {
    env.git.commit(env.shop.dir);
    const { once } = env.reconciler();
    await once();
    for (const folder of ['gift', 'reminder']) rmSync(join(env.shop.dir, folder), { recursive: true });
    env.git.commit(env.shop.dir);
    await once();
    expect(await rejected()).toMatchObject({ reason: 'reconcile/prune' });
    expect((await rejected())?.message).toContain('it removes all of 2 campaigns (gift, reminder)');
  });

  it('a commit that removes more campaigns than allowed is refused, fewer are taken', async () => {
    env.git.commit(env.shop.dir);
    await env.reconciler().once();
    rmSync(join(env.shop.dir, 'gift'), { recursive: true });
    env.git.commit(env.shop.dir);
    await env.reconciler({ require: 'none', pruneLimit: 0 }).once();
    expect(await rejected()).toMatchObject({ reason: 'reconcile/prune' });
    await env.reconciler({ require: 'none', pruneLimit: 1 }).once();
    expect((await env.active())?.generation).toBe(2);
  });

  it('git out of reach: what is active stays, conditions stay to be seen with the failure, rounds grow rarer', async () => {
    env.git.commit(env.shop.dir);
    const reconciler = env.reconciler();
    await reconciler.once();
    env.git.isDown = true;
    const stop = new AbortController();
    let asked = 0;
    const running = reconciler.run(
      stop.signal,
      () => {
        asked += 1;
        return true;
      },
      () => Promise.resolve(),
    );
    const untilMs = env.clock.now() + 60_000;
    while (env.clock.now() < untilMs) {
      if (env.clock.sleeperCount() === 0) await env.clock.whenSleeping();
      await env.clock.advanceTo(Math.min(env.clock.nextWakeAt() ?? untilMs, untilMs));
    }
    stop.abort();
    await running;
    expect(asked).toBeLessThan(8);
    expect(await stages()).toEqual([
      ...['Fetched ok', 'Verified ok', 'Built ok', 'Gated ok', 'Staged ok', 'Active ok', 'Rejected git/unreachable'],
    ]);
    expect((await env.active())?.generation).toBe(1);
  });

  it('a deployment that holds the lock is waited for', async () => {
    env.git.commit(env.shop.dir);
    await env.deployments.acquireLock('ada', 'deploy', 30_000, env.clock.now());
    const { once } = env.reconciler();
    await once();
    expect(await rejected()).toMatchObject({ reason: 'reconcile/locked' });
    await env.deployments.releaseLock('ada');
    await once();
    expect((await env.active())?.generation).toBe(1);
  });
});

async function recordFrom({ active, clock }: Environment, facts: object) {
  const previousGeneration = (await active())?.generation ?? 0;
  return {
    ...{ formatVersion: 1 as const, project: 'shop', environment: 'dev', tree: null, policy: 'sha256:policy' },
    ...{ generation: previousGeneration + 1, previousGeneration, plan: 'sha256:rollback', approvals: [], actor: 'ada' },
    ...{ atMs: clock.now(), signature: { keyId: 'team', value: 'good' } },
    ...(facts as { commit: string; bundle: string; kind: 'rollback'; holds: string }),
  };
}
