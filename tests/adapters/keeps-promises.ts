import { expect, it } from 'vitest';

/** A promise of a port as data: src/engine/ports/conformance. */
interface PromiseCase<Fixture, Need extends string> {
  readonly name: string;
  readonly needs?: readonly Need[];
  readonly run: (make: () => Promise<Fixture>) => Promise<void>;
}

/**
 * Runs every promise that the adapter can be asked for, as one test each. What it does not claim is said aloud in one
 * line; it is no skipped test, for there is nothing that could be run.
 */
export function keepsPromises<Fixture, Need extends string>(
  adapter: string,
  cases: readonly PromiseCase<Fixture, Need>[],
  make: (...options: never[]) => Promise<Fixture>,
  can: (need: Need) => boolean = () => true,
): void {
  const asked = cases.filter(({ needs = [] }) => needs.every(can));
  for (const { name, run } of asked) {
    it(name, async () => {
      await expect(run(make as () => Promise<Fixture>)).resolves.toBeUndefined();
    });
  }
  const left = cases.filter((one) => !asked.includes(one));
  if (left.length === 0) return;
  const needs = [...new Set(left.flatMap((one) => one.needs ?? []))].filter((need) => !can(need));
  console.log(`${adapter} does not claim ${needs.join(', ')}: ${left.length} promises are not asked of it`);
}
