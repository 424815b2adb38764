import type { Findings } from '../findings.ts';
import type { RepositoryObject } from '../repository-object.ts';

/** One object a name and kind, one project at all; the second one is a finding and left out. */
export function checkUniqueNames(objects: readonly RepositoryObject[], findings: Findings): RepositoryObject[] {
  const first = new Map<string, RepositoryObject>();
  return objects.filter((object) => {
    const key = object.kind === 'Project' ? 'Project' : `${object.kind}/${object.name}`;
    const earlier = first.get(key);
    if (earlier === undefined) {
      first.set(key, object);
      return true;
    }
    const message =
      object.kind === 'Project'
        ? 'a repository has one project'
        : `two objects of kind ${object.kind} are called \`${object.name}\``;
    findings.add('link/duplicate-name', object.at('metadata', 'name'), message, {
      hint: object.kind === 'Project' ? 'delete one of the two' : 'give each its own name',
      related: [{ message: 'the first one', at: earlier.at('metadata', 'name') }],
    });
    return false;
  });
}
