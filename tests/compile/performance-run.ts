/** Compiles a repository of 1,000 campaigns three times and prints the least processor time as JSON, which other work on the machine disturbs less than the clock: `node performance-run.ts shared|own`. */
import { compileRepository } from '../../src/engine/compile/compile-repository.ts';
import type { SourceFile } from '../../src/engine/compile/text.ts';
import { exampleFiles } from './example-repository.ts';

const ROUNDS = 3;
const withTemplates = process.argv[2] === 'own';
const files = repositoryOf(1000);
let ms = Number.POSITIVE_INFINITY;
let campaigns = 0;
for (let round = 0; round < ROUNDS; round += 1) {
  const start = process.cpuUsage();
  const { bundle, diagnostics } = compileRepository(files);
  const { user, system } = process.cpuUsage(start);
  ms = Math.min(ms, Math.round((user + system) / 1000));
  if (diagnostics.length > 0) throw new Error(JSON.stringify(diagnostics[0]));
  campaigns = Object.keys(bundle?.release.campaigns ?? {}).length;
}
process.stdout.write(JSON.stringify({ ms, files: files.length, campaigns }));

/** The example repository with copies of a campaign, with or without templates of its own. */
function repositoryOf(copies: number): SourceFile[] {
  const example = exampleFiles();
  const own = example.filter(
    ({ path }) =>
      path.startsWith('order-reminder/') &&
      !path.endsWith('.test.yaml') &&
      (withTemplates || path.includes('.campaign.')),
  );
  return [...example, ...Array.from({ length: copies }, (_, number) => own.map((file) => copyOf(file, number))).flat()];
}

function copyOf({ path, bytes }: SourceFile, number: number): SourceFile {
  const names = withTemplates ? /order-reminder|unpaid-reminder|unpaid-coupon/g : /order-reminder/g;
  const renamed = (text: string): string => text.replace(names, (name) => `${name}-${number}`);
  const text = renamed(new TextDecoder().decode(bytes));
  return {
    path: `many/${number}/${renamed(path.slice('order-reminder/'.length))}`,
    bytes: new TextEncoder().encode(text),
  };
}
