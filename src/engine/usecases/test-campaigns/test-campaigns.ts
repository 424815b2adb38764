import type { CompiledTest, TestCase } from '../../compile/test-file.ts';
import type { SourceRange } from '../../kernel/position.ts';
import type { DecisionRecord } from '../../model/record.ts';
import type { Release } from '../../model/release.ts';
import { type CaseFailure, compare } from './compare.ts';
import { type CampaignCoverage, type CoverageTally, tallyCoverage } from './coverage.ts';
import { describe, type Happening, happeningsOf } from './happening.ts';
import { type Played, playTimeline } from './play-timeline.ts';
import { openWorld, type World, type WorldAdapters } from './world.ts';

/** What came of all cases. */
export interface TestReport {
  readonly files: readonly FileResult[];
  readonly passed: number;
  readonly failed: number;
  readonly coverage: readonly CampaignCoverage[];
}

export interface FileResult {
  /** Name of the Test. */
  readonly name: string;
  /** Path of its file, relative to the repository. */
  readonly file: string;
  readonly cases: readonly CaseResult[];
}

export interface CaseResult {
  readonly name: string;
  readonly at: SourceRange;
  /** Empty: it passed. */
  readonly failures: readonly CaseFailure[];
  /** What happened to the users that a failure speaks of. */
  readonly stories: readonly UserStory[];
}

/** Everything that happened to one user in one case, oldest first; instants in epoch milliseconds. */
export interface UserStory {
  readonly user: string;
  readonly lines: readonly { readonly atMs: number; readonly text: string }[];
}

/** Runs every case on a virtual clock through the daemon's own loops, each in a fresh world. */
export async function testCampaigns(
  release: Release,
  tests: readonly CompiledTest[],
  adapters: WorldAdapters,
): Promise<TestReport> {
  const coverage = tallyCoverage(release, new Set(tests.flatMap((test) => test.campaigns)));
  const results: FileResult[] = [];
  for (const test of tests) {
    const cases: CaseResult[] = [];
    for (const one of test.cases) cases.push(await runCase(release, test, one, adapters, coverage));
    results.push({ name: test.name, file: test.file, cases });
  }
  const all = results.flatMap(({ cases }) => cases);
  const failed = all.filter(({ failures }) => failures.length > 0).length;
  return { files: results, passed: all.length - failed, failed, coverage: coverage.report() };
}

async function runCase(
  release: Release,
  test: CompiledTest,
  one: TestCase,
  adapters: WorldAdapters,
  coverage: CoverageTally,
): Promise<CaseResult> {
  const world = await openWorld(adapters, release, test, one);
  try {
    const played = await playTimeline(world, one);
    const happenings = await observe(world, one, played, coverage);
    const failures = [...compare(one, happenings), ...(played.isEndless ? [endless(one)] : [])];
    return { name: one.name, at: one.at, failures, stories: storiesOf(failures, happenings) };
  } finally {
    await world.close();
  }
}

async function observe(
  { store, channels }: World,
  { expect }: TestCase,
  played: Played,
  coverage: CoverageTally,
): Promise<readonly Happening[]> {
  const ledger = new Map((await store.ledger({})).map((row) => [row.sendKey, row]));
  const users = new Set([...played.users, ...expect.map(({ user }) => user)]);
  const happenings: Happening[] = [...played.refused];
  for (const user of users) {
    const records: readonly DecisionRecord[] = await store.records(user);
    coverage.add(records);
    happenings.push(...happeningsOf(user, records, ledger, channels));
  }
  return happenings.sort((a, b) => a.atMs - b.atMs);
}

function endless({ at }: TestCase): CaseFailure {
  return { code: 'endless', message: 'something is still due a year after the last entry; say `until`', at };
}

function storiesOf(failures: readonly CaseFailure[], happenings: readonly Happening[]): UserStory[] {
  const users = new Set(failures.flatMap(({ user }) => user ?? []));
  return [...users].map((user) => ({
    user,
    lines: happenings.filter((what) => what.user === user).map((what) => ({ atMs: what.atMs, text: describe(what) })),
  }));
}
