import { flush, run, settings } from '@oclif/core';
import { reportFailure } from './failure.ts';
import { globalFlagsLast } from './global-flags-last.ts';

/**
 * The whole of one invocation: finds the command, runs it, prints what went wrong in one way and ends with its exit
 * code. Called by bin/mka.js; never rejects.
 */
export async function main(argv: readonly string[], root: string): Promise<void> {
  // The package ships compiled files; without this oclif looks for a TypeScript loader on every start.
  settings.enableAutoTranspile = false;
  try {
    await run(globalFlagsLast(argv), { root });
    await flush();
  } catch (error) {
    const exitCode = await reportFailure(error, argv);
    await flush();
    // A failed command may leave a server or a worker behind that would keep the process alive.
    process.exit(exitCode);
  }
}
