import { canonicalJson } from '../kernel/hash.ts';
import { MkaError } from '../kernel/mka-error.ts';
import { locate, type Place } from './installation.ts';
import { writeWhole } from './plan-file.ts';
import { invalidRepository } from './repository.ts';

/** What `mka build` made. */
export interface BuiltBundle {
  readonly environment: string;
  /** `sha256:` of the bytes of the bundle: `sha256sum bundle.json` gives the same. */
  readonly digest: string;
  readonly bytes: number;
  /** Objects by kind → how many. */
  readonly counts: Readonly<Record<string, number>>;
}

/** Where the bundle goes, and what it must be. */
export interface BuildChoice {
  readonly out?: string | undefined;
  /** Digest that it must have; nothing is written when it has another one. */
  readonly check?: string | undefined;
}

/**
 * The files of a folder as an environment renders them, as canonical JSON (RFC 8785). Throws MkaError
 * `repository/invalid`, `environment/unknown`, `bundle/other-digest`.
 */
export function buildRepository(place: Place, { out, check }: BuildChoice): BuiltBundle {
  const { repository, environment } = locate(place);
  const { bundle, diagnostics } = repository;
  if (bundle === undefined) throw invalidRepository(diagnostics);
  const { digest, release } = bundle;
  if (check !== undefined && check.replace(/^sha256:/, '') !== digest.replace(/^sha256:/, '')) {
    throw new MkaError('bundle/other-digest', `the files give ${digest} in \`${environment.name}\`, not ${check}`, {
      hint: 'mka diff shows what differs from what is deployed',
    });
  }
  const text = canonicalJson(release);
  if (out !== undefined) writeWhole(out, text);
  const { eventTypes, tables, channels, lists, campaigns } = release;
  const counts = Object.fromEntries(
    Object.entries({ campaigns, channels, lists, eventTypes, tables }).map(([kind, all]) => [
      kind,
      Object.keys(all).length,
    ]),
  );
  return { environment: environment.name, digest, bytes: Buffer.byteLength(text), counts };
}
