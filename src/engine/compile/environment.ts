import type { SecretRef } from '../model/release.ts';

/** A compiled environment: where a project runs. Outside the release, for one release runs in several. */
export interface EnvironmentDefinition {
  readonly name: string;
  readonly store: { readonly type: 'sqlite' };
  readonly http: {
    readonly host: string;
    /** 0 lets the system choose. */
    readonly port: number;
    /** Absent: only for a loopback host. */
    readonly token?: SecretRef;
  };
  /** Folder of state and file channels, relative to the repository's root unless absolute. */
  readonly dataDir: string;
}

/** The environment of a repository that declares none. */
export function defaultEnvironment(name: string): EnvironmentDefinition {
  return { name, store: { type: 'sqlite' }, http: { host: '127.0.0.1', port: 7380 }, dataDir: `.mka/${name}` };
}
