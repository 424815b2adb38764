import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LAYERS, layerOf } from './architecture/layout.ts';
import { PICTURE_FILE, pageWithPicture } from './architecture/picture.ts';
import {
  ambientViolations,
  cycles,
  fileViolations,
  importViolations,
  targetOf,
  testViolations,
} from './architecture/rules.ts';
import { parseSource, readSources } from './architecture/sources.ts';

const sources = readSources('src');
const others = ['tests', 'scripts', 'bench'].flatMap((folder) =>
  readSources(folder).map((file) => ({ ...file, path: `${folder}/${file.path}` })),
);

describe('the sources', () => {
  it('were seen, all of them, with their imports', () => {
    const onDisk = readdirSync('src', { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(sources.length).toBeGreaterThanOrEqual(20);
    expect(sources.length).toBe(onDisk.length);
    const edges = sources.flatMap((file) => file.imports);
    expect(edges.length).toBeGreaterThan(sources.length / 2);
  });

  it('import only downwards, and packages only where they belong', () => {
    expect(sources.flatMap(importViolations)).toEqual([]);
  });

  it('name files that exist, with their ending', () => {
    const known = new Set(sources.map(({ path }) => path));
    const dangling = sources.flatMap((file) =>
      file.imports.flatMap(({ specifier, line }) => {
        const target = targetOf(file, specifier);
        return target === undefined || known.has(target) ? [] : [`${file.path}:${line}: ${specifier}`];
      }),
    );
    expect(dangling).toEqual([]);
  });

  it('import in no ring', () => {
    expect(cycles(sources)).toEqual([]);
  });

  it('keep clock, chance and I/O out of the core', () => {
    expect(sources.flatMap(ambientViolations)).toEqual([]);
  });

  it('have names that say something and stay readable in length', () => {
    expect([...sources, ...others].flatMap(fileViolations)).toEqual([]);
  });

  it('are drawn in docs/architecture.md as they are (npm run generate)', () => {
    expect(readFileSync(PICTURE_FILE, 'utf8')).toBe(pageWithPicture(sources));
  });
});

describe('the tests', () => {
  it('hide none of themselves', () => {
    expect(others.flatMap(testViolations)).toEqual([]);
  });
});

describe('the rules themselves', () => {
  const planted = (path: string, text: string): string[] => {
    const file = parseSource(path, text);
    return [...importViolations(file), ...ambientViolations(file), ...fileViolations(file), ...testViolations(file)];
  };

  it.each([
    ['engine/model/a.ts', "import '../ports/store.ts';", 'stands above'],
    ['engine/kernel/a.ts', "export * from '../model/value.ts';", 'stands above'],
    ['engine/kernel/a.ts', "export type A = import('../model/value.ts').Value;", 'stands above'],
    ['commands/a.ts', "import '../engine/model/value.ts';", 'by engine/index.ts only'],
    ['engine/runtime/a.ts', "await import('../adapters/state/sqlite.ts');", 'only wiring'],
    ['engine/runtime/a.ts', "await import('../adapters/' + name);", 'computed name'],
    ['engine/rules/a.ts', "import 'yaml';", 'may not be imported'],
    ['engine/rules/a.ts', "import 'left-pad';", 'is not in'],
    ['engine/rules/a.ts', "import { readFileSync } from 'node:fs';", 'may not be imported'],
    ['engine/kernel/a.ts', "import { hash, randomUUID } from 'node:crypto';", 'randomUUID'],
    ['engine/kernel/a.ts', "import * as c from 'node:crypto';", 'only hashing'],
    ['engine/model/a.ts', 'export const a = Date.now();', 'Date in the core'],
    ['engine/model/a.ts', 'export const a = new Date(0);', 'Date in the core'],
    ['engine/model/a.ts', 'export const a = { Date };', 'Date in the core'],
    ['engine/model/a.ts', 'export const a = Math.random();', 'Math.random'],
    ['engine/model/a.ts', 'export const a = process.env;', 'process'],
    ['engine/model/a.ts', 'setTimeout(() => {}, 1);', 'setTimeout'],
    ['engine/model/utils.ts', 'export const a = 1;', 'says nothing'],
    ['engine/model/index.ts', 'export const a = 1;', 'no barrels'],
    ['engine/model/a.ts', '\n'.repeat(401), '401 lines'],
    ['engine/nowhere/a.ts', 'export const a = 1;', 'not in tests/architecture/layout.ts'],
    ['engine/model/a.ts', "import { it } from 'vitest'; it.concurrent.only('a', f);", '.only hides'],
    ['engine/model/a.ts', "import { it } from 'vitest'; describe.skip.each([1])('a', f);", '.skip hides'],
  ])('find what is planted in %s: %s', (path, text, reason) => {
    expect(planted(path, text).join('\n')).toContain(reason);
  });

  it('let pass what only looks like a fault', () => {
    const text = "export const a = { process: 1, text: 'Date.now()' }; // Math.random()\nexport type D = Date;";
    expect(planted('engine/model/a.ts', `${text}\nexport const b = a.process;`)).toEqual([]);
  });

  it('find a ring of three', () => {
    const ring = ['a', 'b', 'c'].map((name, i) => parseSource(`${name}.ts`, `import './${'bca'[i]}.ts';`));
    expect(cycles(ring)).toEqual(['a.ts → b.ts → c.ts → a.ts']);
  });

  it('know one layer for every folder', () => {
    expect(LAYERS.map(({ path }) => layerOf(path)?.path)).toEqual(LAYERS.map(({ path }) => path));
  });
});
