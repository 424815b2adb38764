import type { Diagnostic } from '../kernel/diagnostic.ts';
import type { ReconcileCondition } from '../model/deployment.ts';
import type { ReleaseBundle } from '../model/release.ts';
import type { Clock } from '../ports/clock.ts';
import type { DeploymentStore } from '../ports/deployment-store.ts';
import type { RepositorySource, Snapshot } from '../ports/repository-source.ts';
import type { ActiveRelease, StateStore } from '../ports/state-store.ts';
import { type GateSettings, gate, heldBack } from './reconcile-gate.ts';
import { type Admission, admit, type RecordTrust, type Refusal, short } from './reconcile-records.ts';

/** The git ref that an environment follows. */
export interface FollowedRef {
  readonly source: RepositorySource;
  readonly ref: string;
  /** Campaign folder within the repository; empty: its root. */
  readonly folder: string;
  readonly gate: GateSettings;
  /** Compiles a commit's files for this environment. */
  readonly build: (snapshot: Snapshot) => {
    readonly bundle?: ReleaseBundle;
    readonly diagnostics: readonly Diagnostic[];
  };
}

/** What reconciling works with. */
export interface ReconcileParts {
  readonly store: Pick<StateStore, 'activeRelease' | 'loadRelease' | 'saveRelease' | 'activate'>;
  readonly deployments: Pick<DeploymentStore, 'deployments' | 'conditions' | 'saveConditions' | 'lock'>;
  readonly trust: RecordTrust;
  readonly clock: Pick<Clock, 'now'>;
  /** Absent where only deployment records are followed. */
  readonly followed?: FollowedRef;
}

/** What came of one round. */
export interface Reconciled {
  readonly conditions: readonly ReconcileCondition[];
  /** Why the head of the ref is not active, or the active release not run; null when all is as it should be. */
  readonly refused: Refusal | null;
  /** Findings of a commit that does not build. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Records looked at for commits that are held back. */
const RECORDS = 200;

/** What a round found, for the next one: nothing is compiled or digested again while nothing has changed. */
export interface ReconcileMemory {
  admission?: { readonly key: string; readonly admission: Admission };
  outcome?: { readonly key: string; readonly reconciled: Reconciled };
}

/** Refusals that time alone may end. */
const PASSING: ReadonlySet<string> = new Set(['reconcile/locked', 'reconcile/overtaken']);

class Refused extends Error {
  readonly refusal: Refusal;
  readonly diagnostics: readonly Diagnostic[];

