import type { Findings } from '../findings.ts';
import type { RepositoryObject } from '../repository-object.ts';
import { schemaAt } from '../schema/schema-node.ts';
import { alternatives, nearest, suggestion } from '../suggest.ts';
import type { Overlay, Path, YamlFile } from '../yaml/yaml-file.ts';
import { type Address, type AddressPart, parseAddress, type Resolved, resolveAddress } from './address.ts';
import type { Document } from './document.ts';

/** Kinds that an environment may change, as addresses name them. */
const PATCHED = ['project', 'source', 'campaign', 'channel', 'template', 'list'] as const;

/** The files of a repository as patches see them: `campaign/order-reminder` → document. */
export interface PatchTargets {
  readonly documents: ReadonlyMap<string, Document>;
  /** The same for files that could not be read. */
  readonly unreadable: ReadonlySet<string>;
}

/** Applies the patches of an environment; answers the documents that differ from their files. */
export function applyPatches(
  environment: RepositoryObject<'Environment'>,
  targets: PatchTargets,
  findings: Findings,
): ReadonlyMap<Document, YamlFile> {
  const changed = new Map<Document, Changed>();
  for (const [index] of (environment.value.spec.patches ?? []).entries()) {
    new Patch(environment, index, findings).apply(targets, changed);
  }
  return new Map(
    [...changed].map(([document, { value, overlays }]) => [document, document.file.rendered(value, overlays)]),
  );
}

interface Changed {
  readonly value: unknown;
  readonly overlays: Overlay[];
}

class Patch {
  readonly #environment: RepositoryObject<'Environment'>;
  readonly #path: Path;
  readonly #text: string;
  readonly #set: unknown;
  readonly #findings: Findings;

  constructor(environment: RepositoryObject<'Environment'>, index: number, findings: Findings) {
    const patch = environment.value.spec.patches?.[index];
    this.#environment = environment;
    this.#path = ['spec', 'patches', index];
    this.#text = patch?.at ?? '';
    this.#set = patch?.set;
    this.#findings = findings;
  }

  apply(targets: PatchTargets, changed: Map<Document, Changed>): void {
    const address = parseAddress(this.#text);
    if ('message' in address) {
      const { start, message } = address;
      return this.#report('patch/syntax', start, this.#text.length, message, 'see docs/environments.md');
    }
    const document = this.#document(address, targets);
    if (document === undefined) return;
    const before = changed.get(document) ?? { value: structuredClone(document.file.value), overlays: [] };
    const path = this.#resolve(address, document, before.value);
    if (path === undefined || this.#isOverwriting(path, before)) return;
    setAt(before.value, path, structuredClone(this.#set));
    before.overlays.push({ path, file: this.#environment.file, at: [...this.#path, 'set'] });
    changed.set(document, before);
  }

  #document({ kind, name, objectEnd }: Address, { documents, unreadable }: PatchTargets): Document | undefined {
    const known = PATCHED.find((one) => one === kind.toLowerCase());
    if (known === undefined) {
      const near = nearest(kind, PATCHED);
      const hint = near ? `did you mean \`${near}\`?` : `use ${alternatives(PATCHED)}`;
      this.#report('patch/unknown-object', 0, kind.length, `an environment cannot change a \`${kind}\``, hint);
      return undefined;
    }
    const document = documents.get(`${known}/${name}`);
    if (document !== undefined || unreadable.has(`${known}/${name}`)) return document;
    const names = [...documents.keys()]
      .filter((key) => key.startsWith(`${known}/`))
      .map((key) => key.slice(known.length + 1));
    const hint = suggestion(name, names, known);
    this.#report('patch/unknown-object', kind.length + 1, objectEnd, `there is no ${known} \`${name}\``, hint);
    return undefined;
  }

  #resolve({ parts, objectEnd }: Address, { kind }: Document, value: unknown): Path | undefined {
    const [first] = parts;
    if (first !== undefined && (!('key' in first) || first.key !== 'spec' || parts.length === 1)) {
      const message = 'an environment changes what stands below `spec`';
      this.#report('patch/unknown-address', first.start, first.end, message, 'write a path such as spec.priority');
      return undefined;
    }
    const found = resolveAddress(parts, value);
    if ('path' in found) return found.path;
    const added = addedPath(found, kind, value);
    if (added === undefined) this.#reportUnknown(found, objectEnd);
    return added;
  }

  #reportUnknown({ part, known }: Exclude<Resolved, { readonly path: Path }>, objectEnd: number): void {
    const object = this.#text.slice(0, objectEnd);
    const before = this.#text.slice(objectEnd, part.start).trim();
    const said = this.#text.slice(part.start, part.end).replace(/^\./, '');
    const start = part.end - said.length;
    const message = `\`${object}\` has no \`${said}\`${before === '' ? '' : ` at ${before}`}`;
    this.#report('patch/unknown-address', start, part.end, message, hintOf(part, known));
  }

  /** A later patch of the same place, or of one around it, would undo an earlier one without a word. */
  #isOverwriting(path: Path, { overlays }: Changed): boolean {
    const earlier = overlays.find((overlay) => path.every((part, at) => overlay.path[at] === part));
    if (earlier === undefined) return false;
    const at = this.#environment.at(...this.#path, 'at');
    this.#findings.add('patch/overwritten', at, 'this patch overwrites an earlier one', {
      hint: 'keep one of the two',
      related: [{ message: 'the earlier one', at: this.#environment.at(...earlier.at.slice(0, -1), 'at') }],
    });
    return true;
  }

  #report(
    code: 'patch/syntax' | 'patch/unknown-object' | 'patch/unknown-address',
    start: number,
    end: number,
    message: string,
    hint: string | undefined,
  ): void {
    const at = this.#environment.file.spanAt([...this.#path, 'at'], start, Math.max(end, start + 1));
    this.#findings.add(code, at, message, { hint });
  }
}

/** An optional key that is not written yet may be set, where the schema knows it. */
function addedPath(
  { part, parent, isLast }: Exclude<Resolved, { readonly path: Path }>,
  kind: Document['kind'],
  value: unknown,
): Path | undefined {
  if (!isLast || !('key' in part)) return undefined;
  const path = [...parent, part.key];
  const holder = valueAt(value, parent);
  const isObject = typeof holder === 'object' && holder !== null && !Array.isArray(holder);
  return isObject && schemaAt(kind, value, path) !== undefined ? path : undefined;
}

function hintOf(part: AddressPart, known: readonly string[]): string {
  if ('index' in part)
    return known.length === 0 ? 'there is no list' : `the list has the items 0 to ${known.length - 1}`;
  const name = 'key' in part ? part.key : part.match.value;
  if (known.includes(name)) return 'several items have that value: choose one by its index';
  const word = 'key' in part ? 'key' : 'item';
  return known.length === 0 ? `there is no ${word} to choose` : (suggestion(name, known, word) ?? '');
}

function setAt(root: unknown, path: Path, value: unknown): void {
  const parent = valueAt(root, path.slice(0, -1));
  const property = { value, enumerable: true, configurable: true, writable: true };
  Object.defineProperty(parent, path.at(-1) ?? '', property);
}

function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, part) => (value as Record<string | number, unknown> | undefined)?.[part], root);
}
