/** What one run of the tests came to. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Files that could not be read or whose hooks failed, so that none of their tests tells it. */
  readonly brokenFiles: readonly string[];
}

/** The part of vitest's JSON report that is read. */
export interface JsonReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

export function countResults(report: JsonReport): Counts {
  const counts = { passed: 0, failed: 0, skipped: 0, brokenFiles: [] as string[] };
  for (const file of report.testResults) {
    const failedBefore = counts.failed;
    for (const { status } of file.assertionResults) {
      if (status === 'passed') counts.passed += 1;
      else if (status === 'failed') counts.failed += 1;
      else counts.skipped += 1;
    }
    if (file.status === 'failed' && counts.failed === failedBefore) counts.brokenFiles.push(file.name);
  }
  return counts;
}

/** The closing line, why it is red, and whether it is green. */
export function verdict(
  counts: Counts,
  run: { readonly runnerCode: number; readonly skipsAllowed: boolean },
): { readonly line: string; readonly reasons: readonly string[]; readonly ok: boolean } {
  const reasons = counts.brokenFiles.map((file) => `${file} failed as a whole`);
  let failed = counts.failed + counts.brokenFiles.length;
  if (counts.passed + failed === 0) reasons.push('no test ran');
  if (!run.skipsAllowed && counts.skipped > 0) {
    reasons.push(`${counts.skipped} skipped: where CI=true every test has what it needs`);
    failed += counts.skipped;
  }
  if (run.runnerCode !== 0 && failed === 0) {
    reasons.push(`the runner ended with ${run.runnerCode} although no test failed: see above`);
    failed = 1;
  }
  const skipped = counts.skipped > 0 && run.skipsAllowed ? `, ${counts.skipped} skipped` : '';
  return {
    line: `${counts.passed} passed, ${failed} failed${skipped}`,
    reasons,
    ok: failed === 0 && counts.passed > 0,
  };
}
