import type { SourceRange } from '../engine/index.ts';

/** The line of a file with a mark under the place, and where it is: `--> file:line:column`. */
export function frameOf(text: string, { file, line, column, endLine, endColumn }: SourceRange): string[] {
  const width = String(line).length;
  const shown = text.split('\n')[line - 1]?.replace(/\r$/, '') ?? '';
  const end = endLine === line ? endColumn : shown.length + 1;
  const mark = '^'.repeat(Math.max(1, Math.min(end, shown.length + 1) - column));
  return [
    `${' '.repeat(width)}--> ${file}:${line}:${column}`,
    `${line} | ${shown}`,
    `${' '.repeat(width)} | ${widthOf(shown.slice(0, column - 1))}${mark}`,
  ];
}

/** Blanks as wide as a text on a terminal, where a Chinese character takes two columns. */
function widthOf(text: string): string {
  return text.replace(WIDE, '  ').replace(/[^\t]/gu, ' ');
}

const WIDE = /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff00-\uff60]/gu;
