import type { Diagnostic, SourceRange } from '../../engine/index.ts';
import { displayWidth, printable } from './display-width.ts';

/** How parts of a frame are coloured; the identity where there are no colours. */
export interface FrameColours {
  readonly error: (text: string) => string;
  readonly warning: (text: string) => string;
  readonly info: (text: string) => string;
  readonly gutter: (text: string) => string;
  readonly bold: (text: string) => string;
}

export const NO_COLOURS: FrameColours = {
  error: (text) => text,
  warning: (text) => text,
  info: (text) => text,
  gutter: (text) => text,
  bold: (text) => text,
};

export interface FrameOptions {
  /** Text of a file by its path in the finding; without it the place is shown and no lines. */
  readonly textOf: (file: string) => string | undefined;
  /** The path as the reader knows it, such as relative to where he stands. */
  readonly pathOf?: (file: string) => string;
  readonly colours?: FrameColours;
}

/** Columns of source shown at most. */
const MAX_WIDTH = 160;

/**
 * One finding as a few lines: code and message, place, the line before, the line, a caret under what has to change,
 * hint, docs. Lines and columns are those of the file; the caret stands right under wide characters too.
 */
export function drawFrame(finding: Diagnostic, options: FrameOptions): string {
  const colours = options.colours ?? NO_COLOURS;
  const paint = colours[finding.severity];
  const lines = [`${paint(`${finding.severity}[${finding.code}]`)} ${colours.bold(printable(finding.message))}`];
  if (finding.at !== undefined) {
    const place = placeText(finding.at, options);
    lines.push(`  ${colours.gutter('-->')} ${place}`, ...sourceLines(finding.at, options, colours, paint));
  }
  const note = (word: string, text: string): string => `   ${colours.gutter('=')} ${word}: ${printable(text)}`;
  for (const { message, at } of finding.related ?? [])
    lines.push(note('note', `${message}: ${placeText(at, options)}`));
  if (finding.hint !== undefined) lines.push(note('hint', finding.hint));
  if (finding.docs !== undefined) lines.push(note('docs', finding.docs));
  return lines.join('\n');
}

function placeText(at: SourceRange, { pathOf }: FrameOptions): string {
  return `${printable(pathOf?.(at.file) ?? at.file)}:${at.line}:${at.column}`;
}

function sourceLines(
  at: SourceRange,
  { textOf }: FrameOptions,
  colours: FrameColours,
  paint: (text: string) => string,
): string[] {
  const lines = textOf(at.file)?.split('\n');
  const line = lines?.[at.line - 1]?.replace(/\r$/, '');
  if (lines === undefined || line === undefined) return [];
  const width = Math.max(2, String(at.line).length);
  const gutter = (number: string): string => colours.gutter(`   ${number.padStart(width)} |`);
  const { text, before, marked } = cut(line, at);
  const before1 = lines[at.line - 2]?.replace(/\r$/, '');
  const caret = paint('^'.repeat(Math.max(1, displayWidth(marked))));
  return [
    ...(before1 === undefined ? [] : [`${gutter(String(at.line - 1))} ${clip(printable(before1))}`.trimEnd()]),
    `${gutter(String(at.line))} ${text}`.trimEnd(),
    `${gutter('')} ${' '.repeat(displayWidth(before))}${caret}`,
  ];
}

/** The line with what stands before the mark and the mark itself; of a long line the part around the mark. */
function cut(
  line: string,
  at: SourceRange,
): { readonly text: string; readonly before: string; readonly marked: string } {
  const start = Math.min(at.column - 1, line.length);
  const end = at.endLine === at.line ? Math.min(Math.max(at.endColumn - 1, start), line.length) : line.length;
  const from = start > MAX_WIDTH * 0.75 ? start - Math.floor(MAX_WIDTH / 2) : 0;
  const lead = from > 0 ? '…' : '';
  const before = lead + printable(line.slice(from, start));
  const marked = printable(line.slice(start, Math.min(end, from + MAX_WIDTH)));
  const rest = printable(line.slice(Math.min(end, from + MAX_WIDTH), from + MAX_WIDTH));
  const tail = line.length > from + MAX_WIDTH ? '…' : '';
  return { text: before + marked + rest + tail, before, marked };
}

function clip(line: string): string {
  return line.length > MAX_WIDTH ? `${line.slice(0, MAX_WIDTH)}…` : line;
}
