import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { describe, expect, it } from 'vitest';
import { parseSource, walk } from '../architecture/sources.ts';
import { ROOT, runMka } from './run-mka.ts';

const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

describe('bin/mka.js', () => {
  it.each(['--version', '-v'])('answers %s with its version, platform and Node', (flag) => {
    const platform = `${process.platform}-${process.arch}`;
    expect(runMka([flag])).toEqual({
      code: 0,
      stdout: `mka/${version} ${platform} node-${process.version}\n`,
      stderr: '',
    });
  });

  it.each(['20.20.2', '22.17.1', '8.17.0'])('says one sentence and ends with 64 on Node %s', (node) => {
    const fake = `data:text/javascript,Object.defineProperty(process,"versions",{value:{node:"${node}"}})`;
    const ran = runMka(['validate'], { nodeArgs: ['--import', fake] });
    expect(ran).toEqual({
      code: 64,
      stdout: '',
      stderr: `mka needs Node 22.18 or newer, and this is Node ${node}.\n`,
    });
  });

  it('is written in the JavaScript of 2009, so that any Node can say that sentence', () => {
    const { program } = parseSource('mka.js', readFileSync(join(ROOT, 'bin', 'mka.js'), 'utf8'));
    const newer: string[] = [];
    walk(program, (node) => {
      if (/Arrow|Template|Import|Export|Await|Class|Spread|Chain|Pattern|ForOf|Rest/.test(node.type))
        newer.push(node.type);
      if (node.type === 'VariableDeclaration' && node.kind !== 'var') newer.push(node.kind);
    });
    expect(newer).toEqual([]);
  });

  it('answers --version in little more than the time a bare Node takes', () => {
    const bare: number[] = [];
    const asked: number[] = [];
    for (let round = 0; round < 7; round += 1) {
      bare.push(timed(['-e', '0']));
      asked.push(timed([join(ROOT, 'bin', 'mka.js'), '--version']));
    }
    const ratio = median(asked) / median(bare);
    process.stdout.write(`--version: ${median(asked).toFixed(0)} ms, bare node ${median(bare).toFixed(0)} ms\n`);
    // The goal is 4; a busy machine gets room, a bin that loads its commands (5 and more) does not.
    expect(ratio).toBeLessThan(4);
  });

  it('shows help with exit code 0', () => {
    const ran = runMka(['help']);
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain('USAGE\n  $ mka');
  });
});

function timed(args: readonly string[]): number {
  const start = performance.now();
  spawnSync(process.execPath, args);
  return performance.now() - start;
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}
