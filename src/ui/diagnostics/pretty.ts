import { drawFrame } from './frame.ts';
import { maskSecrets } from './mask-secrets.ts';
import type { FindingsReport } from './report.ts';

/** Frames for people, a blank line between them. */
export function writePretty({ findings, textOf, pathOf, colours }: FindingsReport): string {
  const masked = maskSecrets(textOf, findings);
  const options = { textOf: masked, pathOf, ...(colours === undefined ? {} : { colours }) };
  return findings.map((finding) => `${drawFrame(finding, options)}\n`).join('\n');
}
