import { VirtualClock } from '../../src/engine/adapters/clock/virtual-clock.ts';
import { createSqliteStores } from '../../src/engine/adapters/state/sqlite/state-store.ts';
import { compileRepository } from '../../src/engine/compile/compile-repository.ts';
import type { DeploymentRecord } from '../../src/engine/model/deployment.ts';
import type { ReleaseBundle } from '../../src/engine/model/release.ts';
import { SILENT } from '../../src/engine/ports/log.ts';
import type { ActiveRelease } from '../../src/engine/ports/state-store.ts';
import { createReconciler } from '../../src/engine/runtime/reconcile.ts';
import type { GateSettings } from '../../src/engine/runtime/reconcile-gate.ts';
import type { RecordSignature, RecordTrust } from '../../src/engine/runtime/reconcile-records.ts';
import { loadRepository } from '../../src/engine/wiring/repository.ts';
import { createShop } from '../daemon/shop.ts';
import { FakeGit } from './fake-git.ts';

/** A store, a repository in memory and a shop's files to commit to it. */
export async function openEnvironment({ isRequired = false }: { readonly isRequired?: boolean } = {}) {
  const clock = new VirtualClock(Date.UTC(2026, 2, 2, 2));
  const { state: store, deployments } = createSqliteStores({ thread: false });
  await store.migrate();
  const shop = createShop();
  const git = new FakeGit();
  const trust: RecordTrust = { environment: 'dev', project: 'shop', isRequired, verify: signatureOf };
  const bundle = (): ReleaseBundle => loadRepository(shop.dir).bundle as ReleaseBundle;
  const active = (): Promise<ActiveRelease | null> => store.activeRelease();
  const reconciler = (gate: GateSettings = { require: 'none' }) =>
    createReconciler({
      ...{ store, deployments, trust, clock, log: SILENT, everyMs: 1_000 },
      followed: {
        ...{ source: git, ref: 'main', folder: '', gate },
        build: ({ commit, files }) => compileRepository(files, { commit }),
      },
    });
  const recorder = () => createReconciler({ ...{ store, deployments, trust, clock, log: SILENT, everyMs: 1_000 } });
  /** Deploys what the shop's files say, with a record that may be forged. */
  const deploy = async (facts: Partial<DeploymentRecord> = {}): Promise<DeploymentRecord> => {
    const present = (await active())?.generation ?? 0;
    const one = bundle();
    const record = recordOf(present, one, clock.now(), facts);
    await deployments.deploy(record.commit === null ? one : { ...one, commit: record.commit }, record);
    return record;
  };
  const end = async () => {
    await store.close();
    shop.remove();
  };
  return { clock, store, deployments, shop, git, trust, bundle, active, reconciler, recorder, deploy, end };
}

/** Keys of the tests: a record says itself what its signature is worth. */
function signatureOf({ signature }: DeploymentRecord): RecordSignature {
  if (signature.value === '') return 'unsigned';
  if (signature.keyId !== 'team') return 'unknown-key';
  return signature.value === 'good' ? 'ok' : 'bad-signature';
}

function recordOf(
  previousGeneration: number,
  { digest }: ReleaseBundle,
  atMs: number,
  facts: Partial<DeploymentRecord>,
): DeploymentRecord {
  return {
    ...{ formatVersion: 1, project: 'shop', environment: 'dev', commit: null, tree: null, bundle: digest },
    ...{ generation: previousGeneration + 1, previousGeneration, plan: `sha256:plan-${previousGeneration}` },
    ...{ policy: 'sha256:policy', approvals: [], actor: 'ada', atMs, kind: 'deploy' },
    signature: { keyId: 'team', value: 'good' },
    ...facts,
  } as DeploymentRecord;
}
