import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SecretResolver } from '../adapters/secrets/resolve.ts';
import type { EnvironmentDefinition } from '../compile/environment.ts';
import { MkaError } from '../kernel/mka-error.ts';

/** The bearer token of an environment: the configured secret, or one generated into the data directory, mode 0600. */
export function httpToken(
  { http, dataDir }: EnvironmentDefinition,
  secrets: SecretResolver,
): { readonly token: string; readonly isTokenConfigured: boolean; readonly file: string | null } {
  if (http.token !== undefined) {
    return { token: secrets.resolve(http.token).reveal(), isTokenConfigured: true, file: null };
  }
  const file = join(dataDir, 'token');
  return { token: readOrGenerate(file), isTokenConfigured: false, file };
}

function readOrGenerate(file: string): string {
  try {
    writeFileSync(file, `${randomBytes(32).toString('base64url')}\n`, { flag: 'wx', mode: 0o600 });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
  }
  const token = readFileSync(file, 'utf8').trim();
  if (token !== '') return token;
  throw new MkaError('http/token-empty', `the token file ${file} is empty`, {
    hint: 'remove it; the next start writes one',
  });
}
