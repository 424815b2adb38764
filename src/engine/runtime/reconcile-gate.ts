import type { DeploymentRecord } from '../model/deployment.ts';
import type { Release, ReleaseBundle } from '../model/release.ts';
import { type Refusal, short } from './reconcile-records.ts';

/** More campaigns than this are not removed without a deployment record. */
const DEFAULT_PRUNE_LIMIT = 3;

/** What must be true of a built commit before it may become active by itself. */
export interface GateSettings {
  /** `record`: only what was deployed with a record; `none`: whatever stands at the ref. */
  readonly require: 'record' | 'none';
  /** Campaigns that one commit may remove; default 3. */
  readonly pruneLimit?: number;
}

/** Commits (or bundles, where there was no commit) that a rollback holds back and no later deployment took again. */
export function heldBack(records: readonly DeploymentRecord[]): ReadonlySet<string> {
  const held = new Set<string>();
  for (const record of [...records].sort((a, b) => a.generation - b.generation)) {
    if (record.holds !== undefined) held.add(record.holds);
    // Whoever deploys it by a plan again has thought about it.
    if (record.kind === 'rollback') continue;
    if (record.commit !== null) held.delete(record.commit);
    held.delete(record.bundle);
  }
  return held;
}

/** Why a commit's bundle may not take the place of the active release without anybody's word; null when it may. */
export function gate(
  settings: GateSettings,
  commit: string,
  bundle: ReleaseBundle,
  active: Release | null,
): Refusal | null {
  if (settings.require === 'record') {
    return {
      reason: 'reconcile/no-record',
      message: `commit ${commit.slice(0, 12)} builds to ${short(bundle.digest)}, which nobody has deployed: mka plan, mka deploy`,
    };
  }
  return active === null ? null : pruned(settings.pruneLimit ?? DEFAULT_PRUNE_LIMIT, active, bundle.release);
}

/** A wrong folder or a bad merge looks like the removal of everything; that needs somebody who means it. */
function pruned(limit: number, before: Release, after: Release): Refusal | null {
  const names = Object.keys(before.campaigns);
  const gone = names.filter((name) => !Object.hasOwn(after.campaigns, name));
  const isAll = names.length > 0 && gone.length === names.length;
  if (!isAll && gone.length <= limit) return null;
  const which = gone.slice(0, 5).join(', ') + (gone.length > 5 ? ', …' : '');
  return {
    reason: 'reconcile/prune',
    message: `it removes ${isAll ? 'all' : gone.length} of ${names.length} campaigns (${which}); a deployment by plan may do that`,
  };
}
