import { chmodSync, mkdirSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import type { CompiledRepository } from '../compile/compile-repository.ts';
import { defaultEnvironment, type EnvironmentDefinition } from '../compile/environment.ts';
import { EXIT, MkaError } from '../kernel/mka-error.ts';
import { invalidRepository } from './repository.ts';

/** The environment that commands work on when none is named; it need not be declared. */
export const DEFAULT_ENVIRONMENT = 'dev';

/**
 * Settings of an environment, its data directory absolute. Throws MkaError `environment/unknown`, or
 * `repository/invalid` when the file that would declare it cannot be read.
 */
export function findEnvironment(dir: string, name: string, repository: CompiledRepository): EnvironmentDefinition {
  const { environments, diagnostics } = repository;
  const declared = Object.hasOwn(environments, name) ? environments[name] : undefined;
  if (declared === undefined) {
    const isUnreadable = diagnostics.some(
      ({ severity, at }) => severity === 'error' && (at?.file.endsWith(`${name}.environment.yaml`) ?? false),
    );
    if (isUnreadable) throw invalidRepository(diagnostics);
    if (name !== DEFAULT_ENVIRONMENT) throw unknownEnvironment(name, Object.keys(environments));
  }
  const settings = declared ?? defaultEnvironment(name);
  const dataDir = isAbsolute(settings.dataDir) ? settings.dataDir : resolve(dir, settings.dataDir);
  return { ...settings, dataDir };
}

function unknownEnvironment(name: string, names: readonly string[]): MkaError {
  return new MkaError('environment/unknown', `there is no environment \`${name}\``, {
    hint: `declared are: ${names.join(', ') || 'none, so only dev can be used'}`,
    exitCode: EXIT.usage,
  });
}

/** Makes the data directory, readable by its owner alone: it holds personal data. */
export function createDataDir(dataDir: string): void {
  try {
    if (mkdirSync(dataDir, { recursive: true, mode: 0o700 }) !== undefined) chmodSync(dataDir, 0o700);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new MkaError('data-dir/unwritable', `the data directory ${dataDir} cannot be made: ${code}`, {
      hint: 'set spec.dataDir of the Environment to a folder that this user may write',
      exitCode: EXIT.unavailable,
      cause,
    });
  }
}
