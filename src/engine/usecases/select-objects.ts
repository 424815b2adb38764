import type { ListedObject } from '../compile/compile-repository.ts';
import { alternatives, nearest } from '../compile/suggest.ts';
import { EXIT, MkaError } from '../kernel/mka-error.ts';
import { parseSelector, type SelectorAtom } from './selector.ts';

/** What only git or the store knows; asked for only where a selector needs it. */
export interface SelectionFacts {
  /** Paths of the files that differ from the base branch. */
  changedFiles(): Promise<ReadonlySet<string>>;
  /** Objects that differ from what is deployed, as a plan names them: `eventType:order.created`. */
  modifiedObjects(): Promise<ReadonlySet<string>>;
}

/** `campaign:order-reminder`. */
export function objectId({ kind, name }: Pick<ListedObject, 'kind' | 'name'>): string {
  return `${kind.toLowerCase()}:${name}`;
}

/**
 * The objects that selectors choose: a blank or a further selector adds, a comma narrows. Throws MkaError `select/syntax`,
 * and `select/nothing` where a name, an owner or a label fits nothing: a check of nothing would prove nothing.
 */
export async function selectObjects(
  objects: readonly ListedObject[],
  selectors: readonly string[],
  facts: SelectionFacts,
): Promise<readonly ListedObject[]> {
  const graph = new ObjectGraph(objects);
  const chosen = new Set<string>();
  for (const group of selectors.flatMap(parseSelector)) {
    let kept: ReadonlySet<string> | undefined;
    for (const atom of group) {
      const found = graph.around(await idsOf(atom, objects, facts), atom);
      kept = kept === undefined ? found : new Set([...kept].filter((id) => found.has(id)));
    }
    for (const id of kept ?? []) chosen.add(id);
  }
  return objects.filter((object) => chosen.has(objectId(object)));
}

async function idsOf(atom: SelectorAtom, objects: readonly ListedObject[], facts: SelectionFacts): Promise<string[]> {
  if (atom.method === 'changed') {
    const paths = await facts.changedFiles();
    return objects.filter(({ files }) => files.some((path) => paths.has(path))).map(objectId);
  }
  if (atom.method === 'state') {
    const modified = await facts.modifiedObjects();
    return objects.filter((object) => object.deployedAs.some((code) => modified.has(code))).map(objectId);
  }
  const found = objects.filter((object) => fits(atom, object)).map(objectId);
  if (found.length === 0) throw nothing(atom, objects);
  return found;
}

function fits({ method, value }: SelectorAtom, object: ListedObject): boolean {
  switch (method) {
    case 'owner':
      return object.owner !== undefined && matches(value, object.owner);
    case 'label': {
      const [key = '', wanted] = value.split('=', 2);
      const label = Object.hasOwn(object.labels ?? {}, key) ? object.labels?.[key] : undefined;
      return label !== undefined && (wanted === undefined || matches(wanted, label));
    }
    case 'name':
      return matches(value, object.name);
    default:
      return method === object.kind.toLowerCase() && matches(value, object.name);
  }
}

/** `*` stands for any characters, `?` for one. */
function matches(pattern: string, text: string): boolean {
  // Two cursors instead of a regular expression: a pattern of many stars stays linear in practice and never blows up.
  let [at, star, retry, from] = [0, -1, 0, 0];
  while (at < text.length) {
    if (pattern[from] === '*') [star, retry, from] = [from, at, from + 1];
    else if (pattern[from] === '?' || pattern[from] === text[at]) [at, from] = [at + 1, from + 1];
    else if (star >= 0) [retry, at, from] = [retry + 1, retry + 1, star + 1];
    else return false;
  }
  while (pattern[from] === '*') from += 1;
  return from === pattern.length;
}

function nothing({ method, value, text }: SelectorAtom, objects: readonly ListedObject[]): MkaError {
  const known = objects.flatMap(({ kind, name, owner, labels }) => {
    if (method === 'owner') return owner ?? [];
    if (method === 'label') return Object.entries(labels ?? {}).map(([key, label]) => `${key}=${label}`);
    return method === 'name' || method === kind.toLowerCase() ? name : [];
  });
  const names = [...new Set(known)].sort();
  const near = nearest(value, names);
  const hint = near
    ? `did you mean \`${text.replace(value, near)}\`?`
    : names.length === 0
      ? 'there is none'
      : `there are ${alternatives(names.slice(0, 8)).replace(/ or (`[^`]*`)$/, ' and $1')}`;
  return new MkaError('select/nothing', `\`${text}\` selects nothing`, { hint, exitCode: EXIT.usage });
}

/** Who names whom. */
class ObjectGraph {
  readonly #below = new Map<string, readonly string[]>();
  readonly #above = new Map<string, string[]>();

  constructor(objects: readonly ListedObject[]) {
    for (const object of objects) {
      const id = objectId(object);
      this.#below.set(id, object.uses);
      for (const used of object.uses) this.#above.set(used, [...(this.#above.get(used) ?? []), id]);
    }
  }

  /** The objects themselves; with `+x` all that they name, with `x+` all that name them, however far. */
  around(ids: readonly string[], { withUsed, withUsers }: SelectorAtom): ReadonlySet<string> {
    return new Set([
      ...ids,
      ...(withUsed ? reach(ids, this.#below) : []),
      ...(withUsers ? reach(ids, this.#above) : []),
    ]);
  }
}

function reach(from: readonly string[], edges: ReadonlyMap<string, readonly string[]>): Set<string> {
  const seen = new Set(from);
  for (const id of seen) for (const next of edges.get(id) ?? []) seen.add(next);
  return seen;
}
