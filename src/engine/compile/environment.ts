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
  /** What the daemon keeps the environment at; absent: the files it is started with. */
  readonly follow?: FollowDefinition;
}

/** A followed ref, deployment records, or both; defaults written out. */
export interface FollowDefinition {
  /** Address or absolute path of the repository; absent: the one that the files stand in. */
  readonly repository?: string;
  /** Absent: records alone are followed. */
  readonly ref?: string;
  /** Campaign folder within the repository; empty: its root. */
  readonly folder: string;
  readonly everyMs: number;
  readonly require: 'record' | 'none';
  readonly pruneLimit: number;
  /** Path of the allowed-signers file, relative to the repository's root. */
  readonly allowedSigners: string;
  /** PEM. */
  readonly publicKeys: readonly string[];
  readonly signingKey?: SecretRef;
}

/** The environment of a repository that declares none. */
export function defaultEnvironment(name: string): EnvironmentDefinition {
  return { name, store: { type: 'sqlite' }, http: { host: '127.0.0.1', port: 7380 }, dataDir: `.mka/${name}` };
}
