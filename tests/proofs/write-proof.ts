import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { arch, cpus, platform, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

/** Paragraphs and tables of a proof; a table is a record of figures. */
export type ProofPart = string | Readonly<Record<string, string | number>>;

/** Prints a proof and writes it to docs/proofs/NAME.md with the commit and the kind of machine. */
export async function writeProof(name: string, title: string, parts: readonly ProofPart[]): Promise<void> {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const isDirty = execFileSync('git', ['status', '--porcelain', '--', 'src', 'bin'], { encoding: 'utf8' }) !== '';
  const machine = `${platform()} ${arch()}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`;
  const text = [
    `# ${title}`,
    `Commit ${commit}${isDirty ? ' with uncommitted changes' : ''}; ${machine}. Again: \`npm run proof -- ${name}\`.`,
    ...parts.map((part) => (typeof part === 'string' ? part : tableOf(part))),
  ].join('\n\n');
  const folder = fileURLToPath(new URL('../../docs/proofs/', import.meta.url));
  await mkdir(folder, { recursive: true });
  await writeFile(`${folder}${name}.md`, `${text}\n`);
  console.log(text);
}

function tableOf(figures: Readonly<Record<string, string | number>>): string {
  const rows = Object.entries(figures).map(([name, value]) => `| ${name} | ${value} |`);
  return ['| what | figure |', '|---|---|', ...rows].join('\n');
}
