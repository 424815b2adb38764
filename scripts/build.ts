/**
 * `tsc -p .` into dist. Emits beside the old output and then moves only the files that differ, so that a daemon or a
 * test that is running from dist never meets a half-written module.
 *
 *   node scripts/build.ts [--if-stale]
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runTool } from './tools.ts';

const DIST = 'dist';
const STAMP = join(DIST, '.stamp');

const digest = sourceDigest();
if (!process.argv.includes('--if-stale') || !isFresh(digest)) await build();

async function build(): Promise<void> {
  const next = join(DIST, `.next-${process.pid}`);
  try {
    const result = await runTool('tsc', ['-p', '.', '--outDir', next, '--noEmitOnError', '--pretty', 'false']);
    if (result.code !== 0) {
      process.stderr.write(`${result.output}build: the sources have type errors, dist is left as it was\n`);
      process.exitCode = 1;
      return;
    }
    replaceOutput(next);
    writeFileSync(STAMP, digest);
  } finally {
    rmSync(next, { recursive: true, force: true });
  }
}

/** Moves what changed and removes what has no source any more. */
function replaceOutput(next: string): void {
  const emitted = new Set(filesOf(next));
  for (const file of emitted) {
    const [from, to] = [join(next, file), join(DIST, file)];
    if (existsSync(to) && readFileSync(to).equals(readFileSync(from))) continue;
    mkdirSync(dirname(to), { recursive: true });
    renameSync(from, to);
  }
  for (const file of filesOf(DIST)) if (!file.startsWith('.') && !emitted.has(file)) rmSync(join(DIST, file));
}

function isFresh(current: string): boolean {
  return existsSync(STAMP) && readFileSync(STAMP, 'utf8') === current;
}

/** Changes with every edit, addition and removal below src; reads no file's content but the compiler's settings. */
function sourceDigest(): string {
  const hash = createHash('sha256').update(readFileSync('tsconfig.json')).update(readFileSync('package-lock.json'));
  for (const file of filesOf('src').sort()) {
    const { size, mtimeMs } = statSync(join('src', file));
    hash.update(`${file}\0${size}\0${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}
