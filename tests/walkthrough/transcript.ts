/** One command of a transcript, with what it prints. */
export interface Step {
  /** Line of the page that it stands on. */
  readonly line: number;
  readonly command: string;
  readonly output: readonly string[];
}

const OPENS = '```console';
const CLOSES = '```';
/** A line of this alone stands for any lines; at the end of a line for the rest of it. */
const ANY = '…';

/** The commands of the fenced `console` blocks of a page: `$ command`, lines that go on with `> `, then the output. */
export function readTranscript(page: string): Step[] {
  const steps: { line: number; command: string; output: string[] }[] = [];
  let isInside = false;
  for (const [at, text] of page.split('\n').entries()) {
    if (text === OPENS) isInside = true;
    else if (text === CLOSES) isInside = false;
    else if (isInside) take(steps, text, at + 1);
  }
  return steps;
}

function take(steps: { line: number; command: string; output: string[] }[], text: string, line: number): void {
  if (text.startsWith('$ ')) {
    steps.push({ line, command: text.slice(2), output: [] });
    return;
  }
  const step = steps.at(-1);
  if (step === undefined) throw new Error(`line ${line}: output without a command`);
  if (step.output.length === 0 && (text.startsWith('> ') || text === '>')) step.command += `\n${text.slice(2)}`;
  else step.output.push(text);
}

const HEX = '0123456789abcdef';
const DIGITS = '0123456789';

/** What may stand where the page has `<name>`: these signs, so many of them; any word without a space when null. */
const PLACEHOLDERS: Readonly<Record<string, readonly [signs: string, ...lengths: number[]] | null>> = {
  digest: [HEX, 64],
  commit: [HEX, 12],
  bundle: [HEX, 12],
  version: [HEX, 7],
  key: [HEX, 32],
  id: [`${HEX}-`, 36, 64],
  instant: [`${DIGITS}TZ:-.`, 20, 24],
  port: [DIGITS, 2, 3, 4, 5],
  who: null,
  folder: null,
};

/** Why the output is another one than the page has, or undefined. */
export function difference(expected: readonly string[], printed: readonly string[]): string | undefined {
  let at = 0;
  for (const [index, line] of expected.entries()) {
    if (line === ANY) {
      const next = expected[index + 1];
      if (next === undefined) return undefined;
      while (at < printed.length && !fits(next, printed[at] ?? '')) at += 1;
      continue;
    }
    const found = printed[at];
    if (found === undefined) return `the page goes on with\n  ${line}`;
    if (!fits(line, found)) return `the page has\n  ${line}\nand the command prints\n  ${found}`;
    at += 1;
  }
  return at < printed.length ? `the command goes on with\n  ${printed.slice(at).join('\n  ')}` : undefined;
}

/** True when a printed line is that of the page, with something fitting where the page has a placeholder. */
export function fits(line: string, printed: string): boolean {
  if (line === ANY) return true;
  const [head, name, rest] = atPlaceholder(line);
  if (name === undefined)
    return line === printed || (line.endsWith(` ${ANY}`) && printed.startsWith(line.slice(0, -1)));
  if (!printed.startsWith(head)) return false;
  const tail = printed.slice(head.length);
  for (let length = tail.length; length > 0; length -= 1) {
    if (canBe(name, tail.slice(0, length)) && fits(rest, tail.slice(length))) return true;
  }
  return false;
}

/** The line before its first placeholder, the name, and what follows. */
function atPlaceholder(line: string): [head: string, name: string | undefined, rest: string] {
  for (let open = line.indexOf('<'); open >= 0; open = line.indexOf('<', open + 1)) {
    const close = line.indexOf('>', open);
    const name = line.slice(open + 1, Math.max(close, open + 1));
    if (Object.hasOwn(PLACEHOLDERS, name)) return [line.slice(0, open), name, line.slice(close + 1)];
  }
  return [line, undefined, ''];
}

function canBe(name: string, text: string): boolean {
  const kind = PLACEHOLDERS[name] ?? null;
  if (kind === null) return !text.includes(' ');
  const [signs, ...lengths] = kind;
  return lengths.includes(text.length) && [...text].every((sign) => signs.includes(sign));
}
