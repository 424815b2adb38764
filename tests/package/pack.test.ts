import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from './run-mka.ts';

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

describe('the package', () => {
  it('holds what users need and nothing else', () => {
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
    const text = execFileSync(npm, ['pack', '--dry-run', '--json', '--ignore-scripts', '--loglevel=silent'], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    const [packed] = JSON.parse(text);
    const files: string[] = packed.files.map(({ path }: { path: string }) => path);
    const tops = new Set(files.map((file) => file.split('/')[0]));
    const known = [
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'bin',
      'dist',
      'oclif.manifest.json',
      'package.json',
      'schemas',
      'deploy',
    ];
    expect([...tops].filter((top) => !known.includes(top ?? ''))).toEqual([]);
    for (const file of ['bin/mka.js', 'bin/package.json', 'dist/ui/main.js', 'dist/engine/index.d.ts', 'LICENSE']) {
      expect(files).toContain(file);
    }
  });

  it('does not make its users install a second Node', () => {
    const { dependencies, optionalDependencies } = JSON.parse(read('package.json'));
    const names = Object.keys({ ...dependencies, ...optionalDependencies });
    expect(names.filter((name) => name.startsWith('node-') || name.startsWith('@mka/'))).toEqual([]);
  });

  it('says of each command and flag what it is for', () => {
    const { commands } = JSON.parse(read('oclif.manifest.json'));
    const silent: string[] = [];
    for (const [id, command] of Object.entries<{ summary?: string; flags: Record<string, { summary?: string }> }>(
      commands,
    )) {
      if (!command.summary) silent.push(id);
      for (const [flag, { summary }] of Object.entries(command.flags)) if (!summary) silent.push(`${id} --${flag}`);
    }
    expect(silent).toEqual([]);
  });
});
