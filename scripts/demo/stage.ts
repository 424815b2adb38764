import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Program, type Ran, startProgram } from './program.ts';
import type { Screen } from './screen.ts';

const MKA = resolve(import.meta.dirname, '..', '..', 'bin', 'mka.js');

/** What the demo reads of `mka status --json`. */
export interface Status {
  readonly users: number;
  readonly due: number;
  readonly backlog: number;
  readonly mailbox: number;
  readonly sends: Readonly<Record<string, number>>;
  readonly outbox: Readonly<Record<string, number>>;
  readonly counters: Readonly<Record<string, number>>;
}

/** Where the demo plays: a folder of its own, and programs that end with it. */
export interface Stage {
  readonly screen: Screen;
  /** Work folder; commands run in it, so that what they print names no path of this machine. */
  readonly dir: string;
  /** Variables that every command is given. */
  readonly env: Record<string, string>;
  /** Runs `mka` to its end; shows the command, and what it prints as it prints it. Throws when it fails. */
  mka(args: readonly string[]): Promise<Ran>;
  /** Starts `mka` in the background; what it prints is kept, not shown. */
  start(args: readonly string[]): Program;
  /** Runs another program of Node to its end; `shown` is the command as typed in the project's folder. */
  node(shown: string, args: readonly string[]): Promise<Ran>;
  /** Reads where an environment stands, unseen. */
  status(repository: string, environment: string): Promise<Status>;
}

/** A command ended otherwise than the demo needs it to. */
export class DemoError extends Error {}

/** Sets the stage, lets the play happen, clears everything away however it ends, Ctrl-C included. */
export async function onStage(screen: Screen, play: (stage: Stage) => Promise<void>): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'mka-demo-'));
  const programs = new Set<Program>();
  const clear = () => {
    for (const program of programs) program.kill('SIGKILL');
    rmSync(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  };
  // However this process ends, a closed pipe included, unless it is killed itself.
  process.once('exit', clear);
  for (const [signal, code] of SIGNALS) process.once(signal, () => process.exit(code));
  try {
    await play(createStage(screen, dir, programs));
  } finally {
    process.off('exit', clear);
    clear();
  }
}

const SIGNALS = [
  ['SIGHUP', 129],
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const;

function createStage(screen: Screen, dir: string, programs: Set<Program>): Stage {
  const env: Record<string, string> = {};
  const start = (args: readonly string[], onLine: (line: string) => void = () => {}) => {
    const program = startProgram(args, { dir, env, onLine });
    programs.add(program);
    void program.ended.then(() => programs.delete(program));
    return program;
  };
  const finish = async (shown: string, program: Program) => {
    const ran = await program.ended;
    if (ran.code === 0) return ran;
    throw new DemoError(`${shown} ended with ${ran.code}\n${ran.stderr}`);
  };
  const show = async (shown: string, args: readonly string[]) => {
    screen.command(shown);
    return finish(
      shown,
      start(args, (line) => screen.output(line)),
    );
  };
  return {
    ...{ screen, dir, env },
    mka: (args) => show(shellLine(args), [MKA, ...args]),
    start: (args) => {
      screen.command(`${shellLine(args)} &`);
      return start([MKA, ...args]);
    },
    node: show,
    status: async (repository, environment) => {
      const args = ['status', '-C', repository, '-e', environment, '--json'];
      const { stdout } = await finish(shellLine(args), start([MKA, ...args]));
      return JSON.parse(stdout) as Status;
    },
  };
}

function shellLine(args: readonly string[]): string {
  return ['mka', ...args].join(' ');
}
