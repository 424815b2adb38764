import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MKA = fileURLToPath(new URL('../../bin/mka.js', import.meta.url));

/** The real daemon as a child process. */
export interface DaemonProcess {
  /** kill -9; resolves when the process is gone. */
  kill(): Promise<void>;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
}

/** Starts `mka run` and waits until it answers. */
export async function startDaemonProcess(root: string, httpPort: number): Promise<DaemonProcess> {
  const child = spawn(process.execPath, [MKA, 'run', '-C', root, '-e', 'kill'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const said: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  const ended = new Promise<number | null>((resolve) => {
    child.on('exit', (code) => resolve(code));
  });
  await untilReady(child, httpPort, said);
  const send = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    return ended;
  };
  return {
    kill: async () => {
      await send('SIGKILL');
    },
    stop: () => send('SIGTERM'),
  };
}

async function untilReady(child: ChildProcess, port: number, said: readonly string[]): Promise<void> {
  const giveUp = performance.now() + 30_000;
  while (performance.now() < giveUp) {
    if (child.exitCode !== null) throw new Error(`the daemon ended with ${child.exitCode}: ${said.join('')}`);
    const answer = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => null);
    await answer?.body?.cancel();
    if (answer?.ok) return;
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
  throw new Error(`the daemon did not answer: ${said.join('')}`);
}
