import type { CampaignCoverage, CaseFailure, Covered, TestReport } from '../engine/index.ts';
import { columns } from './columns.ts';
import { instant } from './instant.ts';

type PathOf = (file: string) => string;

/** The report for a program. Instants are RFC 3339 in UTC. */
export function jsonTestReport(
  report: TestReport,
  pathOf: PathOf,
): { readonly version: number; readonly [key: string]: unknown } {
  return {
    version: 1,
    passed: report.passed,
    failed: report.failed,
    files: report.files.map(({ file, name, cases }) => ({
      file: pathOf(file),
      name,
      cases: cases.map((one) => ({
        name: one.name,
        line: one.at.line,
        passed: one.failures.length === 0,
        failures: one.failures.map((failure) => ({ ...failure, at: { ...failure.at, file: pathOf(failure.at.file) } })),
        stories: one.stories.map(({ user, lines }) => ({
          user,
          lines: lines.map(({ atMs, text }) => ({ at: instant(atMs), text })),
        })),
      })),
    })),
    coverage: report.coverage,
  };
}

/** JUnit XML as continuous integration reads it: a suite a Test file, a case a case. */
export function junitTestReport(report: TestReport, pathOf: PathOf): string {
  const suites = report.files.map(({ file, cases }) => {
    const name = xml(pathOf(file));
    const failed = cases.filter(({ failures }) => failures.length > 0).length;
    const inner = cases.map((one) => {
      const head = `    <testcase classname="${name}" name="${xml(one.name)}" file="${name}" line="${one.at.line}"`;
      if (one.failures.length === 0) return `${head}/>`;
      return [`${head}>`, ...one.failures.map((failure) => junitFailure(failure, pathOf)), '    </testcase>'].join(
        '\n',
      );
    });
    const head = `  <testsuite name="${name}" tests="${cases.length}" failures="${failed}" errors="0" skipped="0">`;
    return [head, ...inner, '  </testsuite>'].join('\n');
  });
  const total = report.passed + report.failed;
  const head = `<testsuites name="mka test" tests="${total}" failures="${report.failed}" errors="0" skipped="0">`;
  return ['<?xml version="1.0" encoding="UTF-8"?>', head, ...suites, '</testsuites>'].join('\n');
}

function junitFailure({ code, message, at, expected, actual }: CaseFailure, pathOf: PathOf): string {
  const text = [
    `${pathOf(at.file)}:${at.line}:${at.column}`,
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
    .replaceAll('"', '&quot;');
}

/** Coverage as a table: what no case has gone through stands behind each campaign. */
export function coverageTable(coverage: readonly CampaignCoverage[]): string {
  const rows = coverage.map((one) => [one.campaign, share(one.steps), share(one.branches), missingOf(one)]);
  return columns([['campaign', 'steps', 'branches', 'not covered'], ...rows]);
}

function share({ covered, total }: Covered): string {
  return total === 0 ? '-' : `${covered}/${total} ${Math.floor((covered / total) * 100)} %`;
}

function missingOf({ steps, branches }: CampaignCoverage): string {
  return [...steps.missing, ...branches.missing].join(', ');
}
