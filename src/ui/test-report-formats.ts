import type { CampaignCoverage, CaseFailure, Covered, RepositoryTests, TestReport } from '../engine/index.ts';

/** The report for a program. Instants are RFC 3339 in UTC. */
export function jsonTestReport({ report }: RepositoryTests): {
  readonly version: number;
  readonly [key: string]: unknown;
} {
  return {
    version: 1,
    passed: report.passed,
    failed: report.failed,
    files: report.files.map(({ file, name, cases }) => ({
      file,
      name,
      cases: cases.map((one) => ({
        name: one.name,
        line: one.at.line,
        passed: one.failures.length === 0,
        failures: one.failures,
        stories: one.stories.map(({ user, lines }) => ({
          user,
          lines: lines.map(({ atMs, text }) => ({ at: new Date(atMs).toISOString(), text })),
        })),
      })),
    })),
    coverage: report.coverage,
  };
}

/** JUnit XML as continuous integration reads it: a suite a Test file, a case a case. */
export function junitTestReport({ report }: RepositoryTests): string {
  const suites = report.files.map(({ file, cases }) => {
    const failed = cases.filter(({ failures }) => failures.length > 0).length;
    const inner = cases.map(({ name, at, failures }) => {
      const head = `    <testcase classname="${xml(file)}" name="${xml(name)}" file="${xml(file)}" line="${at.line}"`;
      if (failures.length === 0) return `${head}/>`;
      return `${head}>\n${failures.map((one) => junitFailure(one)).join('\n')}\n    </testcase>`;
    });
    const head = `  <testsuite name="${xml(file)}" tests="${cases.length}" failures="${failed}">`;
    return [head, ...inner, '  </testsuite>'].join('\n');
  });
  const total = report.passed + report.failed;
  const head = `<testsuites name="mka test" tests="${total}" failures="${report.failed}">`;
  return ['<?xml version="1.0" encoding="UTF-8"?>', head, ...suites, '</testsuites>'].join('\n');
}

function junitFailure({ code, message, at, expected, actual }: CaseFailure): string {
  const text = [
    `${at.file}:${at.line}:${at.column}`,
    ...(expected === undefined ? [] : [`- expected  ${expected}`]),
    ...(actual === undefined ? [] : [`+ happened  ${actual}`]),
  ].join('\n');
  return `      <failure type="${code}" message="${xml(message)}">${xml(text)}</failure>`;
}

/** Text and attribute values; characters that XML 1.0 cannot hold become the replacement character. */
function xml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\n', '&#10;');
}

/** Coverage as a table: what no case has gone through stands behind each campaign. */
export function coverageTable({ coverage }: Pick<TestReport, 'coverage'>): string {
  const rows = coverage.map((one) => [one.campaign, share(one.steps), share(one.branches), missingOf(one)]);
  const table = [['campaign', 'steps', 'branches', 'not covered'], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function share({ covered, total }: Covered): string {
  return total === 0 ? '-' : `${covered}/${total} ${Math.floor((covered / total) * 100)} %`;
}

function missingOf({ steps, branches }: CampaignCoverage): string {
  return [...steps.missing, ...branches.missing].join(', ');
}
