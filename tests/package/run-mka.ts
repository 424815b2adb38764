import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '..', '..');

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the real bin on the Node that runs the tests, away from any terminal. */
export function runMka(args: readonly string[], options: { env?: NodeJS.ProcessEnv; nodeArgs?: string[] } = {}): Ran {
  const result = spawnSync(process.execPath, [...(options.nodeArgs ?? []), join(ROOT, 'bin', 'mka.js'), ...args], {
    encoding: 'utf8',
    env: { ...process.env, NODE_ENV: undefined, FORCE_COLOR: undefined, ...options.env },
  });
  return { code: result.status, stdout: result.stdout, stderr: result.stderr };
}
