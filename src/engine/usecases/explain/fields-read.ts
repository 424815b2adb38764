import type { Expr } from '../../rules/expr.ts';
import type { Scope } from '../../rules/scope.ts';

/** Paths of the fields that an expression reads, such as `['event', 'data', 'city']`, each once. */
export function fieldsRead(expr: Expr): readonly (readonly string[])[] {
  const found = new Map<string, readonly string[]>();
  visit(expr, found);
  return [...found.values()];
}

/** The longest chain of selections from a name; what stands inside other nodes is looked at in turn. */
function visit(node: Expr, found: Map<string, readonly string[]>): void {
  const path = pathOf(node);
  if (path !== null) {
    if (path.length > 1) found.set(path.join('.'), path);
    return;
  }
  for (const child of childrenOf(node)) visit(child, found);
}

function pathOf(node: Expr): readonly string[] | null {
  if (node.kind === 'name') return [node.name];
  if (node.kind !== 'select') return null;
  const base = pathOf(node.base);
  return base && [...base, node.field];
}

function childrenOf(node: Expr): readonly Expr[] {
  return Object.values(node)
    .flatMap((value: unknown) => (Array.isArray(value) ? value : [value]))
    .flatMap((value: unknown) => (isEntry(value) ? [value.key, value.value] : isExpr(value) ? [value] : []));
}

function isExpr(value: unknown): value is Expr {
  return typeof value === 'object' && value !== null && 'kind' in value && 'start' in value;
}

function isEntry(value: unknown): value is { readonly key: Expr; readonly value: Expr } {
  return typeof value === 'object' && value !== null && 'key' in value && 'value' in value && !('kind' in value);
}

/** What stands at a path of a scope; undefined when there is nothing. */
export function valueAt(scope: Scope, path: readonly string[]): unknown {
  let value: unknown = scope;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}
