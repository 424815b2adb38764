import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { EXIT, MkaError } from '../kernel/mka-error.ts';
import { type Forge, type NewFile, newFile, projectName, templateFolders } from '../usecases/init.ts';
import { schemaInstallation } from '../usecases/install-schemas.ts';

/** deploy/init/ of the package: three folders above this one in src and in dist alike. */
const TEMPLATES = resolve(import.meta.dirname, '..', '..', '..', 'deploy', 'init');

export interface InitOptions {
  readonly example: boolean;
  readonly ci: Forge;
}

/** What was written, and what was there before and stays as it is; paths relative to the folder. */
export interface Initialised {
  readonly dir: string;
  readonly project: string;
  readonly written: readonly string[];
  readonly kept: readonly string[];
}

/** Writes a campaign repository into a folder, made when there is none; never over a file. Throws MkaError `init/…`. */
export function initRepository(dir: string, options: InitOptions): Initialised {
  const root = resolve(dir);
  const project = projectName(basename(root));
  const files = new Map<string, NewFile>();
  for (const folder of templateFolders(options)) {
    for (const template of readTemplates(join(TEMPLATES, folder), '')) {
      const file = newFile(template, project);
      files.set(file.path, file);
    }
  }
  for (const { path, text } of schemaInstallation(() => undefined))
    files.set(path, { path, text, isExecutable: false });
  const all = [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  const written = all.filter((file) => writeNew(root, file)).map(({ path }) => path);
  const kept = all.map(({ path }) => path).filter((path) => !written.includes(path));
  return { dir, project, written, kept };
}

function* readTemplates(root: string, folder: string): Generator<{ readonly path: string; readonly text: string }> {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) yield* readTemplates(root, path);
    else yield { path, text: readFileSync(join(root, path), 'utf8') };
  }
}

/** False when something of that name is there already, a link that leads nowhere among them. */
function writeNew(root: string, { path, text, isExecutable }: NewFile): boolean {
  const target = join(root, path);
  try {
    if (existsSync(target)) return false;
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text, { flag: 'wx' });
    if (isExecutable) chmodSync(target, 0o755);
    return true;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    throw new MkaError('init/unwritable', `${target} cannot be written: ${code}`, {
      hint: 'name a folder that this user may write',
      exitCode: EXIT.findings,
      cause,
    });
  }
}
