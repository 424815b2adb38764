import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    globalSetup: ['tests/install-programs.ts'],
    // Commands are watched on their real stdout and stderr; an intercepted console would hide what they print.
    disableConsoleIntercept: true,
    // Processes, not threads: tests change directories, environment variables and signal handlers.
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
