import { type Diagnostic, hasErrors } from '../kernel/diagnostic.ts';
import type { PolicySet } from '../model/policy.ts';
import { Findings } from './findings.ts';
import { checkUniqueNames } from './kinds/names.ts';
import { compilePolicies } from './kinds/policy.ts';
import { readObjects } from './read-objects.ts';
import type { RepositoryObject } from './repository-object.ts';
import type { SourceFile } from './text.ts';

/** The policies of a file set; `set` is absent when any of their files has an error: what cannot be read judges nothing. */
export interface ReadPolicies {
  readonly set?: PolicySet;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Compiles only the policies of a file set, such as that of the base branch's commit, whatever state the other files are
 * in. They are known by their names, `*.policy.yaml`: a Policy in a file of another name is an error of the repository, so
 * that none can hide. Pure.
 */
export function policySetOf(files: readonly SourceFile[], commit?: string): ReadPolicies {
  const findings = new Findings();
  const own = files.filter(({ path }) => /\.policy\.ya?ml$/.test(path)).sort((a, b) => (a.path < b.path ? -1 : 1));
  const { objects } = readObjects(own, findings);
  const policies = checkUniqueNames(objects, findings).filter(isPolicy);
  const set = compilePolicies({ findings }, policies);
  const diagnostics = findings.sorted();
  if (hasErrors(diagnostics)) return { diagnostics };
  return { set: { ...set, ...(commit === undefined ? {} : { commit }) }, diagnostics };
}

function isPolicy(object: RepositoryObject): object is RepositoryObject<'Policy'> {
  return object.kind === 'Policy';
}
