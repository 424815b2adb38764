/**
 * Writes every file that is made from another one, or with --check says which of them are stale. Each generator is a
 * file in scripts/generators/ that exports `order` (small runs first) and `outputs`, a map of path to content.
 *
 *   npm run generate [-- --check]
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What a file in scripts/generators/ exports. */
export interface Generator {
  readonly order: number;
  readonly outputs: () => Promise<ReadonlyMap<string, string>>;
}

const isCheck = process.argv.includes('--check');
const stale: string[] = [];
const failed: string[] = [];
for (const { outputs } of await loadGenerators()) {
  for (const [path, content] of await outputsOrNone(outputs)) {
    if (readOrEmpty(path) === content) continue;
    stale.push(path);
    if (isCheck) continue;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
}
for (const message of failed) process.stdout.write(`generate: ${message}\n`);
if (failed.length > 0 || (isCheck && stale.length > 0)) process.exitCode = 1;
if (isCheck && stale.length > 0) {
  process.stdout.write(`stale, run npm run generate: ${stale.join(', ')}\n`);
} else if (failed.length === 0 || stale.length > 0) {
  process.stdout.write(stale.length === 0 ? 'generate: nothing to write\n' : `generate: wrote ${stale.join(', ')}\n`);
}

async function loadGenerators(): Promise<Generator[]> {
  const files = readdirSync(join(import.meta.dirname, 'generators')).filter((file) => file.endsWith('.ts'));
  const loaded = await Promise.all(files.map(async (file): Promise<Generator> => import(`./generators/${file}`)));
  return loaded.sort((a, b) => a.order - b.order);
}

/** One generator that cannot run keeps the others from nothing. */
async function outputsOrNone(outputs: Generator['outputs']): Promise<ReadonlyMap<string, string>> {
  try {
    return await outputs();
  } catch (error) {
    failed.push(error instanceof Error ? error.message : String(error));
    return new Map();
  }
}

function readOrEmpty(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
