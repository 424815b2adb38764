import type { Findings } from './findings.ts';
import { RepositoryObject } from './repository-object.ts';
import { KINDS, type Kind } from './schema/kinds.ts';
import { isRecord } from './schema/schema-node.ts';
import { isFutureKind } from './schema/unsupported.ts';
import { validateKind } from './schema/validate.ts';
import { alternatives, nearest } from './suggest.ts';
import { decodeText, type SourceFile } from './text.ts';
import { parseYaml } from './yaml/parse.ts';
import type { YamlFile } from './yaml/yaml-file.ts';

/** What a repository holds after parse and schema. */
export interface ReadObjects {
  readonly objects: readonly RepositoryObject[];
  /** `Kind/name` of objects whose files have findings: they exist, but nothing more is known. */
  readonly broken: ReadonlySet<string>;
  /** Campaigns among the broken, without what is wrong in them: their expressions and references can be checked. */
  readonly repaired: readonly RepositoryObject<'Campaign'>[];
  /** Every file that is not YAML, by path. */
  readonly resources: ReadonlyMap<string, SourceFile>;
}

/** Bytes → text → YAML → schema, for every file. */
export function readObjects(files: readonly SourceFile[], findings: Findings): ReadObjects {
  const objects: RepositoryObject[] = [];
  const broken = new Set<string>();
  const repaired: RepositoryObject<'Campaign'>[] = [];
  const resources = new Map<string, SourceFile>();
  for (const file of files) {
    if (!/\.ya?ml$/.test(file.path)) {
      resources.set(file.path, file);
      continue;
    }
    const { object, name, repair } = readObject(file, findings);
    if (object !== undefined) objects.push(object);
    if (name !== undefined) broken.add(name);
    if (repair !== undefined) repaired.push(repair);
  }
  return { objects, broken, repaired, resources };
}

interface ReadObject {
  readonly object?: RepositoryObject;
  /** `Kind/name` of an object with findings, as far as they can be told. */
  readonly name?: string | undefined;
  readonly repair?: RepositoryObject<'Campaign'>;
}

function readObject(source: SourceFile, findings: Findings): ReadObject {
  const text = decodeText(source, findings);
  const file = text === undefined ? undefined : parseYaml(source.path, text, findings);
  if (file === undefined) return { name: nameByFile(source.path) };
  const kind = kindOf(file, findings);
  if (kind === undefined) return { name: nameByFile(source.path) };
  const { isValid, value } = validateKind(file, kind, findings);
  if (isValid && !file.hasTraps) {
    const object = new RepositoryObject(kind, file);
    checkFileName(object, findings);
    return { object };
  }
  const metadata = isRecord(file.value) ? file.value['metadata'] : undefined;
  const name = isRecord(metadata) ? metadata['name'] : undefined;
  return {
    name: typeof name === 'string' ? `${kind}/${name}` : nameByFile(source.path),
    ...(kind === 'Campaign' && value !== undefined ? { repair: new RepositoryObject('Campaign', file, value) } : {}),
  };
}

function kindOf(file: YamlFile, findings: Findings): Kind | undefined {
  const { value } = file;
  if (!isRecord(value)) {
    findings.add('schema/kind', file.rangeAt([]), 'this is not an object of a campaign repository', {
      hint: 'start with apiVersion: mka/v1 and kind: Campaign',
    });
    return undefined;
  }
  const kind = value['kind'];
  const known = KINDS.find((name) => name === kind);
  if (known !== undefined) return known;
  if (typeof kind === 'string' && isFutureKind(kind)) {
    findings.add('unsupported/kind', file.rangeAt(['kind']), `objects of kind ${kind} are not built yet`, {
      hint: 'see docs/status.md',
    });
    return undefined;
  }
  if (kind === undefined) {
    findings.add('schema/kind', file.rangeAt([]), 'the object says no `kind`', { hint: `use ${alternatives(KINDS)}` });
    return undefined;
  }
  const near = typeof kind === 'string' ? nearest(kind, KINDS) : undefined;
  findings.add(
    'schema/kind',
    file.rangeAt(['kind']),
    `there is no kind ${typeof kind === 'string' ? `\`${kind}\`` : 'that is no text'}`,
    {
      hint: near ? `did you mean \`${near}\`?` : `use ${alternatives(KINDS)}`,
    },
  );
  return undefined;
}

function nameByFile(path: string): string | undefined {
  if (path === 'mka.yaml') return 'Project/';
  const [, name, suffix] = /([^/]+)\.([a-z]+)\.ya?ml$/.exec(path) ?? [];
  const kind = KINDS.find((known) => known.toLowerCase() === suffix);
  return kind === undefined ? undefined : `${kind}/${name}`;
}

function checkFileName(object: RepositoryObject, findings: Findings): void {
  const { path } = object.file;
  const wanted = object.kind === 'Project' ? 'mka.yaml' : `${object.name}.${object.kind.toLowerCase()}.yaml`;
  const actual = object.kind === 'Project' ? path : path.slice(path.lastIndexOf('/') + 1);
  if (actual === wanted) return;
  findings.add(
    'repository/file-name',
    object.at('metadata', 'name'),
    `the file of ${object.kind} \`${object.name}\` is called ${actual}`,
    {
      // Policies of a base branch are found by the names of their files: none may hide behind another one.
      severity: object.kind === 'Policy' ? 'error' : 'warning',
      hint: `call it ${wanted}`,
    },
  );
}
