import { appendFileSync } from 'node:fs';
import type { ChalkInstance } from 'chalk';
import type { Validation } from '../../engine/index.ts';
import { readerPath } from '../reader-path.ts';
import type { FrameColours } from './frame.ts';
import { githubSummary } from './github.ts';
import { counted, type FindingsReport, summaryOf } from './report.ts';

/** A validation as the writers take it; paths are relative to where the command was started. */
export function reportOf(validation: Validation, dir: string, version: string, colours: ChalkInstance): FindingsReport {
  const { findings, files, textOf, digest, counts, cases, defaults } = validation;
  return {
    findings,
    files,
    textOf,
    pathOf: (file) => readerPath(dir, file),
    version,
    colours: frameColours(colours),
    facts: { ...(digest === undefined ? {} : { digest }), counts, cases, defaults },
  };
}

/** Colours of a frame. */
export function frameColours(colours: ChalkInstance): FrameColours {
  return {
    error: (text) => colours.red.bold(text),
    warning: (text) => colours.yellow.bold(text),
    info: (text) => colours.cyan(text),
    gutter: (text) => colours.blue(text),
    bold: (text) => colours.bold(text),
  };
}

/** The last line: what was found, or what is there. */
export function verdict({ isValid, findings, counts, cases, digest }: Validation, report: FindingsReport): string {
  if (!isValid) return summaryOf(report);
  const kinds = Object.entries(counts).filter(([kind]) => kind !== 'Project' && kind !== 'Test');
  const objects = kinds.map(([kind, count]) => counted(count, kind.toLowerCase())).join(', ');
  const warnings = findings.length === 0 ? '' : `; ${summaryOf(report)}`;
  return `valid: ${objects}; ${counted(cases, 'test case')}; ${digest?.slice(0, 19) ?? ''}${warnings}`;
}

/** Appends the table of all findings to the step's summary, where GitHub names a file for it. */
export function githubStepSummary(report: FindingsReport, path: string | undefined): void {
  if (path !== undefined && path !== '') appendFileSync(path, githubSummary(report));
}
