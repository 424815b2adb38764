import { schemaFiles } from '../compile/schema/describe.ts';
import { KINDS } from '../compile/schema/kinds.ts';
import { EXIT, MkaError } from '../kernel/mka-error.ts';

/** Where the editor's copies stand, relative to the repository's root. */
const FOLDER = '.vscode/mka';
const SETTINGS = '.vscode/settings.json';

/** A file to be written, relative to the repository's root. */
export interface InstalledFile {
  readonly path: string;
  readonly text: string;
}

/**
 * The schemas and the setting `yaml.schemas` of the YAML extension for VS Code; other settings stay. Throws MkaError
 * `schema/settings-unreadable` when the settings are not plain JSON (comments): nothing is written then.
 */
export function schemaInstallation(readText: (path: string) => string | undefined): InstalledFile[] {
  const settings = parseSettings(readText(SETTINGS));
  const own = Object.fromEntries(KINDS.map((kind) => [`./${FOLDER}/${kind.toLowerCase()}.json`, patternOf(kind)]));
  const others = Object.entries((settings['yaml.schemas'] ?? {}) as object).filter(
    ([path]) => !path.includes(`${FOLDER}/`),
  );
  const merged = { ...settings, 'yaml.schemas': { ...Object.fromEntries(others), ...own } };
  const files = schemaFiles().map(({ name, text }) => ({ path: `${FOLDER}/${name}`, text }));
  return [...files, { path: SETTINGS, text: `${JSON.stringify(merged, null, 2)}\n` }];
}

function patternOf(kind: string): string {
  return kind === 'Project' ? '**/mka.yaml' : `**/*.${kind.toLowerCase()}.yaml`;
}

function parseSettings(text: string | undefined): Readonly<Record<string, unknown>> {
  if (text === undefined || text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Reported below: JSON with comments is the usual case.
  }
  throw new MkaError('schema/settings-unreadable', `${SETTINGS} is not plain JSON, so it is left as it is`, {
    hint: `remove its comments, or map ./${FOLDER}/campaign.json to **/*.campaign.yaml under "yaml.schemas" by hand`,
    exitCode: EXIT.findings,
  });
}
