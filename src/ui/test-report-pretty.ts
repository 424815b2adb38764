import type { ChalkInstance } from 'chalk';
import type { CaseFailure, CaseResult, TestReport, UserStory } from '../engine/index.ts';
import { printable } from './diagnostics/display-width.ts';
import { drawFrame, type FrameOptions } from './diagnostics/frame.ts';
import { instant } from './instant.ts';

/** How the report is drawn: frames as findings have them. */
export interface TestReportStyle extends FrameOptions {
  readonly pathOf: (file: string) => string;
  readonly chalk: ChalkInstance;
}

/** The report for a person: every case on a line, and under a failed one where it parts from what happened. */
export function prettyTestReport(report: TestReport, style: TestReportStyle): string {
  const { chalk } = style;
  const lines = report.files.flatMap(({ file, cases }) => [
    chalk.bold(style.pathOf(file)),
    ...cases.flatMap((one) => caseLines(one, style)),
    '',
  ]);
  const failed = report.failed === 0 ? '' : chalk.red(`, ${report.failed} failed`);
  return [...lines, `${chalk.green(`${report.passed} passed`)}${failed}`].join('\n');
}

function caseLines({ name, failures, stories }: CaseResult, style: TestReportStyle): string[] {
  const { chalk } = style;
  if (failures.length === 0) return [`  ${chalk.green('✓')} ${printable(name)}`];
  return [
    `  ${chalk.red('✗')} ${printable(name)}`,
    ...failures.flatMap((failure) => failureLines(failure, style)),
    ...stories.flatMap((story) => storyLines(story, chalk)),
  ];
}

function failureLines({ code, message, at, expected, actual }: CaseFailure, style: TestReportStyle): string[] {
  const { chalk } = style;
  const frame = drawFrame({ code, severity: 'error', message, at }, style).split('\n');
  return [
    ...frame.map((line) => `    ${line}`),
    ...(expected === undefined ? [] : [`       ${chalk.green(`- expected  ${printable(expected)}`)}`]),
    ...(actual === undefined ? [] : [`       ${chalk.red(`+ happened  ${printable(actual)}`)}`]),
  ];
}

/** Instants in UTC, each said once. */
function storyLines({ user, lines }: UserStory, chalk: ChalkInstance): string[] {
  if (lines.length === 0) return [chalk.dim(`    nothing happened to ${printable(user)}`)];
  const instants = lines.map(({ atMs }) => instant(atMs));
  const width = Math.max(...instants.map((text) => text.length));
  return [
    chalk.dim(`    what happened to ${printable(user)}`),
    ...lines.map(({ text }, index) => {
      const shown = instants[index] === instants[index - 1] ? '' : (instants[index] ?? '');
      return chalk.dim(`      ${shown.padEnd(width)}  ${printable(text)}`);
    }),
  ];
}
