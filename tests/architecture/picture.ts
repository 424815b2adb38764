import { readFileSync } from 'node:fs';
import { LAYERS, layerOf } from './layout.ts';
import { targetOf } from './rules.ts';
import type { SourceFile } from './sources.ts';

export const PICTURE_FILE = 'docs/architecture.md';
const START = '<!-- picture: npm run generate -->\n';
const END = '<!-- /picture -->';

/** The folders that exist, from the top down, with what each really imports. */
export function picture(files: readonly SourceFile[]): string {
  const rows = LAYERS.flatMap((layer) => {
    const own = files.filter((file) => layerOf(file.path) === layer);
    if (own.length === 0) return [];
    const imported = new Set(
      own.flatMap((file) => file.imports.map(({ specifier }) => layerOf(targetOf(file, specifier) ?? '')?.path)),
    );
    imported.delete(layer.path);
    const names = LAYERS.filter(({ path }) => imported.has(path)).map(
      ({ path }) => `\`${path.replace('engine/', '')}\``,
    );
    return [`| \`src/${layer.path}\` | ${layer.what} | ${names.join(', ') || '–'} |`];
  });
  return ['| folder | what it is for | imports |', '|---|---|---|', ...rows, ''].join('\n');
}

/** The page as it should be: its own words, with the picture between the marks. */
export function pageWithPicture(files: readonly SourceFile[]): string {
  const page = readFileSync(PICTURE_FILE, 'utf8');
  const [start, end] = [page.indexOf(START), page.indexOf(END)];
  if (start < 0 || end < start) throw new Error(`${PICTURE_FILE} has no place for the picture`);
  return `${page.slice(0, start)}${START}\n${picture(files)}\n${page.slice(end)}`;
}
