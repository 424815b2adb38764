import { type Context, objectsOf } from '../context.ts';
import { defaultEnvironment, type EnvironmentDefinition } from '../environment.ts';

/** Environments by name, with every default written out. */
export function compileEnvironments(context: Context): Readonly<Record<string, EnvironmentDefinition>> {
  return Object.fromEntries(
    objectsOf(context, 'Environment').map(({ name, value: { spec } }) => {
      const defaults = defaultEnvironment(name);
      const token = spec.http?.token;
      return [
        name,
        {
          name,
          store: spec.store ?? defaults.store,
          http: {
            host: spec.http?.host ?? defaults.http.host,
            port: spec.http?.port ?? defaults.http.port,
            ...(token === undefined ? {} : { token }),
          },
          dataDir: spec.dataDir ?? defaults.dataDir,
        },
      ];
    }),
  );
}
