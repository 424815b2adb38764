import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/engine/adapters/clock/system-clock.ts';
import { VirtualClock } from '../../../src/engine/adapters/clock/virtual-clock.ts';
import { CLOCK_CASES, VIRTUAL_TIME_CASES } from '../../../src/engine/ports/conformance/clock.ts';

describe('the system clock', () => {
  it.each(CLOCK_CASES.map((one) => [one.name, one] as const))('%s', async (_name, { run }) => {
    await expect(run(systemClock)).resolves.toBeUndefined();
  });

  it('gives the instant of the machine and sleeps for as long as it is told', async () => {
    const clock = systemClock();
    const startMs = clock.now();
    await clock.sleep(20);
    // Node's timers count whole milliseconds from the turn of the loop and may end one early.
    expect(clock.now() - startMs).toBeGreaterThanOrEqual(19);
    expect([clock.virtual, Math.abs(startMs - Date.now()) < 60_000]).toEqual([false, true]);
  });
});

describe('the virtual clock', () => {
  const make = () => new VirtualClock(Date.UTC(2026, 0, 5));

  it.each([...CLOCK_CASES, ...VIRTUAL_TIME_CASES].map((one) => [one.name, one] as const))(
    '%s',
    async (_name, { run }) => {
      await expect(run(make)).resolves.toBeUndefined();
    },
  );
});
