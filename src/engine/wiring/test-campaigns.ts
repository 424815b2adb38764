import { createEmbeddedBus } from '../adapters/bus/embedded/bus.ts';
import { VirtualClock } from '../adapters/clock/virtual-clock.ts';
import { readRepository } from '../adapters/source/local.ts';
import { createSqliteStateStore } from '../adapters/state/sqlite/state-store.ts';
import { compileRepository } from '../compile/compile-repository.ts';
import { decodeUtf8, type SourceFile } from '../compile/text.ts';
import { MkaError } from '../kernel/mka-error.ts';
import { selectCases } from '../usecases/test-campaigns/select-cases.ts';
import { type TestReport, testCampaigns } from '../usecases/test-campaigns/test-campaigns.ts';
import type { WorldAdapters } from '../usecases/test-campaigns/world.ts';
import { type Validation, validate } from '../usecases/validate.ts';

/** What came of `mka test`: a report, or the findings that keep the repository from being run at all. */
export type RepositoryTests =
  | {
      readonly kind: 'ran';
      readonly report: TestReport;
      /** Text of a file, for frames. */
      readonly textOf: (file: string) => string | undefined;
    }
  | { readonly kind: 'invalid'; readonly validation: Validation };

/** Runs the tests of the repository in a folder; see `testFiles`. */
export function testRepository(dir: string, patterns: readonly string[]): Promise<RepositoryTests> {
  return testFiles(readRepository(dir), patterns);
}

/**
 * Runs the cases of a repository whose file, Test or name holds one of the patterns; without patterns all of them.
 * Throws MkaError `test/no-cases` when there is nothing to run, for a run of nothing proves nothing.
 */
export async function testFiles(files: readonly SourceFile[], patterns: readonly string[]): Promise<RepositoryTests> {
  const { bundle, tests } = compileRepository(files);
  if (bundle === undefined) return { kind: 'invalid', validation: validate(files) };
  const selected = selectCases(tests, patterns);
  if (selected.length === 0) throw noCases(patterns);
  const report = await testCampaigns(bundle.release, selected, IN_MEMORY);
  const bytes = new Map(files.map((file) => [file.path, file.bytes]));
  const textOf = (file: string) => decodeUtf8(bytes.get(file) ?? new Uint8Array());
  return { kind: 'ran', report, textOf };
}

/** Store and bus of one world: in this thread and in memory, so that a case depends on nothing but itself. */
const IN_MEMORY: WorldAdapters = {
  openStore: () => createSqliteStateStore({ thread: false }),
  openBus: () => createEmbeddedBus({ thread: false }),
  openClock: (startMs) => new VirtualClock(startMs),
};

function noCases(patterns: readonly string[]): MkaError {
  if (patterns.length === 0) {
    return new MkaError('test/no-cases', 'the repository has no Test', { hint: 'see docs/testing.md' });
  }
  return new MkaError('test/no-cases', `no case matches ${patterns.join(', ')}`, {
    hint: 'a pattern is part of the path of a file, of the name of a Test or of the name of a case',
  });
}
