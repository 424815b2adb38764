import { createHash } from 'node:crypto';
import { createReadStream, existsSync, statSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { digestOf, sha256Hex } from '../../kernel/hash.ts';
import type { TableDefinition } from '../../model/release.ts';
import type { ValueMap } from '../../model/value.ts';
import { loadCsv } from './csv-load.ts';
import type { OpenTable, TableFaults } from './open-table.ts';

/** Raised when the way of loading changes, so that files of an older way are not used. */
const CACHE_VERSION = 1;
/** A file that is written to while it is read is read again so often. */
const MAX_LOADS = 3;
/** Rows kept as they were read: a user's row is wanted several times within seconds, for each decision of a journey. */
const MAX_ROWS = 40_000;
/** Pages of the loaded file that stand in memory, and the part of it that is mapped instead of being read. */
const READING = 'PRAGMA cache_size = -16384; PRAGMA mmap_size = 268435456;';

interface Loaded {
  readonly stamp: string;
  readonly file: string;
  readonly database: DatabaseSync;
  readonly byKey: StatementSync;
  /** What `byKey` has said of late, in two generations; of this file alone, so that they go with it. */
  young: Map<string, ValueMap | null>;
  old: Map<string, ValueMap | null>;
}

/**
 * A CSV file, read through a SQLite file in `cacheDir` that is named by the content's digest and the definition's. The
 * CSV is looked at before every fetch and loaded again when it has changed.
 */
export class CsvTable implements OpenTable {
  readonly #path: string;
  readonly #table: TableDefinition;
  readonly #cacheDir: string;
  #loaded: Loaded | undefined;
  #loading: Promise<Loaded> | undefined;

  constructor(path: string, table: TableDefinition, cacheDir: string) {
    this.#path = path;
    this.#table = table;
    this.#cacheDir = cacheDir;
  }

  async fetch(keys: readonly string[]): Promise<Map<string, ValueMap | null>> {
    const loaded = await this.#current();
    return new Map(keys.map((key) => [key, rowOf(loaded, key)]));
  }

  async check(): Promise<void> {
    await this.#current();
  }

  async *scan(): AsyncGenerator<readonly [string, ValueMap]> {
    const { database } = await this.#current();
    for (const row of database.prepare('SELECT key, value FROM entry').iterate()) {
      yield [String(row['key']), JSON.parse(String(row['value'])) as ValueMap];
    }
  }

  async faults(): Promise<TableFaults> {
    const { database } = await this.#current();
    const { rows, faults } = database.prepare('SELECT rows, faults FROM total').get() as {
      rows: number;
      faults: number;
    };
    const first = database.prepare('SELECT line, code, field FROM fault ORDER BY line').all();
    return { rows, count: faults, first: first as unknown as TableFaults['first'] };
  }

  async close(): Promise<void> {
    await this.#loading?.catch(() => undefined);
    this.#loaded?.database.close();
    this.#loaded = undefined;
  }

  async #current(): Promise<Loaded> {
    if (this.#loaded !== undefined && this.#loaded.stamp === stampOf(this.#path)) return this.#loaded;
    this.#loading ??= this.#load().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  async #load(): Promise<Loaded> {
    await mkdir(this.#cacheDir, { recursive: true });
    for (let attempt = 0; attempt < MAX_LOADS; attempt += 1) {
      const stamp = stampOf(this.#path);
      const file = await this.#cached();
      if (stampOf(this.#path) !== stamp) continue;
      const database = openLoaded(file);
      const byKey = database.prepare('SELECT value FROM entry WHERE key = ?');
      byKey.setReturnArrays(true);
      this.#loaded?.database.close();
      this.#loaded = { stamp, file, database, byKey, young: new Map(), old: new Map() };
      await this.#sweep(file);
      return this.#loaded;
    }
    throw new Error('the file changes while it is read');
  }

  /** The SQLite file for the present content, made when it is not there. */
  async #cached(): Promise<string> {
    const shape = digestOf([CACHE_VERSION, this.#table.key, this.#table.fields]);
    const digest = sha256Hex(`${shape} ${await contentDigest(this.#path)}`).slice(0, 32);
    const file = join(this.#cacheDir, `${this.#prefix()}${digest}.sqlite`);
    if (existsSync(file)) return file;
    const draft = `${file}.${process.pid}.tmp`;
    try {
      await rm(draft, { force: true });
      await loadCsv(this.#path, draft, this.#table);
      await sync(draft);
      await rename(draft, file);
    } finally {
      await rm(draft, { force: true });
    }
    return file;
  }

  /** Removes what older contents left; a process that still reads one keeps it by its open file. */
  async #sweep(current: string): Promise<void> {
    for (const name of await readdir(this.#cacheDir)) {
      const path = join(this.#cacheDir, name);
      if (name.startsWith(this.#prefix()) && name.endsWith('.sqlite') && path !== current)
        await rm(path, { force: true });
    }
  }

  /** The definition's path is part of it: two tables, or two repositories in one cache, never sweep each other. */
  #prefix(): string {
    return `csv-${sha256Hex(`${this.#table.name} ${this.#path}`).slice(0, 16)}-`;
  }
}

/** It is named by its content and never written again, so nobody needs to lock it: each read would cost six calls. */
function openLoaded(file: string): DatabaseSync {
  const url = pathToFileURL(file);
  url.search = 'immutable=1';
  const database = new DatabaseSync(url, { readOnly: true });
  database.exec(READING);
  return database;
}

function rowOf(loaded: Loaded, key: string): ValueMap | null {
  const { byKey, young, old } = loaded;
  const known = young.get(key) ?? old.get(key);
  if (known !== undefined) return known;
  const cells = byKey.get(key) as unknown as [string] | undefined;
  const row = cells === undefined ? null : (JSON.parse(cells[0]) as ValueMap);
  if (young.size >= MAX_ROWS / 2) {
    loaded.old = young;
    loaded.young = new Map();
  }
  loaded.young.set(key, row);
  return row;
}

/** A name must not outlive its content when the power fails. */
async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function stampOf(path: string): string {
  const { ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
  return `${ino}/${size}/${mtimeNs}/${ctimeNs}`;
}

async function contentDigest(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
  return hash.digest('hex');
}
