import { posix } from 'node:path';
import { isCore, layerOf, refusal } from './layout.ts';
import { packageRefusal } from './packages.ts';
import { type SourceFile, walk } from './sources.ts';

const MAX_LINES = 400;

/** Names that say nothing about what is inside. */
const EMPTY_NAMES = new Set([
  'common',
  'shared',
  'lib',
  'misc',
  'util',
  'utils',
  'helper',
  'helpers',
  'manager',
  'managers',
]);

/** Ambient time, chance and I/O. `Temporal.Now` and `Math.random` are found by their member. */
const AMBIENT = new Set([
  ...['Date', 'performance', 'setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval'],
  ...['process', 'fetch', 'console', 'globalThis', 'crypto', 'require', 'WebSocket', 'XMLHttpRequest'],
]);
const AMBIENT_MEMBERS = new Set(['Math.random', 'Temporal.Now']);

/** The file that a relative import names, as a path below the same folder; undefined for a package. */
export function targetOf(file: SourceFile, specifier: string | undefined): string | undefined {
  return specifier?.startsWith('.') ? posix.join(posix.dirname(file.path), specifier) : undefined;
}

/** Order, front door, packages: everything that one import can break. */
export function importViolations(file: SourceFile): string[] {
  const layer = layerOf(file.path);
  if (layer === undefined) return [`${file.path}: its folder is not in tests/architecture/layout.ts`];
  return file.imports.flatMap(({ specifier, names, line }) => {
    const target = targetOf(file, specifier);
    const found = target === undefined ? undefined : layerOf(target);
    const why =
      specifier === undefined
        ? 'an import by a computed name, which no rule can follow'
        : target === undefined
          ? packageRefusal(layer, specifier, names)
          : found === undefined
            ? `${specifier} lies outside the layout`
            : refusal(layer, found);
    return why === undefined ? [] : [`${file.path}:${line}: ${why}`];
  });
}

/** Clock, chance and I/O in the pure core. */
export function ambientViolations(file: SourceFile): string[] {
  const layer = layerOf(file.path);
  if (layer === undefined || !isCore(layer)) return [];
  const found: string[] = [];
  walk(file.program, (node, parent) => {
    if (node.type === 'MemberExpression' && node.object.type === 'Identifier' && node.property.type === 'Identifier') {
      const member = `${node.object.name}.${node.property.name}`;
      if (AMBIENT_MEMBERS.has(member)) found.push(`${file.path}:${file.lineAt(node.start)}: ${member} in the core`);
    }
    if (node.type !== 'Identifier' || !AMBIENT.has(node.name) || isOnlyAName(node, parent)) return;
    found.push(`${file.path}:${file.lineAt(node.start)}: ${node.name} in the core`);
  });
  return found;
}

/** `x.process`, `{ process: 1 }`, `process(): void {}` and `type T = Date` name a property or a type, not the global. */
function isOnlyAName(node: object, parent: SourceFile['program'] | undefined): boolean {
  if (parent === undefined) return false;
  if (parent.type === 'MemberExpression') return parent.property === node && !parent.computed;
  if (parent.type === 'TSTypeReference' || parent.type === 'TSQualifiedName') return true;
  if (!('key' in parent) || parent.key !== node || !('computed' in parent) || parent.computed) return false;
  return !('value' in parent) || parent.value !== node;
}

/** Names of folders and files, barrels and length; nobody reads a generated file from top to bottom. */
export function fileViolations(file: SourceFile): string[] {
  const found: string[] = [];
  const parts = file.path.replace(/\.ts$/, '').split('/');
  for (const part of parts) {
    if (EMPTY_NAMES.has(part)) found.push(`${file.path}: "${part}" says nothing about what is inside`);
  }
  if (parts.at(-1) === 'index' && file.path !== 'engine/index.ts')
    found.push(`${file.path}: no barrels but engine/index.ts`);
  if (file.lines > MAX_LINES && !parts.includes('generated'))
    found.push(`${file.path}: ${file.lines} lines, ${MAX_LINES} are the limit`);
  return found;
}

/** Tests that would not run, or keep others from running. */
export function testViolations(file: SourceFile): string[] {
  const found: string[] = [];
  walk(file.program, (node) => {
    if (node.type !== 'MemberExpression' || node.property.type !== 'Identifier') return;
    if (!['only', 'skip', 'todo'].includes(node.property.name) || !startsAtTest(node.object)) return;
    found.push(`${file.path}:${file.lineAt(node.start)}: .${node.property.name} hides tests`);
  });
  return found;
}

function startsAtTest(node: SourceFile['program']): boolean {
  if (node.type === 'Identifier') return ['it', 'test', 'describe', 'suite', 'bench'].includes(node.name);
  if (node.type === 'MemberExpression') return startsAtTest(node.object);
  return node.type === 'CallExpression' && startsAtTest(node.callee);
}

/** Each group of files that import one another in a ring, by the first ring found from each. */
export function cycles(files: readonly SourceFile[]): string[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path);
    if (at >= 0) found.push([...trail.slice(at), path].join(' → '));
    const file = byPath.get(path);
    if (at >= 0 || done.has(path) || file === undefined) return;
    for (const { specifier } of file.imports) {
      const target = targetOf(file, specifier);
      if (target !== undefined) visit(target, [...trail, path]);
    }
    done.add(path);
  };
  for (const { path } of files) visit(path, []);
  return found;
}
