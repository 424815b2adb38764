import type { Diagnostic } from '../../engine/index.ts';
import { counted, type FindingsReport, summaryOf, worstFirst } from './report.ts';

/** GitHub shows ten annotations a step and drops the rest without a word. */
const MAX_ANNOTATIONS = 10;

const COMMANDS = { error: 'error', warning: 'warning', info: 'notice' } as const;

/**
 * Workflow commands for GitHub Actions (docs.github.com, "Workflow commands"): the ten worst findings as annotations,
 * all others as plain lines of the log.
 */
export function writeGithub(report: FindingsReport): string {
  const sorted = worstFirst(report.findings);
  const rest = sorted.slice(MAX_ANNOTATIONS);
  const lines = sorted.slice(0, MAX_ANNOTATIONS).map((finding) => annotation(finding, report));
  if (rest.length > 0) {
    lines.push(`${counted(rest.length, 'further finding')}:`, ...rest.map((finding) => plainLine(finding, report)));
  }
  return lines.map((line) => `${line}\n`).join('');
}

/** A table of all findings in Markdown, for the step's summary. */
export function githubSummary(report: FindingsReport): string {
  const rows = worstFirst(report.findings).map(
    (finding) =>
      `| ${finding.severity} | \`${finding.code}\` | \`${cell(placeOf(finding, report))}\` | ${cell(finding.message)} |`,
  );
  const table = rows.length === 0 ? [] : ['', '| | code | place | finding |', '|---|---|---|---|', ...rows];
  return `${[`### mka validate: ${summaryOf(report)}`, ...table].join('\n')}\n`;
}

function annotation(finding: Diagnostic, { pathOf }: FindingsReport): string {
  const { at, code, message, hint, severity } = finding;
  const properties = {
    ...(at === undefined
      ? {}
      : {
          file: pathOf(at.file),
          line: String(at.line),
          endLine: String(at.endLine),
          // GitHub refuses columns of a range over several lines.
          ...(at.line === at.endLine
            ? { col: String(at.column), endColumn: String(Math.max(at.endColumn - 1, at.column)) }
            : {}),
        }),
    title: code,
  };
  const listed = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(value)}`);
  const text = hint === undefined ? message : `${message}\nhint: ${hint}`;
  return `::${COMMANDS[severity]} ${listed.join(',')}::${escapeData(text)}`;
}

function plainLine(finding: Diagnostic, report: FindingsReport): string {
  // A line of the log that starts with two colons would be a command.
  return `${finding.severity}[${finding.code}] ${placeOf(finding, report)} ${finding.message.replaceAll('\n', ' ')}`;
}

function placeOf({ at }: Diagnostic, { pathOf }: FindingsReport): string {
  return at === undefined ? '' : `${pathOf(at.file)}:${at.line}:${at.column}`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

function cell(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('|', '\\|').replaceAll('\n', ' ').replaceAll('<', '&lt;');
}
