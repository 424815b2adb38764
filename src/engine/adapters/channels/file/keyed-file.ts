import { statSync } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { KeyIndex } from './key-index.ts';

const CHUNK_BYTES = 4 * 1024 * 1024;
const NEWLINE = 0x0a;
/** How our own lines begin, so that the key is read without parsing the message. */
const LINE_START = Buffer.from('{"key":"');
const KEY_DIGITS = 64;

/** The write did not happen: the file is as it was. Anything else that `append` throws leaves that open. */
export class NothingWritten extends Error {}

/**
 * An append-only NDJSON file and the keys in it. The file is the truth: what others appended, cut or replaced is read
 * again before each batch. All methods expect the caller to hold the file's lock.
 */
export class KeyedFile {
  readonly path: string;
  keys = new KeyIndex();
  #handle: FileHandle | undefined;
  #inode = 0;
  /** Bytes whose keys are known; the end of a whole line. */
  #known = 0;

  constructor(path: string) {
    this.path = path;
  }

  /** Makes the folder that holds the file. */
  async prepare(): Promise<void> {
    if (this.#handle === undefined) await mkdir(dirname(this.path), { recursive: true });
  }

  /** Brings the keys up to the file; a last line without its line break is a torn write and is cut off. */
  async refresh(): Promise<void> {
    const stat = statSync(this.path, { throwIfNoEntry: false });
    if (this.#handle !== undefined && stat?.ino === this.#inode && stat.size === this.#known) return;
    if (this.#handle === undefined || stat === undefined || stat.ino !== this.#inode || stat.size < this.#known) {
      await this.#reopen();
    }
    await this.#readOn(this.#handle as FileHandle);
  }

  /** Appends whole lines and waits until they are on the disk. */
  async append(text: string): Promise<void> {
    const handle = this.#handle as FileHandle;
    const bytes = Buffer.from(text, 'utf8');
    try {
      for (let at = 0; at < bytes.length; ) at += (await handle.write(bytes, at, bytes.length - at, null)).bytesWritten;
    } catch (cause) {
      await handle.truncate(this.#known);
      throw new NothingWritten('the file could not be written', { cause });
    }
    try {
      await handle.datasync();
    } catch (error) {
      await this.close();
      throw error;
    }
    this.#known += bytes.length;
  }

  /** Forgets the open file; the next refresh reads it from its start. */
  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close();
  }

  async #reopen(): Promise<void> {
    await this.close();
    await this.prepare();
    const handle = await open(this.path, 'a+', 0o600);
    const stat = await handle.stat();
    if (!stat.isFile()) {
      await handle.close();
      throw new Error('not a regular file');
    }
    this.#handle = handle;
    this.#inode = stat.ino;
    this.#known = 0;
    this.keys = new KeyIndex();
    if (stat.size === 0) await syncDirectory(dirname(this.path));
  }

  async #readOn(handle: FileHandle): Promise<void> {
    let rest = Buffer.alloc(0);
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    for (;;) {
      const { bytesRead } = await handle.read(chunk, 0, CHUNK_BYTES, this.#known + rest.length);
      if (bytesRead === 0) break;
      const bytes =
        rest.length === 0 ? chunk.subarray(0, bytesRead) : Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
      const end = bytes.lastIndexOf(NEWLINE) + 1;
      this.#learn(bytes.subarray(0, end));
      this.#known += end;
      rest = Buffer.from(bytes.subarray(end));
    }
    if (rest.length > 0) await handle.truncate(this.#known);
  }

  #learn(lines: Buffer): void {
    for (let start = 0; start < lines.length; ) {
      const end = lines.indexOf(NEWLINE, start);
      const key = keyOf(lines, start, end);
      if (key !== undefined) this.keys.add(key);
      start = end + 1;
    }
  }
}

/** The key of one line; undefined for a line that is not ours. */
function keyOf(lines: Buffer, start: number, end: number): string | undefined {
  const keyStart = start + LINE_START.length;
  const keyEnd = keyStart + KEY_DIGITS;
  if (
    keyEnd < end &&
    lines[keyEnd] === 0x22 &&
    lines.compare(LINE_START, 0, LINE_START.length, start, keyStart) === 0
  ) {
    return lines.toString('latin1', keyStart, keyEnd);
  }
  try {
    const { key } = JSON.parse(lines.toString('utf8', start, end)) as { key?: unknown };
    return typeof key === 'string' ? key : undefined;
  } catch {
    return undefined;
  }
}

/** A new file's name is durable only once its folder is. */
async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