  constructor(reason: string, message: string, diagnostics: readonly Diagnostic[] = []) {
    super(message);
    this.refusal = { reason, message };
    this.diagnostics = diagnostics;
  }
}

/** Stages passed in this round, in their order. */
interface Progress {
  commit: string | null;
  readonly passed: ReconcileCondition[];
  pass(type: ReconcileCondition['type'], message: string, reason?: string): void;
}

/**
 * One round: the active release is checked against its record, then the followed ref goes through its stages up to
 * activation. Throws what its adapters throw (git and store unreachable); whatever is wrong with a commit or a record is
 * an answer, and what was active stays.
 */
export async function reconcileOnce(parts: ReconcileParts, memory: ReconcileMemory = {}): Promise<Reconciled> {
  const active = await parts.store.activeRelease();
  const [newest] = await parts.deployments.deployments(1);
  const facts = `${active?.generation} ${active?.digest} ${newest?.generation}`;
  const admission = active && (await remembered(parts, memory, facts, active));
  const { followed } = parts;
  if (followed === undefined) return attempt(parts, admission, (progress) => followRecord(admission, progress));
  await followed.source.fetch();
  const head = await followed.source.resolve(followed.ref);
  const key = `${facts} ${head}`;
  if (memory.outcome?.key === key) return memory.outcome.reconciled;
  const reconciled = await attempt(parts, admission, (progress) =>
    followRef(parts, followed, head, admission, progress),
  );
  const isLasting = reconciled.refused === null || !PASSING.has(reconciled.refused.reason);
  // An activation changes the facts, so it is looked at once more.
  if (isLasting) memory.outcome = { key, reconciled };
  return reconciled;
}

async function remembered(
  parts: ReconcileParts,
  memory: ReconcileMemory,
  key: string,
  active: ActiveRelease,
): Promise<Admission> {
  if (memory.admission?.key !== key) memory.admission = { key, admission: await admit(parts, active) };
  return memory.admission.admission;
}

async function attempt(
  { clock }: ReconcileParts,
  admission: Admission | null,
  follow: (progress: Progress) => void | Promise<void>,
): Promise<Reconciled> {
  const progress = createProgress(clock);
  try {
    await follow(progress);
    if (admission?.refused) throw new Refused(admission.refused.reason, admission.refused.message);
    return { conditions: progress.passed, refused: null, diagnostics: [] };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    progress.pass('Rejected', error.message, error.refusal.reason);
    return { conditions: progress.passed, refused: error.refusal, diagnostics: error.diagnostics };
  }
}

function createProgress(clock: Pick<Clock, 'now'>): Progress {
  const progress: Progress = {
    commit: null,
    passed: [],
    pass: (type, message, reason = 'ok') =>
      progress.passed.push({ type, commit: progress.commit, atMs: clock.now(), reason, message }),
  };
  return progress;
}

/** A deployment is active the moment it is recorded; what is left is to say whether it is believed. */
function followRecord(admission: Admission | null, progress: Progress): void {
  if (admission === null)
    throw new Refused('reconcile/nothing-deployed', 'nothing was deployed yet: mka plan, mka deploy');
  const { active, record, refused } = admission;
  progress.commit = record?.commit ?? null;
  progress.pass('Fetched', record === null ? 'no record' : `the record of generation ${record.generation}`);
  if (refused !== null) return;
  progress.pass('Verified', record === null ? 'none is required' : `signed by ${record.signature.keyId || 'nobody'}`);
  progress.pass('Staged', `bundle ${short(active.digest)}`);
  progress.pass('Active', `generation ${active.generation}`);
}

async function followRef(
  parts: ReconcileParts,
  followed: FollowedRef,
  head: string | null,
  admission: Admission | null,
  progress: Progress,
): Promise<void> {
  const active = admission?.active ?? null;
  const commit = fetched(followed, head, progress);
  const present = active && (await parts.store.loadRelease(active.digest));
  const held = heldBack(await parts.deployments.deployments(RECORDS));
  await verified(parts, followed, { commit, active, present, held }, progress);
  const bundle = await built(followed, commit, progress);
  if (bundle.digest !== active?.digest) {
    if (await isHeld(followed, held, bundle.digest)) {
      throw new Refused('reconcile/held', `a rollback holds back what commit ${commit.slice(0, 12)} builds to`);
    }
    const refusal = gate(followed.gate, commit, bundle, present?.release ?? null);
    if (refusal !== null) throw new Refused(refusal.reason, refusal.message);
    progress.pass('Gated', followed.gate.require === 'none' ? 'nothing is required' : 'deployed with a record');
  } else progress.pass('Gated', 'it is what is active already');
  await activated(parts, bundle, active, progress);
}

function fetched({ ref }: FollowedRef, head: string | null, progress: Progress): string {
  if (head === null) throw new Refused('reconcile/no-ref', `there is no ref ${ref} in the repository`);
  progress.commit = head;
  progress.pass('Fetched', `${ref} stands at ${head.slice(0, 12)}`);
  return head;
}

/** The head must come after what is active, and nobody may have held it back. */
async function verified(
  { deployments }: ReconcileParts,
  { source, ref }: FollowedRef,
  facts: {
    readonly commit: string;
    readonly active: ActiveRelease | null;
    readonly present: ReleaseBundle | null;
    readonly held: ReadonlySet<string>;
  },
  progress: Progress,
): Promise<void> {
  const { commit, active, present, held } = facts;
  const bases = [present?.commit, await seenSince(deployments, active)].filter((base) => base !== undefined);
  for (const base of bases) {
    if (await source.isAncestor(base, commit)) continue;
    const message = `${ref} was rewritten: ${commit.slice(0, 12)} does not come after ${base.slice(0, 12)}`;
    throw new Refused('reconcile/force-push', message);
  }
  if (held.has(commit)) throw new Refused('reconcile/held', `commit ${commit.slice(0, 12)} is held back by a rollback`);
  progress.pass(
    'Verified',
    present?.commit === undefined ? 'the first commit' : `it comes after ${present.commit.slice(0, 12)}`,
  );
}

/** The head that passed last, unless a deployment has set another beginning since. */
async function seenSince(
  deployments: Pick<DeploymentStore, 'conditions'>,
  active: ActiveRelease | null,
): Promise<string | undefined> {
  const seen = (await deployments.conditions()).find(({ type }) => type === 'Verified');
  return seen?.commit && seen.atMs >= (active?.activatedAtMs ?? 0) ? seen.commit : undefined;
}

/** The same content under another commit is held back too. */
async function isHeld(
  { source, folder, build }: FollowedRef,
  held: ReadonlySet<string>,
  digest: string,
): Promise<boolean> {
  if (held.has(digest)) return true;
  for (const commit of held) {
    if (commit.includes(':')) continue;
    const snapshot = await source.snapshot(commit, folder).catch(() => null);
    if (snapshot !== null && build(snapshot).bundle?.digest === digest) return true;
  }
  return false;
}

async function built(followed: FollowedRef, commit: string, progress: Progress): Promise<ReleaseBundle> {
  const snapshot = await followed.source.snapshot(commit, followed.folder);
  const { bundle, diagnostics } = followed.build(snapshot);
  if (bundle === undefined) {
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    throw new Refused('reconcile/invalid', invalidMessage(commit, errors), errors);
  }
  progress.pass('Built', `bundle ${short(bundle.digest)}`);
  return { ...bundle, commit };
}

function invalidMessage(commit: string, errors: readonly Diagnostic[]): string {
  const [first] = errors;
  const place = first?.at === undefined ? '' : `${first.at.file}:${first.at.line}:${first.at.column} `;
  const said = first === undefined ? 'it does not build' : `${place}error[${first.code}] ${first.message}`;
  return `commit ${commit.slice(0, 12)}: ${said}${errors.length > 1 ? ` (and ${errors.length - 1} more)` : ''}`;
}

/** Saved, then compared and set; what is active already keeps its generation, only commit and places are renewed. */
async function activated(
  { store, clock, deployments }: ReconcileParts,
  bundle: ReleaseBundle,
  active: ActiveRelease | null,
  progress: Progress,
): Promise<void> {
  await store.saveRelease(bundle);
  progress.pass('Staged', `bundle ${short(bundle.digest)}`);
  if (bundle.digest === active?.digest) return progress.pass('Active', `generation ${active.generation}`);
  const lock = await deployments.lock(clock.now());
  if (lock !== null)
    throw new Refused('reconcile/locked', `a deployment is under way: ${lock.reason}, by ${lock.holder}`);
  const now = await store.activate(bundle.digest, active?.generation ?? 0, clock.now());
  if (now === null) throw new Refused('reconcile/overtaken', 'another release was activated meanwhile');
  progress.pass('Active', `generation ${now.generation}`);
}
