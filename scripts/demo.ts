/**
 * The product in a minute, with the commands its users have: docs/demo.md.
 *
 *   npm run demo
 *
 * Ends with 1 when a figure is off.
 */
import { playHistory } from './demo/history.ts';
import { playKill } from './demo/kill.ts';
import { createScreen } from './demo/screen.ts';
import { DemoError, onStage } from './demo/stage.ts';
import { playTenMinutes } from './demo/ten-minutes.ts';

// Whoever watched has gone (a closed pipe): nothing is left to show.
process.stdout.once('error', () => process.exit(1));

const startedAtMs = Date.now();
const screen = createScreen();
try {
  await onStage(screen, async (stage) => {
    await playTenMinutes(stage);
    await playKill(stage);
    await playHistory(stage);
  });
} catch (error) {
  if (!(error instanceof DemoError)) throw error;
  screen.check(error.message, false);
}
const seconds = Math.round((Date.now() - startedAtMs) / 1000);
const wrong = screen.failures.length;
const verdict =
  wrong === 0 ? 'everything is as it should be' : `${wrong} ${wrong === 1 ? 'thing is' : 'things are'} wrong`;
screen.end(`demo: ${verdict}, ${seconds} s`);
process.exitCode = wrong === 0 ? 0 : 1;
