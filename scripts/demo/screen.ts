import { styleText } from 'node:util';

/** What the audience sees: plain lines, with colour where the terminal takes it (NO_COLOR, FORCE_COLOR, a pipe). */
export interface Screen {
  title(text: string): void;
  say(text: string): void;
  /** A command as it would be typed. */
  command(text: string): void;
  /** What a program printed, set in. */
  output(text: string): void;
  /** A claim and whether it holds; one that does not makes the demo fail. */
  check(claim: string, holds: boolean, detail?: string): void;
  /** The last line. */
  end(text: string): void;
  /** Claims that did not hold. */
  readonly failures: readonly string[];
}

type Write = (text: string) => void;

export function createScreen(write: Write = (text) => process.stdout.write(text)): Screen {
  const failures: string[] = [];
  const line = (text: string) => write(`${text}\n`);
  return {
    failures,
    title: (text) => line(`\n${styleText('bold', `== ${text} ==`)}\n`),
    say: (text) => line(styleText('cyan', `# ${text}`)),
    command: (text) => line(styleText('bold', `$ ${text}`)),
    output: (text) => {
      for (const one of text.replace(/\n$/, '').split('\n')) line(`  ${one}`.trimEnd());
    },
    check: (claim, holds, detail) => {
      if (!holds) failures.push(claim);
      const mark = holds ? styleText('green', 'ok') : styleText('red', 'WRONG');
      line(`${mark}  ${claim}${holds || detail === undefined ? '' : `: ${detail}`}`);
    },
    end: (text) => line(`\n${styleText('bold', text)}`),
  };
}

/** A number with thousands marked, the same everywhere. */
export function figure(value: number): string {
  return value.toLocaleString('en-US');
}

/** Columns of text; the first is set left, the others right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
