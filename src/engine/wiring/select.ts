import { compileRepository, type ListedObject } from '../compile/compile-repository.ts';
import { MkaError } from '../kernel/mka-error.ts';
import type { ObjectChange } from '../model/plan.ts';
import { type SelectionFacts, selectObjects } from '../usecases/select-objects.ts';
import type { Place } from './installation.ts';
import { diffRepository } from './plan.ts';
import { filesAt, filesOfFolder, openGit } from './plan-repository.ts';

/** Refs that stand for the base branch, the first that there is. */
const BASES = ['origin/HEAD', 'origin/main', 'origin/master', 'main', 'master'];

/** Which objects, and what they are compared with. */
export interface SelectChoice {
  /** Selectors; all objects when left out. */
  readonly select?: readonly string[] | undefined;
  /** Ref that `changed` compares with; the remote's main branch when left out. */
  readonly base?: string | undefined;
}

/** The objects that selectors choose in a repository. */
export function select(
  place: Place,
  objects: readonly ListedObject[],
  { select: selectors, base }: SelectChoice,
): Promise<readonly ListedObject[]> {
  if (selectors === undefined) return Promise.resolve(objects);
  const facts: SelectionFacts = {
    changedFiles: () => changedFiles(place.dir, base),
    modifiedObjects: async () => new Set((await diffRepository(place, {})).map(({ object }) => object)),
  };
  return selectObjects(objects, selectors, facts);
}

/** Keeps of a difference the changes of selected objects; what is no longer in the files is selected by its name and owner. */
export async function selectChanges(
  place: Place,
  changes: readonly ObjectChange[],
  choice: SelectChoice,
): Promise<readonly ObjectChange[]> {
  if (choice.select === undefined) return changes;
  const { objects } = compileRepository(filesOfFolder(place.dir).files);
  const known = new Set(objects.flatMap(({ deployedAs }) => deployedAs));
  const gone = changes.filter(({ object }) => !known.has(object)).map(goneObject);
  const codes = new Set((await select(place, [...objects, ...gone], choice)).flatMap(({ deployedAs }) => deployedAs));
  return changes.filter(({ object }) => codes.has(object));
}

function goneObject({ object, owner }: ObjectChange): ListedObject {
  const [kind = '', name = ''] = object.split(':', 2);
  const facts = owner === undefined ? {} : { owner };
  return { kind, name, file: '', ...facts, uses: [], files: [], deployedAs: [object] };
}

/** Files of the folder whose bytes are not those of the base; files that are gone from it too. */
async function changedFiles(dir: string, base: string | undefined): Promise<ReadonlySet<string>> {
  const git = await openGit(dir);
  if (git === null) throw noBase(`${dir} is not in a git repository`, 'name the objects instead');
  let commit: string | null = null;
  for (const ref of base === undefined ? BASES : [base]) commit ??= await git.resolve(ref);
  if (commit === null)
    throw noBase(
      base === undefined ? 'there is no main branch' : `there is no ref \`${base}\``,
      'name one with --base',
    );
  const before = new Map((await filesAt(git, commit)).files.map(({ path, bytes }) => [path, bytes]));
  const changed = new Set<string>();
  for (const { path, bytes } of filesOfFolder(dir).files) {
    const old = before.get(path);
    if (old === undefined || Buffer.compare(old, bytes) !== 0) changed.add(path);
    before.delete(path);
  }
  for (const path of before.keys()) changed.add(path);
  return changed;
}

function noBase(message: string, hint: string): MkaError {
  return new MkaError('select/no-base', `\`changed\` has nothing to compare with: ${message}`, { hint, exitCode: 64 });
}
