/**
 * How long `mka validate`, `build`, `diff` and `plan` take on repositories of 1,250, 2,500 and 5,000 objects, 100 of them
 * changed: processor seconds of whole processes (git's own left out), start included, the least of some rounds, which other
 * work on the machine disturbs less than the clock; and how that grows with the objects.
 *
 *   npm run bench gitops [-- --objects 5000 --rounds 3]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createRepository } from './repository.ts';

const CHANGED = 100;
/** Seconds that each may take at the full size, and how much more than linear the growth may be. */
const MOST_SECONDS = 15;
const MOST_GROWTH = 1.25;

const { values } = parseArgs({
  options: { objects: { type: 'string', default: '5000' }, rounds: { type: 'string', default: '3' } },
});
const [most, rounds] = [Number(values.objects), Number(values.rounds)];
const CPU_AT_EXIT = `data:text/javascript,process.on('exit',()=>{const{user,system}=process.cpuUsage();process.stderr.write('\\n%23cpu '+(user+system)/1e6+'\\n')})`;
const bin = join(import.meta.dirname, '..', '..', 'bin', 'mka.js');
const COMMANDS: readonly (readonly [name: string, args: readonly string[]])[] = [
  ['validate -e prod', ['validate', '-e', 'prod']],
  ['validate', ['validate']],
  ['build', ['build', '-e', 'prod', '--out', 'bundle.json']],
  ['diff main', ['diff', 'main', '-e', 'prod', '--json']],
  ['plan', ['plan', '-e', 'prod', '--base', 'main', '--against', 'main', '--out', 'plan.json']],
];

const temp = mkdtempSync(join(tmpdir(), 'mka-bench-'));
try {
  const sizes = [most / 4, most / 2, most].map(Math.round);
  const repositories = sizes.map((size) => {
    const dir = join(temp, `r${size}`, 'shop');
    return { dir, ...createRepository(dir, size, Math.min(CHANGED, Math.floor(size / 4))) };
  });
  print(
    COMMANDS.map(([name, args]) => ({ name, seconds: repositories.map(({ dir }) => best(dir, args)) })),
    repositories,
  );
} finally {
  rmSync(temp, { recursive: true, force: true });
}

/** Processor seconds of one command. */
function best(dir: string, args: readonly string[]): number {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round += 1) {
    const { status, stderr, stdout } = spawnSync(process.execPath, ['--import', CPU_AT_EXIT, bin, ...args], {
      cwd: dir,
      encoding: 'utf8',
      maxBuffer: 1e9,
    });
    if (status !== 0) throw new Error(`mka ${args.join(' ')} ends with ${status}\n${stderr}${stdout.slice(-2000)}`);
    least = Math.min(least, Number(/#cpu (\S+)/.exec(stderr)?.[1] ?? Number.NaN));
  }
  return least;
}

interface Row {
  readonly name: string;
  readonly seconds: readonly number[];
}

function print(rows: readonly Row[], repositories: readonly { readonly objects: number }[]): void {
  const sizes = repositories.map(({ objects }) => objects);
  console.log(
    `${CHANGED} objects changed, least of ${rounds}, Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model}\n`,
  );
  console.log(
    `| processor seconds | ${sizes.map((size) => `${size} objects`).join(' | ')} | µs an object more | growth |`,
  );
  console.log(`|---|${sizes.map(() => '---|').join('')}---|---|`);
  for (const { name, seconds } of rows) {
    const [small = 0, middle = 0, large = 0] = seconds;
    const [a = 0, b = 0, c = 0] = sizes;
    const slopes = [(middle - small) / (b - a), (large - middle) / (c - b)] as const;
    const growth = slopes[1] / slopes[0];
    const each = Math.round(((large - small) / (c - a)) * 1e6);
    console.log(`| ${name} | ${seconds.map((one) => one.toFixed(2)).join(' | ')} | ${each} | ${growth.toFixed(2)} |`);
    // Twice the step of size: a linear growth of the whole is at most the ratio of the sizes.
    const isTooSlow = large > MOST_SECONDS || large / small > (c / a) * MOST_GROWTH;
    if (isTooSlow) process.exitCode = 1;
  }
  console.log(`\nmust: ${MOST_SECONDS} s at the full size, at most ${MOST_GROWTH} times linear`);
}
