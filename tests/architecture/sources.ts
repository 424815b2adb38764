import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Node, parseSync } from 'oxc-parser';

/** One import, export-from, import() or import type of a file. */
export interface ImportEdge {
  /** Undefined where the name is computed, which no rule can follow. */
  readonly specifier: string | undefined;
  /** The imported names, `default` and `*` among them; empty where all of it is meant, as by import(). */
  readonly names: readonly string[];
  readonly line: number;
}

export interface SourceFile {
  /** With forward slashes, relative to the folder that was read. */
  readonly path: string;
  readonly lines: number;
  readonly imports: readonly ImportEdge[];
  readonly program: Node;
  /** 1-based line of an offset into the text. */
  readonly lineAt: (offset: number) => number;
}

/** Reads and parses every .ts file below a folder; a file that does not parse is an error, not an empty one. */
export function readSources(folder: string): SourceFile[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => parseSource(path.slice(folder.length + 1).replaceAll('\\', '/'), readFileSync(path, 'utf8')));
}

export function parseSource(path: string, text: string): SourceFile {
  const { program, module, errors } = parseSync(path, text);
  const [error] = errors;
  if (error !== undefined) throw new Error(`${path} does not parse: ${error.message}`);
  const lineAt = (offset: number): number => text.slice(0, offset).split('\n').length;
  const imports: ImportEdge[] = [];
  for (const found of module.staticImports) {
    const names = found.entries.map(({ importName: { kind, name } }) =>
      kind === 'Default' ? 'default' : (name ?? '*'),
    );
    imports.push({ specifier: found.moduleRequest.value, names, line: lineAt(found.start) });
  }
  for (const { entries } of module.staticExports) {
    for (const { moduleRequest, importName, start } of entries) {
      if (!moduleRequest) continue;
      imports.push({
        specifier: moduleRequest.value,
        names: importName.name ? [importName.name] : [],
        line: lineAt(start),
      });
    }
  }
  walk(program as unknown as Node, (node) => {
    if (node.type !== 'ImportExpression' && node.type !== 'TSImportType') return;
    const { source } = node;
    const specifier = source.type === 'Literal' && typeof source.value === 'string' ? source.value : undefined;
    imports.push({ specifier, names: [], line: lineAt(node.start) });
  });
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  return { path, lines, imports, program: program as unknown as Node, lineAt };
}

/** Visits every node with its parent, outermost first. */
export function walk(node: Node, visit: (node: Node, parent: Node | undefined) => void, parent?: Node): void {
  visit(node, parent);
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) walk(child, visit, node);
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}
