import type { Findings } from './findings.ts';
import type { Document } from './rendering/document.ts';
import { type RenderedDocument, renderDocuments } from './rendering/rendering.ts';
import { NO_USES } from './rendering/variables.ts';
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

/** Bytes → text → YAML → patches and variables of the environment → schema, for every file. */
export function readObjects(files: readonly SourceFile[], findings: Findings, environment?: string): ReadObjects {
  const resources = new Map(files.filter(({ path }) => !isYaml(path)).map((file) => [file.path, file]));
  const read: ReadFiles = { objects: [], broken: new Set(), repaired: [] };
  const documents = files
    .filter(({ path }) => isYaml(path))
    .flatMap((file) => parseDocument(file, read, findings) ?? []);
  const unreadable = new Set(read.broken);
  for (const { kind, file } of documents)
    if (kind === 'Environment') checkDocument(kind, { file, uses: NO_USES }, read, findings);
  const render = renderDocuments({
    documents,
    unreadable,
    environments: read.objects.filter((object) => isEnvironment(object)),
    isPartial: [...read.broken].some((name) => name.startsWith('Environment/')),
    environment,
    findings,
  });
  for (const document of documents)
    if (document.kind !== 'Environment') checkDocument(document.kind, render(document), read, findings);
  return { ...read, resources };
}

interface ReadFiles {
  readonly objects: RepositoryObject[];
  readonly broken: Set<string>;
  readonly repaired: RepositoryObject<'Campaign'>[];
}

function isYaml(path: string): boolean {
  return /\.ya?ml$/.test(path);
}

function isEnvironment(object: RepositoryObject): object is RepositoryObject<'Environment'> {
  return object.kind === 'Environment';
}

/** Files without findings, parsed: a repository that is rendered for several environments is parsed once. */
const known = new WeakMap<SourceFile, Document>();

/** A file whose kind can be told; of another one its name, as far as that can be told, is broken. */
function parseDocument(source: SourceFile, { broken }: ReadFiles, findings: Findings): Document | undefined {
  const before = findings.size;
  const earlier = known.get(source);
  if (earlier !== undefined) return earlier;
  const text = decodeText(source, findings);
  const file = text === undefined ? undefined : parseYaml(source.path, text, findings);
  const kind = file && kindOf(file, findings);
  if (file !== undefined && kind !== undefined) {
    const document = { kind, file };
    if (findings.size === before) known.set(source, document);
    return document;
  }
  const name = nameByFile(source.path);
  if (name !== undefined) broken.add(name);
  return undefined;
}

function checkDocument(kind: Kind, { file, uses }: RenderedDocument, read: ReadFiles, findings: Findings): void {
  const { isValid, value } = validateKind(file, kind, findings, uses);
  if (isValid && !file.hasTraps) {
    const object = new RepositoryObject(kind, file);
    checkFileName(object, findings);
    read.objects.push(object);
    return;
  }
  const metadata = isRecord(file.value) ? file.value['metadata'] : undefined;
  const written = isRecord(metadata) ? metadata['name'] : undefined;
  const name = typeof written === 'string' ? `${kind}/${written}` : nameByFile(file.path);
  if (name !== undefined) read.broken.add(name);
  if (kind === 'Campaign' && value !== undefined) read.repaired.push(new RepositoryObject('Campaign', file, value));
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
