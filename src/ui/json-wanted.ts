/** True when --json stands among the flags; read from the words themselves, because it must hold when parsing failed. */
export function isJsonWanted(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return (end < 0 ? argv : argv.slice(0, end)).includes('--json');
}
