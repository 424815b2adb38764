import { writeGithub } from './github.ts';
import { writeJson } from './json.ts';
import { writeJunit } from './junit.ts';
import { writePretty } from './pretty.ts';
import type { FindingsReport } from './report.ts';
import { writeSarif } from './sarif.ts';

/** The forms in which findings are printed. */
export const FORMATS = ['pretty', 'json', 'github', 'sarif', 'junit'] as const;

export type FindingsFormat = (typeof FORMATS)[number];

const WRITERS: Readonly<Record<FindingsFormat, (report: FindingsReport) => string>> = {
  pretty: writePretty,
  json: writeJson,
  github: writeGithub,
  sarif: writeSarif,
  junit: writeJunit,
};

/** The findings in one form; empty where there is nothing to say. */
export function writeFindings(format: FindingsFormat, report: FindingsReport): string {
  return WRITERS[format](report);
}
