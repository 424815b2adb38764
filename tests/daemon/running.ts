import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const ROOT = join(import.meta.dirname, '..', '..');
const LOOK_MS = 20;
const PATIENCE_MS = 20_000;

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A daemon in a process of its own, as an operator starts it. */
export interface RunningDaemon {
  readonly process: ChildProcess;
  readonly url: string;
  readonly token: string;
  /** What it has said so far. */
  readonly stderr: () => string;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  /** Sends a signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** Runs `mka` to its end. */
export async function mka(
  args: readonly string[],
  options: { env?: NodeJS.ProcessEnv; input?: string } = {},
): Promise<Ran> {
  const child = start(args, options.env);
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (chunk) => (stdout += chunk));
  child.stderr?.on('data', (chunk) => (stderr += chunk));
  child.stdin?.end(options.input ?? '');
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

/** Starts `mka run` and waits until it listens. */
export async function startDaemon(
  dir: string,
  options: { env?: NodeJS.ProcessEnv; args?: string[] } = {},
): Promise<RunningDaemon> {
  const child = start(['run', '--dir', dir, '--json', ...(options.args ?? [])], options.env);
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (chunk) => (stdout += chunk));
  child.stderr?.on('data', (chunk) => (stderr += chunk));
  await eventually(
    () => stdout.trimEnd().endsWith('}') || child.exitCode !== null,
    () => stderr,
  );
  if (child.exitCode !== null) throw new Error(`mka run ended with ${child.exitCode}: ${stderr}`);
  const { url, tokenFile } = JSON.parse(stdout) as { url: string; tokenFile: string | null };
  const token = tokenFile === null ? '' : readFileSync(tokenFile, 'utf8').trim();
  return {
    ...{ process: child, url, token },
    stderr: () => stderr,
    post: (path, body, headers = {}) =>
      fetch(url + path, {
        method: 'POST',
        body: typeof body === 'string' ? body : JSON.stringify(body),
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      }),
    end: async (signal) => {
      const ended = once(child, 'exit');
      child.kill(signal);
      const [code] = (await ended) as [number | null];
      return code;
    },
  };
}

/** Waits until a claim holds; looks again and again, and fails with what `context` says. */
export async function eventually(
  claim: () => boolean | Promise<boolean>,
  context: () => string = () => '',
): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await pause(LOOK_MS)) if (await claim()) return;
  throw new Error(`it did not come true within ${PATIENCE_MS} ms: ${claim.toString()} ${context()}`);
}

/** `mka status --json`. */
export async function status(dir: string): Promise<{
  sends: Record<string, number>;
  counters: Record<string, number>;
  deadLetters: Record<string, number>;
  users: number;
  backlog: number;
  release: { generation: number };
  daemons: { holder: string }[];
  pauses: { campaign: string }[];
}> {
  const ran = await mka(['status', '--dir', dir, '--json']);
  return JSON.parse(ran.stdout);
}

function start(args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  return spawn(process.execPath, [join(ROOT, 'bin', 'mka.js'), ...args], {
    env: { ...process.env, NODE_ENV: undefined, FORCE_COLOR: undefined, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}
