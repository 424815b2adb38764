/**
 * Asks @action-validator about every workflow and action: this repository's own and those that `mka init` writes. One
 * process each, for its command takes one file.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runTool } from './tools.ts';

const FOLDERS = ['.github', 'deploy/init/github/_github'];

const files = FOLDERS.flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.ya?ml$/.test(path))
    .map((path) => join(folder, path)),
);
const results = await Promise.all(
  files.map(async (file) => ({ file, ...(await runTool('action-validator', [file])) })),
);
for (const { file, code, output } of results) {
  if (code === 0) continue;
  process.exitCode = 1;
  process.stdout.write(`${file}\n${output}\n`);
}
if (files.length === 0) process.exitCode = 1;
process.stdout.write(`${files.length} workflows and actions looked at\n`);
