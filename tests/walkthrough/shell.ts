import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { ROOT } from '../package/run-mka.ts';

/** A person's shell in an empty folder, where `mka` is the real bin and nothing else is installed. */
export interface Shell {
  /** What the command prints on both streams, and its exit code; `cd` and `$?` hold for the next one. */
  type(command: string): Promise<{ readonly text: string; readonly code: number }>;
  readonly folder: () => string;
}

/** Opens it; the folder goes with the test. */
export function openShell(): Shell {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'mka-shell-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  mkdirSync(join(root, 'bin'));
  mkdirSync(join(root, 'work'));
  // As npm links it.
  symlinkSync(join(ROOT, 'bin', 'mka.js'), join(root, 'bin', 'mka'));
  const env = {
    PATH: [join(root, 'bin'), dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter),
    ...{ HOME: root, LANG: 'C.UTF-8', GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' },
  };
  let [folder, last] = [join(root, 'work'), 0];
  const note = join(root, 'folder');
  const type = async (command: string) => {
    const script = `exec 2>&1\n(exit ${last})\n${command}\ncode=$?; pwd > '${note}'; exit $code\n`;
    const child = spawn('bash', ['-c', script], { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    const [code] = (await once(child, 'close')) as [number | null];
    folder = readFileSync(note, 'utf8').trim();
    last = code ?? 1;
    return { text, code: last };
  };
  return { type, folder: () => folder };
}
