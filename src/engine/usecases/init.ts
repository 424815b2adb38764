import { EXIT, MkaError } from '../kernel/mka-error.ts';

/** Where a repository's continuous integration runs. */
export type Forge = 'github' | 'gitlab' | 'none';

/** Folders of deploy/init/, the later ones over the earlier ones. */
export function templateFolders({ example, ci }: { readonly example: boolean; readonly ci: Forge }): string[] {
  return ['repository', ...(example ? ['example'] : []), ...(ci === 'none' ? [] : [ci])];
}

/** A file of a new repository. */
export interface NewFile {
  readonly path: string;
  readonly text: string;
  readonly isExecutable: boolean;
}

/**
 * What a template becomes: a leading `_` of a name stands for a dot (npm leaves some dot files out of packages), and
 * `__NAME__` for the name of the project.
 */
export function newFile(template: { readonly path: string; readonly text: string }, project: string): NewFile {
  const path = template.path.replaceAll(/(^|\/)_/g, '$1.');
  return {
    path,
    text: template.text.replaceAll('__NAME__', project),
    isExecutable: path.startsWith('.githooks/'),
  };
}

/** The name of a project by the name of its folder. Throws MkaError `init/name` when nothing of it can be used. */
export function projectName(folder: string): string {
  const name = folder
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 63)
    .replace(/-+$/, '');
  if (name !== '') return name;
  throw new MkaError('init/name', `the folder \`${folder}\` gives no name for a project`, {
    hint: 'use a folder with letters or digits from a to z and 0 to 9 in its name',
    exitCode: EXIT.usage,
  });
}
