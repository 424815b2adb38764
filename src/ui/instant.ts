/** An instant as commands print it: RFC 3339, UTC, milliseconds only where there are any. */
export function instant(atMs: number): string {
  return new Date(atMs).toISOString().replace('.000Z', 'Z');
}
