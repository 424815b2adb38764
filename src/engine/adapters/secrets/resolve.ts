import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { EXIT, MkaError } from '../../kernel/mka-error.ts';
import type { SecretRef } from '../../model/release.ts';
import { Secret } from './secret.ts';

/** Secrets by reference, read anew at each call so that a rotated one is seen. */
export interface SecretResolver {
  /** Throws MkaError `secret/missing` (unset, unreadable or empty), which names the reference and never the value. */
  resolve(reference: SecretRef): Secret;
}

/**
 * `variables` are the process's environment variables; `root` is the folder that relative `fromFile` paths start at.
 * One line break at a file's end is not part of the secret, as editors and secret mounts add it.
 */
export function createSecretResolver(
  variables: Readonly<Record<string, string | undefined>>,
  root: string,
): SecretResolver {
  return {
    resolve: (reference) =>
      'fromEnv' in reference ? fromEnv(reference.fromEnv, variables) : fromFile(reference.fromFile, root),
  };
}

function fromEnv(name: string, variables: Readonly<Record<string, string | undefined>>): Secret {
  const text = Object.hasOwn(variables, name) ? variables[name] : undefined;
  if (text === undefined || text === '') throw missing(`environment variable ${name}`, `Set ${name} for the daemon.`);
  return new Secret(text);
}

function fromFile(file: string, root: string): Secret {
  let text: string;
  try {
    text = readFileSync(resolve(root, file), 'utf8').replace(/\r?\n$/, '');
  } catch (cause) {
    throw missing(`file ${file}`, 'Put the secret into this file, readable by the daemon alone.', cause);
  }
  if (text === '') throw missing(`file ${file}`, 'The file is empty.');
  return new Secret(text);
}

function missing(reference: string, hint: string, cause?: unknown): MkaError {
  return new MkaError('secret/missing', `The secret from ${reference} is not there.`, {
    hint,
    cause,
    exitCode: EXIT.unavailable,
  });
}
