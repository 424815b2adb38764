/**
 * URL of a thread's body that stands beside the module `moduleUrl`: `name.ts` when the sources run as they are, `name.js`
 * once they are built.
 */
export function bodyUrl(name: string, moduleUrl: string): URL {
  return new URL(`./${name}${moduleUrl.endsWith('.ts') ? '.ts' : '.js'}`, moduleUrl);
}
