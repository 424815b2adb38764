/** What `${{ … }}` may name. */
export interface Context {
  readonly github: Readonly<Record<string, unknown>>;
  readonly runner: Readonly<Record<string, unknown>>;
  readonly steps: Readonly<Record<string, unknown>>;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** A value with its expressions filled in, each a path such as `github.event.number`. */
export function filled(value: unknown, context: Context): string {
  return String(value).replaceAll(/\$\{\{\s*(.*?)\s*\}\}/g, (_, path: string) => textAt(path, context));
}

/** `always()`, `success()`, or a comparison of a path with a text; without always() a failure before it makes it false. */
export function condition(text: string, context: Context, hasFailed: boolean): boolean {
  const wanted = text.replace(/^\$\{\{\s*(.*?)\s*\}\}$/, '$1');
  if (wanted === 'always()') return true;
  if (hasFailed) return false;
  if (wanted === 'success()') return true;
  const [, path = '', operator, right] = /^([\w.-]+) (==|!=) '([^']*)'$/.exec(wanted) ?? [];
  if (operator === undefined) throw new Error(`this runner does not know the condition ${text}`);
  return (textAt(path, context) === right) === (operator === '==');
}

function textAt(path: string, context: Context): string {
  if (!/^[\w.-]+$/.test(path)) throw new Error(`this runner does not know the expression ${path}`);
  let value: unknown = context;
  for (const part of path.split('.')) {
    value =
      typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[part] : undefined;
  }
  if (typeof value === 'object' && value !== null) throw new Error(`${path} is no text`);
  return value === undefined || value === null ? '' : `${value as string | number | boolean}`;
}
