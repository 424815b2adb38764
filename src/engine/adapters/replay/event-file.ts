import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { MkaError } from '../../kernel/mka-error.ts';

/** A line of a file of events; `line` counts from 1. */
export interface EventLine {
  readonly line: number;
  /** When it counts as received; a line that has no instant goes with the one before it. */
  readonly atMs: number;
  readonly text: string;
}

/** A file of events, looked through once. */
export interface EventFile {
  /** Lines that are not empty. */
  readonly lines: number;
  readonly firstMs: number;
  readonly lastMs: number;
  /** The lines by instant, those of one instant in the order of the file. */
  inOrder(): AsyncIterable<EventLine>;
}

/**
 * Looks through an NDJSON file. One whose lines are in order is streamed; another is sorted on disk, in a temporary
 * database that ends with its reading. Throws MkaError `events/unreadable` or `events/none`.
 */
export async function openEventFile(file: string, instantOf: (text: string) => number | null): Promise<EventFile> {
  let [lines, firstMs, lastMs, isSorted] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, true];
  for await (const { text } of numbered(file)) {
    lines += 1;
    const atMs = instantOf(text);
    if (atMs === null) continue;
    isSorted &&= atMs >= lastMs;
    firstMs = Math.min(firstMs, atMs);
    lastMs = Math.max(lastMs, atMs);
  }
  if (lastMs < firstMs) {
    throw new MkaError('events/none', `${file} holds no event with a time`, {
      hint: 'one CloudEvent a line, with `time`',
    });
  }
  const dated = () => withInstants(file, instantOf, firstMs);
  return { lines, firstMs, lastMs, inOrder: () => (isSorted ? dated() : sorted(dated())) };
}

async function* withInstants(
  file: string,
  instantOf: (text: string) => number | null,
  firstMs: number,
): AsyncGenerator<EventLine> {
  let beforeMs = firstMs;
  for await (const { line, text } of numbered(file)) {
    beforeMs = instantOf(text) ?? beforeMs;
    yield { line, atMs: beforeMs, text };
  }
}

/** Lines that are not empty, with their numbers. */
async function* numbered(file: string): AsyncGenerator<{ readonly line: number; readonly text: string }> {
  let line = 0;
  try {
    for await (const text of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
      line += 1;
      if (text.trim() !== '') yield { line, text };
    }
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (!code?.startsWith('E') || code.startsWith('ERR_')) throw cause;
    throw new MkaError('events/unreadable', `${file} cannot be read: ${code}`, { cause });
  }
}

/** An empty name is a private database in a temporary file, gone when it is closed. */
async function* sorted(lines: AsyncIterable<EventLine>): AsyncGenerator<EventLine> {
  const db = new DatabaseSync('');
  try {
    db.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF');
    db.exec('CREATE TABLE lines (at INTEGER, line INTEGER, text TEXT, PRIMARY KEY (at, line)) WITHOUT ROWID; BEGIN');
    const insert = db.prepare('INSERT INTO lines (at, line, text) VALUES (?, ?, ?)');
    for await (const { atMs, line, text } of lines) insert.run(atMs, line, text);
    db.exec('COMMIT');
    for (const row of db.prepare('SELECT at, line, text FROM lines ORDER BY at, line').iterate()) {
      yield { atMs: Number(row['at']), line: Number(row['line']), text: String(row['text']) };
    }
  } finally {
    db.close();
  }
}
