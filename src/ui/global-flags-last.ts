const WITH_VALUE = new Set(['-C', '--dir']);
const ALONE = new Set(['--json', '--no-color', '--no-input']);

/** `mka -C shop run` as `mka run -C shop`: oclif takes the first word as the command, whatever it looks like. */
export function globalFlagsLast(argv: readonly string[]): string[] {
  let count = 0;
  while (count < argv.length) {
    const word = argv[count] ?? '';
    if (WITH_VALUE.has(word)) count += 2;
    else if (ALONE.has(word) || word.startsWith('--dir=')) count += 1;
    else break;
  }
  const [leading, rest] = [argv.slice(0, count), argv.slice(count)];
  if (rest.length === 0) return [...argv];
  const end = rest.indexOf('--');
  return end < 0 ? [...rest, ...leading] : [...rest.slice(0, end), ...leading, ...rest.slice(end)];
}
