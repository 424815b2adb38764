import type { Formatting } from '../engine/index.ts';
import { drawFrame } from './diagnostics/frame.ts';
import { counted } from './diagnostics/report.ts';

/** What formatting did, in words: files that do not parse, files left alone, how many changed. */
export function reportFormatting(
  { changed, findings, skipped }: Formatting,
  isCheck: boolean,
  pathOf: (file: string) => string,
): string {
  const lines = [
    ...findings.map((finding) => drawFrame(finding, { textOf: () => undefined, pathOf })),
    ...skipped.map((file) => `${pathOf(file)} is left as it is: its canonical form would not mean the same`),
  ];
  if (changed.length === 0) lines.push('every file that parses is in its canonical form');
  else
    lines.push(
      isCheck
        ? `${counted(changed.length, 'file')} not in canonical form: run mka fmt`
        : `${counted(changed.length, 'file')} written`,
    );
  return lines.join('\n');
}
