import { MkaError } from '../kernel/mka-error.ts';
import type { ReconcileCondition } from '../model/deployment.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import { type Reconciled, type ReconcileMemory, type ReconcileParts, reconcileOnce } from './reconcile-step.ts';

/** Longest pause after failures, milliseconds. */
const LONGEST_PAUSE_MS = 300_000;

export interface ReconcilerParts extends ReconcileParts {
  readonly clock: Clock;
  readonly log: Log;
  /** Time from one look to the next, milliseconds. */
  readonly everyMs: number;
}

/** Keeps an environment at what it follows, round by round. */
export interface Reconciler {
  /** One round; its conditions are in the store once this resolves. Null when git or the store could not be reached. */
  readonly once: () => Promise<Reconciled | null>;
  /** Rounds until `stop`, only while `mayAct`; told after each one that activated something. */
  run(stop: AbortSignal, mayAct: () => boolean, onActive: () => Promise<void>): Promise<void>;
}

export function createReconciler(parts: ReconcilerParts): Reconciler {
  let said = '';
  const memory: ReconcileMemory = {};
  const once = async (): Promise<Reconciled | null> => {
    try {
      const reconciled = await reconcileOnce(parts, memory);
      await save(parts, reconciled.conditions);
      if (reconciled.refused) said = report(parts, reconciled.refused, said);
      else said = '';
      return reconciled;
    } catch (error) {
      const reason = error instanceof MkaError ? error.code : 'internal/bug';
      const message = error instanceof Error ? error.message : String(error);
      said = report(parts, { reason, message }, said);
      await saveFailure(parts, reason, message);
      return null;
    }
  };
  return { once, run: (stop, mayAct, onActive) => run(parts, once, stop, mayAct, onActive) };
}

async function run(
  { clock, everyMs }: ReconcilerParts,
  once: () => Promise<Reconciled | null>,
  stop: AbortSignal,
  mayAct: () => boolean,
  onActive: () => Promise<void>,
): Promise<void> {
  let failures = 0;
  while (!stop.aborted) {
    if (mayAct()) {
      const reconciled = await once();
      failures = reconciled === null ? failures + 1 : 0;
      if (reconciled?.conditions.at(-1)?.type === 'Active') await onActive().catch(() => {});
    }
    await clock.sleep(Math.min(everyMs * 2 ** Math.min(failures, 16), Math.max(everyMs, LONGEST_PAUSE_MS)), stop);
  }
}

/** Says a refusal once, not at every round. */
function report({ log }: ReconcilerParts, refusal: { reason: string; message: string }, said: string): string {
  const text = `${refusal.reason} ${refusal.message}`;
  if (text !== said) log.warn('reconcile/refused', refusal);
  return text;
}

const STAGES: readonly ReconcileCondition['type'][] = [
  ...(['Fetched', 'Verified', 'Built', 'Gated', 'Staged', 'Active', 'Rejected'] as const),
];

/**
 * A stage that this round did not reach keeps what an earlier commit made of it, so that what is active stays to be seen
 * beside what was rejected. Rounds that find the same keep the instants of the first that found it, and write nothing.
 */
async function save({ deployments }: ReconcilerParts, conditions: readonly ReconcileCondition[]): Promise<void> {
  const before = await deployments.conditions();
  const kept = STAGES.flatMap((type) => {
    const now = conditions.find((one) => one.type === type);
    const old = before.find((one) => one.type === type);
    if (now === undefined) return old === undefined || type === 'Rejected' ? [] : [old];
    return [old !== undefined && isSame(old, now) ? old : now];
  });
  if (kept.length === before.length && kept.every((one, index) => one === before[index])) return;
  await deployments.saveConditions(kept);
}

function isSame(left: ReconcileCondition, right: ReconcileCondition): boolean {
  const { atMs: _left, ...one } = left;
  const { atMs: _right, ...other } = right;
  return JSON.stringify(one) === JSON.stringify(other);
}

async function saveFailure(parts: ReconcilerParts, reason: string, message: string): Promise<void> {
  try {
    await save(parts, [{ type: 'Rejected', commit: null, atMs: parts.clock.now(), reason, message }]);
  } catch {
    // The store itself is out of reach: there is nowhere to say it but the log.
  }
}
