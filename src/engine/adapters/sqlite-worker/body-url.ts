/**
 * The body of a thread, named by its source (`new URL('./thread.ts', import.meta.url)`, which tools can follow): that
 * file itself when the sources run as they are, the one made of it when the built package runs.
 */
export function bodyUrl(source: URL): URL {
  return import.meta.url.endsWith('.ts') ? source : new URL(source.href.replace(/\.ts$/, '.js'));
}
