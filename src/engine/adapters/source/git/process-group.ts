const KILL_AFTER_MS = 2000;

/** Leaders of the groups that are running. */
const running = new Set<number>();

/**
 * Ends a process and all that it started when `timeoutMs` have passed: git's helpers (ssh, git-remote-https) hold its pipes
 * open beyond its own end. The process must lead its own group. Without a terminal it can't ask for a password either.
 */
export async function withDeadline<Result>(
  leader: number | undefined,
  timeoutMs: number,
  work: PromiseLike<Result>,
): Promise<{ readonly result: Result; readonly isLate: boolean }> {
  if (leader === undefined) return { result: await work, isLate: false };
  let isLate = false;
  let hard: NodeJS.Timeout | undefined;
  const soft = setTimeout(() => {
    isLate = true;
    signalGroup(leader, 'SIGTERM');
    hard = setTimeout(() => signalGroup(leader, 'SIGKILL'), KILL_AFTER_MS);
  }, timeoutMs);
  keep(leader);
  try {
    return { result: await work, isLate };
  } finally {
    clearTimeout(soft);
    clearTimeout(hard);
    running.delete(leader);
  }
}

/** Its own group is not told when this process ends, so it is told here. */
function keep(leader: number): void {
  if (process.listenerCount('exit', endAll) === 0) process.on('exit', endAll);
  running.add(leader);
}

function endAll(): void {
  for (const leader of running) signalGroup(leader, 'SIGTERM');
}

function signalGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch {
    // It has ended by itself.
  }
}
