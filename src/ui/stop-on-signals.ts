/**
 * A signal that aborts at the first SIGTERM or SIGINT, so that work in flight is finished; the second one ends the
 * process at once with 143 or 130.
 */
export function stopOnSignals(onFirst: (signal: NodeJS.Signals) => void): AbortSignal {
  const stop = new AbortController();
  const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const;
  for (const [name, exitCode] of Object.entries(exitCodes)) {
    process.on(name, () => {
      if (stop.signal.aborted) process.exit(exitCode);
      onFirst(name as NodeJS.Signals);
      stop.abort();
    });
  }
  return stop.signal;
}
