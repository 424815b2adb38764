import type { ChalkInstance } from 'chalk';
import type { CaseFailure, CaseResult, RepositoryTests, UserStory } from '../engine/index.ts';
import { frameOf } from './test-report-frame.ts';

/** The report for a person: every case on a line, and under a failed one where it parts from what happened. */
export function prettyTestReport({ report, texts }: RepositoryTests, colours: ChalkInstance): string {
  const lines = report.files.flatMap(({ file, cases }) => [
    colours.bold(file),
    ...cases.flatMap((one) => caseLines(one, texts.get(file) ?? '', colours)),
    '',
  ]);
  const failed = report.failed === 0 ? '' : colours.red(`, ${report.failed} failed`);
  return [...lines, `${colours.green(`${report.passed} passed`)}${failed}`].join('\n');
}

function caseLines({ name, failures, stories }: CaseResult, text: string, colours: ChalkInstance): string[] {
  if (failures.length === 0) return [`  ${colours.green('✓')} ${name}`];
  return [
    `  ${colours.red('✗')} ${name}`,
    ...failures.flatMap((failure) => failureLines(failure, text, colours)),
    ...stories.flatMap((story) => storyLines(story, colours)),
  ];
}

function failureLines({ code, message, at, expected, actual }: CaseFailure, text: string, colours: ChalkInstance) {
  return [
    `    ${colours.red(`[${code}]`)} ${message}`,
    ...(expected === undefined ? [] : [`      ${colours.green(`- expected  ${expected}`)}`]),
    ...(actual === undefined ? [] : [`      ${colours.red(`+ happened  ${actual}`)}`]),
    ...frameOf(text, at).map((line) => `    ${colours.dim(line)}`),
  ];
}

/** Instants in UTC, each said once. */
function storyLines({ user, lines }: UserStory, colours: ChalkInstance): string[] {
  if (lines.length === 0) return [colours.dim(`    nothing happened to ${user}`)];
  const instants = lines.map(({ atMs }) => new Date(atMs).toISOString());
  return [
    colours.dim(`    what happened to ${user}`),
    ...lines.map(({ text }, index) => {
      const instant = instants[index] ?? '';
      const shown = instant === instants[index - 1] ? ''.padEnd(instant.length) : instant;
      return colours.dim(`      ${shown}  ${text}`);
    }),
  ];
}
