import type { Diagnostic } from '../kernel/diagnostic.ts';
import type { ReleaseBundle } from '../model/release.ts';
import { diffReleases } from '../plan/diff.ts';
import type { StateStore } from '../ports/state-store.ts';

/** Something that may differ from what is deployed: a commit, a ref, the files on disk. */
export interface Compared {
  readonly what: 'commit' | 'ref' | 'work tree';
  /** The commit's id, the ref's name with its commit, or the folder. */
  readonly name: string;
  /** Absent when it does not build. */
  readonly bundle?: ReleaseBundle;
  readonly diagnostics: readonly Diagnostic[];
}

/** One comparison with what is deployed. */
export interface DriftLine {
  readonly what: Compared['what'];
  readonly name: string;
  readonly state: 'same' | 'differs' | 'invalid';
  readonly bundle: string | null;
  /** Objects that differ, `campaign:order-reminder`. */
  readonly objects: readonly string[];
  /** First error of files that do not build. */
  readonly error?: string;
}

export interface Drift {
  readonly deployed: { readonly generation: number; readonly bundle: string; readonly commit: string | null } | null;
  readonly lines: readonly DriftLine[];
  readonly hasDrift: boolean;
}

/** Compares what is deployed with where it came from and with what lies at hand; reads only. */
export async function readDrift(
  { store }: { readonly store: Pick<StateStore, 'activeRelease' | 'loadRelease'> },
  compared: (deployed: ReleaseBundle | null) => Promise<readonly Compared[]>,
): Promise<Drift> {
  const active = await store.activeRelease();
  const bundle = active && (await store.loadRelease(active.digest));
  const lines = (await compared(bundle)).map((one) => lineOf(bundle, one));
  return {
    deployed: active && { generation: active.generation, bundle: active.digest, commit: bundle?.commit ?? null },
    lines,
    hasDrift: lines.some(({ state }) => state !== 'same'),
  };
}

function lineOf(deployed: ReleaseBundle | null, { what, name, bundle, diagnostics }: Compared): DriftLine {
  if (bundle === undefined) {
    const first = diagnostics.find(({ severity }) => severity === 'error');
    const place = first?.at === undefined ? '' : `${first.at.file}:${first.at.line}:${first.at.column} `;
    const error = first === undefined ? 'it does not build' : `${place}${first.message}`;
    return { what, name, state: 'invalid', bundle: null, objects: [], error };
  }
  const isSame = bundle.digest === deployed?.digest;
  const objects = isSame ? [] : diffReleases(deployed?.release ?? null, bundle.release).map(({ object }) => object);
  return { what, name, state: isSame ? 'same' : 'differs', bundle: bundle.digest, objects };
}
