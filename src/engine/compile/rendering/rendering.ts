import type { Findings } from '../findings.ts';
import type { RepositoryObject } from '../repository-object.ts';
import { isRecord } from '../schema/schema-node.ts';
import type { YamlFile } from '../yaml/yaml-file.ts';
import type { Document } from './document.ts';
import { applyPatches } from './patches.ts';
import { fillVariables, NO_USES, type VariableUses, variablesOf } from './variables.ts';

/** A document as an environment sees it. */
export interface RenderedDocument {
  readonly file: YamlFile;
  readonly uses: VariableUses;
}

export interface RenderingParts {
  readonly documents: readonly Document[];
  /** `Kind/name` of files that could not be read. */
  readonly unreadable: ReadonlySet<string>;
  readonly environments: readonly RepositoryObject<'Environment'>[];
  /** True when an environment could not be read. */
  readonly isPartial: boolean;
  /** The environment to render for; without one no patch is applied. */
  readonly environment: string | undefined;
  readonly findings: Findings;
}

/** Environments and policies hold for all environments alike: neither patches nor variables reach them. */
const UNRENDERED: ReadonlySet<string> = new Set(['Environment', 'Policy']);

/** Patches of an environment, then variables; positions lead to the patch, or to where a variable stands. */
export function renderDocuments(parts: RenderingParts): (document: Document) => RenderedDocument {
  const { environments, environment, findings } = parts;
  const chosen = environments.find(({ name }) => name === environment);
  const patched =
    chosen?.value.spec.patches === undefined ? undefined : applyPatches(chosen, targetsOf(parts), findings);
  const variables = variablesOf(environments, environment, parts.isPartial);
  return (document) => {
    const changed = patched?.get(document);
    const file = changed ?? document.file;
    if (UNRENDERED.has(document.kind) || (changed === undefined && !file.text.includes('$var')))
      return { file, uses: NO_USES };
    return fillVariables(file, variables, findings);
  };
}

function targetsOf({ documents, unreadable }: RenderingParts) {
  const byName = new Map<string, Document>();
  for (const document of documents) {
    const name = nameOf(document);
    const key = `${document.kind.toLowerCase()}/${name}`;
    if (name !== undefined && !byName.has(key)) byName.set(key, document);
  }
  return { documents: byName, unreadable: new Set([...unreadable].map((key) => lowerKind(key))) };
}

function nameOf({ file: { value } }: Document): string | undefined {
  const metadata = isRecord(value) ? value['metadata'] : undefined;
  const name = isRecord(metadata) ? metadata['name'] : undefined;
  return typeof name === 'string' ? name : undefined;
}

/** `Campaign/x` → `campaign/x`. */
function lowerKind(key: string): string {
  const at = key.indexOf('/');
  return key.slice(0, at).toLowerCase() + key.slice(at);
}
