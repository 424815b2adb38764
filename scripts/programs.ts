import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Runs FOLDER/NAME.ts or FOLDER/NAME/run.ts, where NAME is the first argument; the program finds its own arguments in
 * process.argv from index 2 on. Without a known name it lists what there is.
 */
export async function runProgram(folder: string, usage: string): Promise<void> {
  const programs = programsOf(folder);
  const name = process.argv[2];
  const file = programs.get(name ?? '');
  if (file === undefined) {
    process.stderr.write(`${usage}\nthere are: ${[...programs.keys()].sort().join(', ') || 'none yet'}\n`);
    process.exitCode = 64;
    return;
  }
  process.argv.splice(1, 2, file);
  await import(file);
}

function programsOf(folder: string): Map<string, string> {
  const programs = new Map<string, string>();
  if (!existsSync(folder)) return programs;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(process.cwd(), folder, entry.name);
    if (entry.isDirectory() && existsSync(join(path, 'run.ts'))) programs.set(entry.name, join(path, 'run.ts'));
    if (entry.isFile() && /(?<!\.test)\.ts$/.test(entry.name)) programs.set(entry.name.slice(0, -3), path);
  }
  return programs;
}
