import type { Path } from '../yaml/yaml-file.ts';
import type { Kind } from './kinds.ts';
import type { Mistake } from './mistake.ts';
import { chooseBranch, isRecord, schemaAt } from './schema-node.ts';

/**
 * The value of a file without what its mistakes touch, so that the rest can be checked in the same run: unknown keys
 * and bad optional values left out, a bad step replaced by an `exit` of the same id (paths of the others stay).
 * Undefined where nothing sensible is left.
 */
export function repairValue(kind: Kind, value: unknown, mistakes: readonly Mistake[]): unknown {
  const copy = structuredClone(value);
  for (const { path, keyword, params } of mistakes) {
    const bad = keyword === 'additionalProperties' ? [...path, String(params['additionalProperty'])] : path;
    if (!removeAt(kind, copy, value, bad)) return undefined;
  }
  return copy;
}

/** Removes the smallest part around a path that may be missing. */
function removeAt(kind: Kind, copy: unknown, original: unknown, path: Path): boolean {
  for (let length = path.length; length > 0; length -= 1) {
    const part = path[length - 1];
    const parent = valueAt(copy, path.slice(0, length - 1));
    if (typeof part === 'number') {
      if (path[length - 2] === 'steps' && Array.isArray(parent)) return replaceStep(parent, part);
    } else if (part !== undefined && isRecord(parent)) {
      if (isRequired(kind, original, path.slice(0, length - 1), part)) continue;
      return Reflect.deleteProperty(parent, part);
    } else if (parent === undefined) return true;
  }
  return false;
}

function isRequired(kind: Kind, original: unknown, path: Path, key: string): boolean {
  const node = schemaAt(kind, original, path);
  const chosen = node?.schema.oneOf ? chooseBranch(node, valueAt(original, path)) : node;
  // Where no alternative fits, any of its keys may be the one that is needed.
  return chosen === undefined || (chosen.schema.required?.includes(key) ?? false);
}

function replaceStep(steps: unknown[], index: number): boolean {
  const id = isRecord(steps[index]) ? steps[index]['id'] : undefined;
  if (typeof id !== 'string') return false;
  steps[index] = { id, exit: {} };
  return true;
}

function valueAt(value: unknown, path: Path): unknown {
  let current = value;
  for (const part of path) {
    current =
      isRecord(current) || Array.isArray(current) ? (current as Record<string | number, unknown>)[part] : undefined;
  }
  return current;
}
