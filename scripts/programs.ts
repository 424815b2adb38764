import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Runs FOLDER/NAME.ts, where NAME is the first argument; the program finds its own arguments in process.argv from
 * index 2 on. Without a known name it lists what there is.
 */
export async function runProgram(folder: string, usage: string): Promise<void> {
  const names = existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
        .map((entry) => entry.name.slice(0, -3))
        .sort()
    : [];
  const name = process.argv[2];
  if (name === undefined || !names.includes(name)) {
    process.stderr.write(`${usage}\nthere are: ${names.join(', ') || 'none yet'}\n`);
    process.exitCode = 64;
    return;
  }
  const file = join(process.cwd(), folder, `${name}.ts`);
  process.argv.splice(1, 2, file);
  await import(file);
}
