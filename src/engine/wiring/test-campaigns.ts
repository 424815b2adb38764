import { createEmbeddedBus } from '../adapters/bus/embedded/bus.ts';
import { VirtualClock } from '../adapters/clock/virtual-clock.ts';
import { readRepository } from '../adapters/source/local.ts';
import { createSqliteStateStore } from '../adapters/state/sqlite/state-store.ts';
import { compileRepository } from '../compile/compile-repository.ts';
import { EXIT, MkaError } from '../kernel/mka-error.ts';
import { selectCases } from '../usecases/test-campaigns/select-cases.ts';
import { type TestReport, testCampaigns } from '../usecases/test-campaigns/test-campaigns.ts';
import type { WorldAdapters } from '../usecases/test-campaigns/world.ts';
import { invalidRepository } from './repository.ts';

/** A report and the text of the Test files, for frames. */
export interface RepositoryTests {
  readonly report: TestReport;
  /** Path of a Test file → its text. */
  readonly texts: ReadonlyMap<string, string>;
}

/**
 * Runs the cases of a repository whose file, Test or name holds one of the patterns; without patterns all of them.
 * Throws MkaError `repository/invalid` with the findings, `test/no-cases` when there is nothing to run.
 */
export async function testRepository(dir: string, patterns: readonly string[]): Promise<RepositoryTests> {
  const files = readRepository(dir);
  const { bundle, tests, diagnostics } = compileRepository(files);
  if (bundle === undefined) throw invalidRepository(diagnostics);
  const selected = selectCases(tests, patterns);
  if (selected.length === 0) throw noCases(patterns);
  const report = await testCampaigns(bundle.release, selected, IN_MEMORY);
  const wanted = new Set(selected.map(({ file }) => file));
  const texts = files.filter(({ path }) => wanted.has(path)).map(({ path, bytes }) => [path, textOf(bytes)] as const);
  return { report, texts: new Map(texts) };
}

/** Stores and buses of one world: in this thread and in memory, so that a case depends on nothing but itself. */
const IN_MEMORY: WorldAdapters = {
  openStore: () => createSqliteStateStore({ thread: false }),
  openBus: () => createEmbeddedBus({ thread: false }),
  openClock: (startMs) => new VirtualClock(startMs),
};

function noCases(patterns: readonly string[]): MkaError {
  const what = patterns.length === 0 ? 'the repository has no Test' : `no case matches ${patterns.join(', ')}`;
  return new MkaError('test/no-cases', what, {
    hint:
      patterns.length === 0 ? 'see docs/testing.md' : 'a pattern is part of a file, of a Test or of the name of a case',
    exitCode: EXIT.findings,
  });
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
