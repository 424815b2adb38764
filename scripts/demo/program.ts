import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';

/** What a program left behind. */
export interface Ran {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program that runs beside the demo. */
export interface Program {
  readonly ended: Promise<Ran>;
  hasEnded(): boolean;
  /** Everything it printed so far, both streams. */
  printed(): string;
  kill(signal: NodeJS.Signals): void;
}

/** Starts a program of this Node in a folder. `onLine` is given each line of either stream as it is complete. */
export function startProgram(
  args: readonly string[],
  { dir, env, onLine }: { dir: string; env: Readonly<Record<string, string>>; onLine: (line: string) => void },
): Program {
  const child = spawn(process.execPath, args, {
    cwd: dir,
    env: { ...process.env, ...env, FORCE_COLOR: undefined, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stdout = collect(child.stdout, onLine);
  const stderr = collect(child.stderr, onLine);
  return {
    ended: once(child, 'close').then(([code]): Ran => ({ code, stdout: stdout(), stderr: stderr() })),
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    printed: () => stdout() + stderr(),
    kill: (signal) => child.kill(signal),
  };
}

function collect(stream: Readable, onLine: (line: string) => void): () => string {
  let [text, begun] = ['', ''];
  stream.setEncoding('utf8');
  stream.on('data', (piece: string) => {
    text += piece;
    const lines = (begun + piece).split('\n');
    begun = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
  stream.on('end', () => {
    if (begun !== '') onLine(begun);
  });
  return () => text;
}
