import { type Context, objectsOf } from '../context.ts';
import { defaultEnvironment, type EnvironmentDefinition, type FollowDefinition } from '../environment.ts';
import type { EnvironmentSpec, VariableSpec } from '../generated/types.ts';
import { fitsType } from '../rendering/variables.ts';
import type { RepositoryObject } from '../repository-object.ts';
import { durationMs } from '../time-values.ts';

/** Environments by name, with every default written out. */
export function compileEnvironments(context: Context): Readonly<Record<string, EnvironmentDefinition>> {
  return Object.fromEntries(
    objectsOf(context, 'Environment').map((object) => {
      checkVariables(context, object);
      return [object.name, compileEnvironment(object.name, object.value.spec)];
    }),
  );
}

function compileEnvironment(name: string, { store, http, dataDir, follow }: EnvironmentSpec): EnvironmentDefinition {
  const defaults = defaultEnvironment(name);
  return {
    name,
    store: store ?? defaults.store,
    http: {
      host: http?.host ?? defaults.http.host,
      port: http?.port ?? defaults.http.port,
      ...(http?.token === undefined ? {} : { token: http.token }),
    },
    dataDir: dataDir ?? defaults.dataDir,
    ...(follow === undefined ? {} : { follow: compileFollow(follow) }),
  };
}

function compileFollow(follow: NonNullable<EnvironmentSpec['follow']>): FollowDefinition {
  const { repository, ref, folder = '', every = '1m', pruneLimit = 3, signingKey } = follow;
  return {
    ...(repository === undefined ? {} : { repository }),
    ...(ref === undefined ? {} : { ref }),
    folder: folder.replace(/^\.?\/|\/$/g, ''),
    everyMs: durationMs(every),
    require: follow.require ?? 'record',
    pruneLimit,
    allowedSigners: follow.allowedSigners ?? 'policies/allowed-signers',
    publicKeys: follow.publicKeys ?? [],
    ...(signingKey === undefined ? {} : { signingKey }),
  };
}

const WANTED: Readonly<Record<VariableSpec['type'], string>> = {
  string: 'text',
  int: 'a whole number',
  double: 'a number',
  bool: 'true or false',
};

function checkVariables({ findings }: Context, object: RepositoryObject<'Environment'>): void {
  for (const [name, variable] of Object.entries(object.value.spec.variables ?? {})) {
    const { type, value } = variable;
    if (fitsType(variable)) continue;
    const at = object.at('spec', 'variables', name, 'value');
    findings.add(
      'variable/type',
      at,
      `the variable \`${name}\` is ${WANTED[type]}, and ${JSON.stringify(value)} is not`,
      {
        hint: type === 'string' ? 'put text into quotes' : undefined,
      },
    );
  }
}
